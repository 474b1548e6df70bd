/// Names an object of the autoscaler's own namespace: `spec.scaleTargetRef`, or what an Object metric describes.
///
/// - Source: `autoscaling/v2` `CrossVersionObjectReference`.
public struct CrossVersionObjectReference: Hashable, Sendable, Codable {
    /// Group and version, e.g. `apps/v1`; may be empty as written.
    public var apiVersion: String
    /// E.g. `Deployment`.
    public var kind: String
    /// The object's name; its namespace is the autoscaler's.
    public var name: String

    /// A reference as written; nothing is checked.
    public init(apiVersion: String = "", kind: String, name: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
    }

    private enum CodingKeys: String, CodingKey {
        case apiVersion, kind, name
    }

    /// Fields that are not written are empty, as the API server reads them; validation says which were needed.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.apiVersion = try container.decodeIfPresent(String.self, forKey: .apiVersion) ?? ""
        self.kind = try container.decodeIfPresent(String.self, forKey: .kind) ?? ""
        self.name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    }

    /// Leaves out an empty `apiVersion`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !apiVersion.isEmpty { try container.encode(apiVersion, forKey: .apiVersion) }
        try container.encode(kind, forKey: .kind)
        try container.encode(name, forKey: .name)
    }
}
