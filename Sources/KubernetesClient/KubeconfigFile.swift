internal import Files
internal import FoundationEssentials
internal import Manifests

/// One kubeconfig file: its entries with their places, nothing of it judged yet.
struct KubeconfigFile: Sendable {
    /// Absolute.
    var path: String
    var currentContext: String?
    var clusters: [KubeconfigEntry] = []
    var users: [KubeconfigEntry] = []
    var contexts: [KubeconfigEntry] = []

    /// Reads a file. Fields that are not known are passed over, as kubectl does.
    ///
    /// - Parameter name: The file as it was named, for errors.
    static func read(_ path: String, named name: String) throws(Diagnostic) -> KubeconfigFile {
        guard let bytes = try? WholeFile.read(path, limit: 16 << 20) else {
            throw Diagnostic(file: name, mark: nil, message: "cannot be read")
        }
        return try read(bytes, path: path, named: name)
    }

    /// Reads the bytes of a file.
    static func read(_ bytes: [UInt8], path: String, named name: String) throws(Diagnostic) -> KubeconfigFile {
        let documents = try YAMLParser.documents(of: bytes, file: name)
        var file = KubeconfigFile(path: path)
        // An empty file is an empty configuration; of several documents kubectl reads the first alone.
        guard let top = documents.first, !top.isNull else { return file }
        guard case .mapping = top.content else {
            throw Diagnostic(file: name, mark: top.mark, message: "must be a mapping")
        }
        let reader = Reader(file: name, folderOf: path)
        file.currentContext = top["current-context"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        file.clusters = try reader.entries(of: top, list: "clusters", value: "cluster")
        file.users = try reader.entries(of: top, list: "users", value: "user")
        file.contexts = try reader.entries(of: top, list: "contexts", value: "context")
        return file
    }

    private struct Reader {
        var file: String
        var folderOf: String

        func entries(
            of top: YAMLNode, list: String, value: String
        ) throws(Diagnostic) -> [KubeconfigEntry] {
            guard let node = top[list], !node.isNull else { return [] }
            guard let items = node.items else {
                throw Diagnostic(file: file, mark: node.mark, path: list, message: "must be a list")
            }
            var entries: [KubeconfigEntry] = []
            for (index, item) in items.enumerated() {
                let path = "\(list)[\(index)]"
                guard let name = item["name"]?.text, !name.isEmpty else {
                    throw Diagnostic(file: file, mark: item.mark, path: path + ".name", message: "is not set")
                }
                entries.append(
                    KubeconfigEntry(
                        file: file, path: folderOf, name: name, field: path + "." + value,
                        mark: item[value]?.mark ?? item.mark, values: item[value]))
            }
            return entries
        }
    }
}
