package import Manifests

/// Autoscalers from files and folders, read again when one of them has changed.
///
/// A change that cannot be read, or holds an error, is told and left: the last good content stands until it is mended.
package struct ManifestSource: AutoscalerSource {
    private let paths: [String]
    private let options: ManifestSet.Options
    private var seen: [FileState]
    private var current: [Autoscaler]
    private var problems: [String] = []

    /// Why the source cannot be used from the start.
    package struct Invalid: Error, CustomStringConvertible {
        package var diagnostics: [Diagnostic]
        package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
    }

    /// Notes and warnings of the first reading.
    package private(set) var remarks: [Diagnostic]

    /// Reads everything once.
    ///
    /// - Throws: ``Invalid`` when anything in it is an error.
    package init(paths: [String], options: ManifestSet.Options = ManifestSet.Options()) throws {
        self.paths = paths
        self.options = options
        // Before the reading: a change in between is then seen at the next tick.
        self.seen = FileState.all(of: paths)
        let set = ManifestSet(reading: paths, options: options)
        let errors = Self.errors(of: set)
        if !errors.isEmpty { throw Invalid(diagnostics: errors) }
        self.current = set.validAutoscalers
        self.remarks = set.diagnostics
    }

    /// Autoscalers of the last good content.
    package var count: Int { current.count }

    package mutating func autoscalers() -> SourceReading {
        let states = FileState.all(of: paths)
        if states != seen {
            seen = states
            let set = ManifestSet(reading: paths, options: options)
            let errors = Self.errors(of: set)
            problems = errors.map { "\($0); the last good manifests stay in force" }
            if errors.isEmpty { current = set.validAutoscalers }
        }
        return SourceReading(autoscalers: current, problems: problems)
    }

    /// What is wrong with a set, two autoscalers of one name included: which of them counts would be chance.
    private static func errors(of set: ManifestSet) -> [Diagnostic] {
        var errors = set.diagnostics.filter { $0.severity == .error }
        var seen: Set<AutoscalerKey> = []
        for manifest in set.autoscalers {
            guard let key = Autoscaler(manifest.autoscaler)?.key, !seen.insert(key).inserted else { continue }
            errors.append(
                Diagnostic(file: manifest.file, mark: manifest.mark, message: "autoscaler \(key) is there twice"))
        }
        return errors
    }
}
