/// A selector over labels in its object form: everything in it must hold.
///
/// This is the data alone; parsing, checking and matching live in `KubernetesTypes`.
///
/// - Source: `meta/v1` `LabelSelector`.
public struct LabelSelector: Hashable, Sendable, Codable {
    /// One requirement on the value of a key.
    public struct Requirement: Hashable, Sendable, Codable {
        /// The label's key, checked by `KubernetesTypes`.
        public var key: String
        /// `In`, `NotIn`, `Exists` or `DoesNotExist`; anything else is refused by validation.
        public var `operator`: String
        /// The values of `In` and `NotIn`; empty for the others.
        public var values: [String]

        /// A requirement on one label.
        public init(key: String, operator: String, values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }

        private enum CodingKeys: String, CodingKey {
            case key, `operator`, values
        }

        /// Fields that are not written are empty; validation says which were needed.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.key = try container.decodeIfPresent(String.self, forKey: .key) ?? ""
            self.operator = try container.decodeIfPresent(String.self, forKey: .operator) ?? ""
            self.values = try container.decodeIfPresent([String].self, forKey: .values) ?? []
        }

        /// Leaves out empty values.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(key, forKey: .key)
            try container.encode(`operator`, forKey: .operator)
            if !values.isEmpty { try container.encode(values, forKey: .values) }
        }
    }

    /// Labels that must be there with exactly these values.
    public var matchLabels: [String: String]
    /// Requirements that must all hold too.
    public var matchExpressions: [Requirement]

    /// A selector of what is given; of everything when that is nothing.
    public init(matchLabels: [String: String] = [:], matchExpressions: [Requirement] = []) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }

    private enum CodingKeys: String, CodingKey {
        case matchLabels, matchExpressions
    }

    /// Fields that are not written are empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.matchLabels = try container.decodeIfPresent([String: String].self, forKey: .matchLabels) ?? [:]
        self.matchExpressions =
            try container.decodeIfPresent([Requirement].self, forKey: .matchExpressions) ?? []
    }

    /// Leaves out what is empty.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !matchLabels.isEmpty { try container.encode(matchLabels, forKey: .matchLabels) }
        if !matchExpressions.isEmpty { try container.encode(matchExpressions, forKey: .matchExpressions) }
    }
}
