package import Autoscaling

/// The first line of a trace: which format it is, and what holds for all of it.
///
/// It may come again: files that are joined are one trace, in which every autoscaler begins anew at each header.
package struct TraceHeader: Hashable, Sendable, Codable {
    /// The version that this program writes, and the only one it reads.
    package static let version = 1

    /// What the values of demand lines are.
    package enum DemandUnit: String, Hashable, Sendable, Codable {
        /// Units of demand per second.
        case rate = "Rate"
        /// Cores that all pods together use.
        case cores = "Cores"
    }

    /// The version of the format; the encoder of a trace writes it.
    package var swiftletTrace: Int
    /// What wrote it, for people: `swiftlet run 0.1.0`.
    package var writtenBy: String
    /// The controller's flags; `nil` where nobody decided.
    package var flags: ControllerFlags?
    /// From one observation of an autoscaler to the next, in nanoseconds, above 0; `nil` where nobody says.
    package var syncPeriod: Int64?
    /// `nil` for a trace without demand lines.
    package var demand: DemandUnit?

    package init(
        writtenBy: String, flags: ControllerFlags? = nil, syncPeriod: Duration? = nil, demand: DemandUnit? = nil
    ) {
        self.swiftletTrace = TraceHeader.version
        self.writtenBy = writtenBy
        self.flags = flags
        self.syncPeriod = syncPeriod.map(\.nanoseconds)
        self.demand = demand
    }

    private enum EncodedKeys: String, CodingKey {
        case writtenBy, flags, syncPeriod, demand
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: EncodedKeys.self)
        try container.encode(writtenBy, forKey: .writtenBy)
        try container.encodeIfPresent(flags, forKey: .flags)
        try container.encodeIfPresent(syncPeriod, forKey: .syncPeriod)
        try container.encodeIfPresent(demand, forKey: .demand)
    }
}
