/// A selector over labels in its object form: everything in it must hold.
///
/// This is the data alone; parsing, checking and matching live in `KubernetesTypes`.
///
/// - Source: `meta/v1` `LabelSelector`.
public struct LabelSelector: Hashable, Sendable, Codable {
    /// One requirement on the value of a key.
    public struct Requirement: Hashable, Sendable, Codable {
        public var key: String
        /// `In`, `NotIn`, `Exists` or `DoesNotExist`; anything else is refused by validation.
        public var `operator`: String
        public var values: [String]

        public init(key: String, operator: String, values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }

        private enum CodingKeys: String, CodingKey {
            case key, `operator`, values
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.key = try container.decodeIfPresent(String.self, forKey: .key) ?? ""
            self.operator = try container.decodeIfPresent(String.self, forKey: .operator) ?? ""
            self.values = try container.decodeIfPresent([String].self, forKey: .values) ?? []
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(key, forKey: .key)
            try container.encode(`operator`, forKey: .operator)
            if !values.isEmpty { try container.encode(values, forKey: .values) }
        }
    }

    public var matchLabels: [String: String]
    public var matchExpressions: [Requirement]

    public init(matchLabels: [String: String] = [:], matchExpressions: [Requirement] = []) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }

    private enum CodingKeys: String, CodingKey {
        case matchLabels, matchExpressions
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.matchLabels = try container.decodeIfPresent([String: String].self, forKey: .matchLabels) ?? [:]
        self.matchExpressions =
            try container.decodeIfPresent([Requirement].self, forKey: .matchExpressions) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !matchLabels.isEmpty { try container.encode(matchLabels, forKey: .matchLabels) }
        if !matchExpressions.isEmpty { try container.encode(matchExpressions, forKey: .matchExpressions) }
    }
}
