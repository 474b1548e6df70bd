/// One line of a shadow log: what was compared between this controller, which writes nothing, and the one that does.
package struct ShadowRecord: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable {
        /// The two want different sizes, and have for longer than it takes one of them to look again.
        case began
        /// They want the same again.
        case ended
        /// Ticks compared since the last summary.
        case summary
    }

    /// The version of the form; other versions are not read.
    package static let currentVersion = 1

    package var version = Self.currentVersion
    package var kind: Kind
    package var namespace: String
    package var name: String
    /// RFC 3339, of the tick that found it.
    package var time: String
    /// What this controller wanted.
    package var ours: Int32?
    /// What the status of the other controller says it wanted.
    package var theirs: Int32?
    /// How long they have differed, in seconds.
    package var seconds: Double?
    /// Why we wanted what we wanted.
    package var explanation: String?
    /// What the other controller's conditions say.
    package var theirReasons: [String]?
    /// Metrics as each has measured them, e.g. `cpu 82 %`.
    package var ourMetrics: [String]?
    package var theirMetrics: [String]?
    /// Of a summary: ticks in which both had a size, and those in which it was the same.
    package var ticks: Int?
    package var agreed: Int?

    init(_ kind: Kind, of key: AutoscalerKey, time: String) {
        self.kind = kind
        self.namespace = key.namespace
        self.name = key.name
        self.time = time
    }
}
