internal import Locking

/// Metrics of one name, told apart by the values of their labels, and never more of them than the limit.
///
/// Label values come from objects of the cluster, so their number is not ours to choose. Past the limit a new label
/// set gets a metric that works but is not written, and the refusal is counted; sets already there go on as before.
public final class MetricFamily<Member: Metric>: Sendable {
    private struct State {
        var members: [LabelSet: Member] = [:]
        var dropped: UInt64 = 0
    }

    /// Its label names are in the order in which values are given and written.
    public let family: FamilyDescription
    /// The most label sets held at once.
    public let limit: Int

    private let make: @Sendable () -> Member
    private let state = Locked(State())

    init(_ family: FamilyDescription, limit: Int, make: @escaping @Sendable () -> Member) {
        self.family = family
        self.limit = limit
        self.make = make
    }

    /// The metric of these label values, made at the first call.
    ///
    /// - Parameter values: One for each label name, in order. Another number of them is a mistake of the programmer.
    /// - Complexity: One dictionary look-up; keep the metric where it is updated often.
    public subscript(_ values: String...) -> Member {
        let labels = labelSet(values)
        return state.withLock { state in
            if let member = state.members[labels] { return member }
            let member = make()
            if state.members.count < limit {
                state.members[labels] = member
            } else {
                state.dropped += 1
            }
            return member
        }
    }

    /// Forgets a label set, so that a deleted object stops being exposed and its place is free again.
    public func remove(_ values: String...) {
        let labels = labelSet(values)
        state.withLock { _ = $0.members.removeValue(forKey: labels) }
    }

    private func labelSet(_ values: [String]) -> LabelSet {
        precondition(
            values.count == family.labels.count,
            "\(family.name) has \(family.labels.count) labels, not \(values.count)")
        return LabelSet(zip(family.labels, values).map { ($0, $1) })
    }
}

extension MetricFamily: ExposedFamily {
    var families: [FamilyDescription] { [family] }

    /// Sorted by the bytes of their labels, so that two scrapes differ only where the numbers do.
    func emit(into writer: inout ExpositionWriter) {
        let members = state.withLock { Array($0.members) }
        guard !members.isEmpty else { return }
        writer.header(family)
        for (labels, member) in members.sorted(by: { $0.key.rendered.lexicographicallyPrecedes($1.key.rendered) }) {
            member.emit(family.name, labels: labels, into: &writer)
        }
    }

    var droppedLabelSets: UInt64? { state.withLock { $0.dropped } }
}
