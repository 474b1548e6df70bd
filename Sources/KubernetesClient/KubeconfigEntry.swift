internal import FoundationEssentials
internal import Manifests

/// One cluster, user or context of a kubeconfig, with the place of everything in it.
///
/// Fields are taken by name when they are needed, so that an error in an entry that is not used does no harm, and an
/// error in one that is used names its place.
struct KubeconfigEntry: Sendable {
    /// The file as it was named, for errors.
    var file: String
    /// The absolute path of the file; relative paths in it start from its folder.
    var path: String
    var name: String
    /// E.g. `users[1].user`.
    var field: String
    var mark: Mark
    /// The mapping that the fields are in; `nil` when there is none.
    var values: YAMLNode?

    /// The fields of a field.
    func nested(_ name: String) -> KubeconfigEntry {
        var entry = self
        entry.field = field + "." + name
        entry.mark = values?.mark(nearest: FieldPath([.field(name)])) ?? mark
        entry.values = values?[name]
        return entry
    }

    /// Whether a field is written, and not as null.
    func has(_ name: String) -> Bool {
        values?[name].map { !$0.isNull } ?? false
    }

    /// The text of a field; an empty one counts as absent, as it does for kubectl.
    func text(_ name: String) throws(Diagnostic) -> String? {
        guard has(name), let node = values?[name] else { return nil }
        guard case .scalar(let scalar) = node.content, scalar.value == .text else {
            throw error(name, "must be a text")
        }
        return scalar.text.isEmpty ? nil : scalar.text
    }

    /// A list of texts, empty when absent.
    func texts(_ name: String) throws(Diagnostic) -> [String] {
        guard has(name), let node = values?[name] else { return [] }
        return try texts(of: node, in: name)
    }

    /// Lists of texts by name, empty when absent.
    func textLists(_ name: String) throws(Diagnostic) -> [String: [String]] {
        guard has(name), let node = values?[name] else { return [:] }
        guard case .mapping(let entries) = node.content else { throw error(name, "must be a mapping of lists") }
        var lists: [String: [String]] = [:]
        for entry in entries { lists[entry.key] = try texts(of: entry.value, in: name) }
        return lists
    }

    private func texts(of node: YAMLNode, in name: String) throws(Diagnostic) -> [String] {
        guard let items = node.items else { throw error(name, "must be a list of texts") }
        var texts: [String] = []
        for item in items {
            guard case .scalar(let scalar) = item.content, scalar.value == .text else {
                throw error(name, "must be a list of texts")
            }
            texts.append(scalar.text)
        }
        return texts
    }

    /// A field that is true or false, and false when absent.
    func flag(_ name: String) throws(Diagnostic) -> Bool {
        guard has(name), let node = values?[name] else { return false }
        guard case .scalar(let scalar) = node.content, case .bool(let flag) = scalar.value else {
            throw error(name, "must be true or false")
        }
        return flag
    }

    /// A credential.
    func secret(_ name: String) throws(Diagnostic) -> Secret? {
        try text(name).map(Secret.init)
    }

    /// A path, made absolute.
    func filePath(_ name: String) throws(Diagnostic) -> String? {
        guard let path = try text(name) else { return nil }
        return KubeconfigPaths.absolute(path, besides: self.path)
    }

    /// The bytes of a `…-data` field, which is base64, perhaps folded over lines.
    func bytes(_ name: String) throws(Diagnostic) -> [UInt8]? {
        guard let text = try text(name) else { return nil }
        guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }), !data.isEmpty else {
            throw error(name, "is not base64")
        }
        return [UInt8](data)
    }

    /// An error at a field, or at the entry if the field is absent.
    func error(_ name: String, _ problem: String) -> Diagnostic {
        let mark = values?.mark(nearest: FieldPath([.field(name)])) ?? mark
        return Diagnostic(file: file, mark: mark, path: field + "." + name, message: problem)
    }
}

/// Paths in and of kubeconfigs.
enum KubeconfigPaths {
    /// A path made absolute against the folder of a file.
    static func absolute(_ path: String, besides file: String) -> String {
        if path.hasPrefix("/") { return path }
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        return absolute(folder + path)
    }

    /// A path made absolute against the working directory.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
