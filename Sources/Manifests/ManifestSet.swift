internal import Files
internal import FoundationEssentials
package import KubernetesTypes

/// One autoscaler of a manifest.
package struct AutoscalerManifest: Sendable {
    /// The kinds that an autoscaler can be written as.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case horizontalPodAutoscaler = "HorizontalPodAutoscaler"
        case horizontalAutoscaler = "HorizontalAutoscaler"
    }

    /// What it was written as.
    package var kind: Kind
    /// In version 2 form, with its namespace and all defaults.
    package var autoscaler: HorizontalPodAutoscaler
    /// What only a HorizontalAutoscaler can say, as written; `nil` for a HorizontalPodAutoscaler.
    package var extensions: HorizontalAutoscaler.Extensions?
    /// The file as it was named, `-` for standard input.
    package var file: String
    /// Where the object begins.
    package var mark: Mark
    /// Where its schedules begin, in their order.
    package var scheduleMarks: [Mark] = []
    /// True when nothing about it is an error.
    package var isValid: Bool
}

/// The autoscalers of one or more files, and everything there is to say about them.
package struct ManifestSet: Sendable {
    /// How manifests are read.
    package struct Options: Sendable {
        /// The namespace of an object that names none; `nil` leaves it out, which is an error.
        package var defaultNamespace: String?
        package var gates: FeatureGates

        package init(defaultNamespace: String? = "default", gates: FeatureGates = FeatureGates()) {
            self.defaultNamespace = defaultNamespace
            self.gates = gates
        }
    }

    /// In the order of the files; those with errors are there too, as far as they could be read.
    package var autoscalers: [AutoscalerManifest] = []
    /// In the order found.
    package var diagnostics: [Diagnostic] = []

    package init() {}

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Reads files, folders and, for `-`, standard input. What cannot be read becomes a diagnostic.
    ///
    /// Of a folder every `.yaml`, `.yml` and `.json` file is read in the order of names, without the folders in it.
    ///
    /// - Parameter standardInput: Where `-` is read from instead of the process's own input.
    package init(
        reading paths: [String], options: Options = Options(),
        standardInput: (() -> [UInt8])? = nil
    ) {
        for path in paths {
            if path == "-" {
                read(file: path, options, standardInput ?? StandardInput.bytes)
                continue
            }
            for file in files(at: path) {
                read(file: file, options) { try WholeFile.read(file, limit: Self.largestFile) }
            }
        }
    }

    private static let largestFile = 256 << 20

    private mutating func files(at path: String) -> [String] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else { return [path] }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            let manifests = names.filter { name in [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } }
            if manifests.isEmpty {
                diagnostics.append(
                    Diagnostic(.warning, file: path, mark: nil, message: "no .yaml, .yml or .json file in it"))
            }
            let folder = path.hasSuffix("/") ? path : path + "/"
            return manifests.sorted().map { folder + $0 }
        } catch {
            diagnostics.append(Diagnostic(file: path, mark: nil, message: "the folder cannot be read: \(error)"))
            return []
        }
    }

    private mutating func read(file: String, _ options: Options, _ bytes: () throws -> [UInt8]) {
        do {
            add(try bytes(), file: file, options: options)
        } catch let error as WholeFile.Failure where error.cause == .notFound {
            diagnostics.append(Diagnostic(file: file, mark: nil, message: "\(error)"))
        } catch {
            diagnostics.append(Diagnostic(file: file, mark: nil, message: "cannot be read: \(error)"))
        }
    }

    /// Adds the autoscalers of a text.
    package mutating func add(_ bytes: [UInt8], file: String, options: Options = Options()) {
        var reader = ManifestReader(file: file, options: options)
        reader.read(bytes)
        autoscalers += reader.autoscalers
        diagnostics += reader.diagnostics
    }
}
