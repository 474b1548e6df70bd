internal import Autoscaling

/// Puts the answers to a ``ResourceQuery`` together, batch after batch.
struct ResourceUsageBuilder {
    private let query: ResourceQuery
    private var batches: [UsageBatch] = []
    private var answered: [String: Int] = [:]
    private var failures: [String: PrometheusError] = [:]
    private var doubts: [String: String] = [:]

    init(_ query: ResourceQuery) {
        self.query = query
    }

    /// Takes the failure of a batch.
    mutating func fail(_ namespaces: [String], with error: PrometheusError) {
        for namespace in namespaces { failures[namespace] = error }
    }

    /// Takes note that answers for a batch may be partial.
    mutating func doubt(_ namespaces: [String], _ words: String?) {
        guard let words else { return }
        for namespace in namespaces { doubts[namespace] = words }
    }

    /// Takes the two answers for a batch.
    ///
    /// - Parameters:
    ///   - evaluated: When the usage was asked for; a value is no younger, whatever was scraped since.
    ///   - former: Where the series of the batch belonged at the tick before.
    /// - Returns: Where they belong now.
    @discardableResult
    mutating func add(
        usage: SampleVector, times: SampleVector, namespaces: [String], evaluated: Timestamp? = nil,
        knowing former: PodDirectory? = nil
    ) -> PodDirectory {
        let known = former.flatMap { $0.isOf(usage: usage, times: times, namespaces: namespaces) ? $0 : nil }
        let directory = known ?? PodDirectory(usage: usage, times: times, namespaces: namespaces)
        for namespace in namespaces { answered[namespace] = batches.count }
        batches.append(UsageBatch(directory, usage: usage, times: times, evaluated: evaluated))
        return directory
    }

    consuming func finish() -> ResourceUsage {
        var dropped: [DropReason: DroppedSamples] = [:]
        for batch in batches {
            dropped.merge(batch.dropped) { first, other in
                DroppedSamples(count: first.count + other.count, example: first.example)
            }
        }
        return ResourceUsage(
            resource: query.resource, window: query.window, dropped: dropped, failures: failures, doubts: doubts,
            batches: batches, answered: answered)
    }
}
