internal import Locking

/// Families in the order in which they were made, written as one page.
///
///     let registry = MetricRegistry()
///     let ticks = try registry.counter("swiftlet_ticks_total", help: "Ticks of the control loop.")
///     ticks.increment()
///     var page: [UInt8] = []
///     registry.emit(into: &page)
///
/// Making families, updating metrics and writing the page may happen on any tasks at once. The page is not one
/// instant: each metric is read when its line is written.
public final class MetricRegistry: Sendable {
    /// A family of this name is there already, or a histogram's `_bucket`, `_sum` or `_count` would collide with one.
    public struct DuplicateName: Error, Hashable, CustomStringConvertible {
        public let name: MetricName
        public var description: String { "a metric named \(name) is registered already" }
    }

    /// Counts, by family, look-ups of a label set that the family's limit refused.
    public static let droppedLabelSets = FamilyDescription(
        "exposition_dropped_label_sets_total", .counter,
        help: "Look-ups of label sets refused because a family is full.", labels: ["family"])

    private struct State {
        var names: Set<String> = [MetricRegistry.droppedLabelSets.name.description]
        var families: [any ExposedFamily] = []
    }

    private let state = Locked(State())

    public init() {}

    /// Registers a counter without labels; its name should end in `_total`.
    public func counter(_ name: MetricName, help: String) throws(DuplicateName) -> Counter {
        try single(Counter(), name, help: help)
    }

    /// Registers a gauge without labels.
    public func gauge(_ name: MetricName, help: String) throws(DuplicateName) -> Gauge {
        try single(Gauge(), name, help: help)
    }

    /// Registers a histogram without labels.
    public func histogram(
        _ name: MetricName, help: String, buckets: HistogramBuckets
    ) throws(DuplicateName) -> Histogram {
        try single(Histogram(buckets: buckets), name, help: help)
    }

    /// Registers counters told apart by labels.
    ///
    /// - Parameter limit: The most label sets held at once.
    public func counters(
        _ name: MetricName, help: String, labels: [LabelName], limit: Int
    ) throws(DuplicateName) -> MetricFamily<Counter> {
        try family(MetricFamily(.init(name, .counter, help: help, labels: labels), limit: limit) { Counter() })
    }

    /// Registers gauges told apart by labels.
    ///
    /// - Parameter limit: The most label sets held at once.
    public func gauges(
        _ name: MetricName, help: String, labels: [LabelName], limit: Int
    ) throws(DuplicateName) -> MetricFamily<Gauge> {
        try family(MetricFamily(.init(name, .gauge, help: help, labels: labels), limit: limit) { Gauge() })
    }

    /// Registers histograms told apart by labels.
    ///
    /// - Parameter limit: The most label sets held at once; each is as many lines as it has buckets, and three more.
    public func histograms(
        _ name: MetricName, help: String, labels: [LabelName], limit: Int, buckets: HistogramBuckets
    ) throws(DuplicateName) -> MetricFamily<Histogram> {
        try family(
            MetricFamily(.init(name, .histogram, help: help, labels: labels), limit: limit) {
                Histogram(buckets: buckets)
            })
    }

    /// Registers a source of whole families that are made when the page is.
    public func register(_ collector: some Collector) throws(DuplicateName) {
        try add(CollectedFamilies(collector: collector))
    }

    /// Every family that the page may have, whether it has samples now or not, in the order of the page.
    public var families: [FamilyDescription] {
        state.withLock { $0.families }.flatMap(\.families) + [Self.droppedLabelSets]
    }

    /// Appends the page to the buffer.
    public func emit(into bytes: inout [UInt8]) {
        let families = state.withLock { $0.families }
        var writer = ExpositionWriter(reservingCapacity: 4096)
        for family in families { family.emit(into: &writer) }
        emitDropped(of: families, into: &writer)
        bytes += writer.bytes
    }

    private func emitDropped(of families: [any ExposedFamily], into writer: inout ExpositionWriter) {
        let counts = families.compactMap { family -> (LabelSet, Double)? in
            guard let dropped = family.droppedLabelSets, let name = family.families.first?.name else { return nil }
            return (LabelSet([("family", name.description)]), Double(dropped))
        }
        guard !counts.isEmpty else { return }
        writer.header(Self.droppedLabelSets)
        for (labels, count) in counts { writer.sample(Self.droppedLabelSets.name, labels: labels, value: count) }
    }

    private func single<Member: Metric>(
        _ metric: Member, _ name: MetricName, help: String
    ) throws(DuplicateName) -> Member {
        try add(SingleMetric(family: .init(name, Member.kind, help: help), metric: metric))
        return metric
    }

    private func family<Member: Metric>(
        _ family: MetricFamily<Member>
    ) throws(DuplicateName) -> MetricFamily<Member> {
        try add(family)
        return family
    }

    private func add(_ family: any ExposedFamily) throws(DuplicateName) {
        let names = family.families.flatMap(Self.names)
        let taken: MetricName? = state.withLock { state in
            if let taken = names.first(where: { state.names.contains($0.description) }) { return taken }
            state.names.formUnion(names.map(\.description))
            state.families.append(family)
            return nil
        }
        if let taken { throw DuplicateName(name: taken) }
    }

    private static func names(of family: FamilyDescription) -> [MetricName] {
        guard family.kind == .histogram else { return [family.name] }
        return [family.name] + ["_bucket", "_sum", "_count"].compactMap { MetricName(family.name.description + $0) }
    }
}
