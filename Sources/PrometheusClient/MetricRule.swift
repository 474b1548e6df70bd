/// How metrics of some names are asked of Prometheus.
public struct MetricRule: Sendable, Hashable {
    /// The types of metrics that carry a name instead of a query.
    public enum MetricType: String, Sendable, Hashable, CaseIterable {
        case pods = "Pods"
        case object = "Object"
        case external = "External"
    }

    /// A name, or one with a `*` in it that stands for anything, nothing included.
    public struct NamePattern: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        private let prefix: String
        /// `nil` without a `*`.
        private let suffix: String?

        /// `nil` for an empty text, or one with several `*`.
        public init?(_ text: String) {
            let parts = text.split(separator: "*", omittingEmptySubsequences: false)
            guard !text.isEmpty, parts.count <= 2 else { return nil }
            description = text
            prefix = String(parts[0])
            suffix = parts.count == 2 ? String(parts[1]) : nil
        }

        /// Whether `{{captured}}` has a meaning.
        public var captures: Bool { suffix != nil }

        /// What the `*` stands for, empty without one; `nil` when the name does not match.
        func captured(in name: String) -> String? {
            guard let suffix else { return name == prefix ? "" : nil }
            guard name.utf8.count >= prefix.utf8.count + suffix.utf8.count, name.hasPrefix(prefix),
                name.hasSuffix(suffix)
            else { return nil }
            return String(name.dropFirst(prefix.count).dropLast(suffix.count))
        }
    }

    public var type: MetricType
    public var name: NamePattern
    public var query: MetricTemplate
    /// What `{{window}}` is; that of all rules when `nil`.
    public var window: Duration?

    public init(type: MetricType, name: NamePattern, query: MetricTemplate, window: Duration? = nil) {
        self.type = type
        self.name = name
        self.query = query
        self.window = window
    }
}
