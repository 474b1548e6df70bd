/// What a family is: its name, what its samples mean, and what tells them apart.
public struct FamilyDescription: Sendable, Hashable {
    public let name: MetricName
    public let kind: MetricKind
    /// One sentence for people, as `# HELP` shows it.
    public let help: String
    /// In the order in which they are written; without the `le` of a histogram's buckets.
    public let labels: [LabelName]

    public init(_ name: MetricName, _ kind: MetricKind, help: String, labels: [LabelName] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }
}
