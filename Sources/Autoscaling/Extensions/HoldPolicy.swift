/// A hold that somebody wrote into the spec: during an incident, a sale, a migration.
///
/// - Source: `spec.hold` of a HorizontalAutoscaler.
public struct HoldPolicy: Hashable, Sendable, Codable {
    /// Which changes are kept back.
    public var direction: Hold.Direction
    /// Why, in the words of whoever wrote it; may be empty.
    public var reason: String
    /// From when on it no longer holds; `nil` until it is taken out.
    public var until: Timestamp?

    /// A hold as written.
    public init(_ direction: Hold.Direction, reason: String = "", until: Timestamp? = nil) {
        self.direction = direction
        self.reason = reason
        self.until = until
    }

    /// The hold in force at a time; `nil` once it has expired.
    func hold(at now: Timestamp) -> Hold? {
        if let until, until <= now { return nil }
        let message = reason.isEmpty ? "spec.hold is set" : "spec.hold: \(reason)"
        return Hold(direction, reason: "HeldBySpec", message: message, until: until)
    }
}
