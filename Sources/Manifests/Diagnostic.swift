/// Something to say about a file: what is wrong, where, and what to do.
///
/// Prints as `hpa.yaml:12:9: spec.metrics[0].resource.targett: unknown field, did you mean target?`
package struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        /// The file cannot be used.
        case error
        /// The API accepts it, but it does not do what it seems to say.
        case warning
        /// Nothing is wrong, e.g. an object of another kind was left out.
        case note
    }

    package var severity: Severity
    /// The file as it was named, `-` for standard input.
    package var file: String
    /// `nil` when it is about the whole file.
    package var mark: Mark?
    /// Empty when it is about no field in particular.
    package var path: String
    package var message: String

    package init(_ severity: Severity = .error, file: String, mark: Mark?, path: String = "", message: String) {
        self.severity = severity
        self.file = file
        self.mark = mark
        self.path = path
        self.message = message
    }

    package var description: String {
        let place = mark.map { "\(file):\($0)" } ?? file
        return path.isEmpty ? "\(place): \(message)" : "\(place): \(path): \(message)"
    }
}
