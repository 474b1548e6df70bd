internal import Autoscaling

/// Joins the answers to a ``ResourceQuery`` to a ``ResourceUsage``.
///
/// Strings of all answers get common numbers first, so that joining and grouping compare integers.
struct ResourceUsageBuilder {
    private struct PodKey: Hashable {
        var namespace: UInt32
        var pod: UInt32
    }

    private struct ContainerKey: Hashable {
        var pod: PodKey
        var container: UInt32
    }

    private struct Row {
        var key: ContainerKey
        /// `nil` when the sample was dropped.
        var usage: ContainerUsage?
        /// Only the past of the series is left, e.g. of an init container: its absence is no gap.
        var hasEnded = false
    }

    private let query: ResourceQuery
    private var interner = StringInterner()
    private var rows: [Row] = []
    private var rowOfContainer: [ContainerKey: Int] = [:]
    private var answered: Set<String> = []
    private var failures: [String: PrometheusError] = [:]
    private var doubts: [String: String] = [:]
    private var dropped: [DropReason: DroppedSamples] = [:]

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
    /// - Parameter evaluated: When the usage was asked for; a value is no younger, whatever was scraped since.
    mutating func add(
        usage: SampleVector, times: SampleVector, namespaces: [String], evaluated: Timestamp? = nil
    ) {
        answered.formUnion(namespaces)
        let lastSeen = lastSeen(times)
        let keys = KeyReader(usage.table, interner: &interner)
        rows.reserveCapacity(rows.count + usage.entries.count)
        for entry in usage.entries {
            guard let key = keys.key(of: entry) else {
                let series = SeriesLabels(table: usage.table, range: entry.labels)
                drop(.missingLabel, example: series.description)
                continue
            }
            append(key, entry.value, time: lastSeen[key].map { min($0, evaluated ?? $0) })
        }
    }

    private mutating func append(_ key: ContainerKey, _ value: SampleValue, time: Timestamp?) {
        if let earlier = rowOfContainer[key] {
            rows[earlier].usage = nil
            return drop(.duplicate, example: name(of: key))
        }
        rowOfContainer[key] = rows.count
        var row = Row(key: key, usage: nil)
        switch (Self.milliValue(of: value), time) {
        case (.failure(let reason), _):
            drop(reason, example: name(of: key))
        case (.success, .none):
            row.hasEnded = true
            drop(.ended, example: name(of: key))
        case (.success(let milliValue), .some(let time)):
            row.usage = ContainerUsage(
                container: interner.strings[Int(key.container)], milliValue: milliValue, time: time)
        }
        rows.append(row)
    }

    /// The usage, with containers grouped by pod and in the order of their names.
    consuming func finish() -> ResourceUsage {
        var podOf: [PodKey: Int] = [:]
        var groups: [[Row]] = []
        for row in rows {
            if let pod = podOf[row.key.pod] {
                groups[pod].append(row)
            } else {
                podOf[row.key.pod] = groups.count
                groups.append([row])
            }
        }
        var containers: [ContainerUsage] = []
        containers.reserveCapacity(rows.count)
        var pods: [ResourceUsage.Pod] = []
        pods.reserveCapacity(groups.count)
        for group in groups {
            let start = containers.count
            let usages = group.compactMap(\.usage)
            containers += usages.count < 2 ? usages : usages.sorted { $0.container < $1.container }
            let isComplete = group.allSatisfy { $0.usage != nil || $0.hasEnded }
            pods.append(ResourceUsage.Pod(containers: start..<containers.count, isComplete: isComplete))
        }
        var index: [String: [String: Int]] = [:]
        for namespace in answered { index[namespace] = [:] }
        for (key, pod) in podOf {
            index[interner.strings[Int(key.namespace)], default: [:]][interner.strings[Int(key.pod)]] = pod
        }
        return ResourceUsage(
            resource: query.resource, window: query.window, dropped: dropped, failures: failures, doubts: doubts,
            index: index,
            pods: pods, containers: containers)
    }

    // MARK: - Pieces

    private mutating func lastSeen(_ times: SampleVector) -> [ContainerKey: Timestamp] {
        let keys = KeyReader(times.table, interner: &interner)
        var result: [ContainerKey: Timestamp] = [:]
        result.reserveCapacity(times.entries.count)
        for entry in times.entries {
            guard let key = keys.key(of: entry), case .number(let seconds) = entry.value, seconds.isFinite else {
                continue
            }
            // Prometheus divides whole milliseconds by 1000; rounding finds them again.
            let milliseconds = (seconds * 1000).rounded()
            guard abs(milliseconds) < 9e12 else { continue }
            result[key] = Timestamp(nanoseconds: Int64(milliseconds) * 1_000_000)
        }
        return result
    }

    private mutating func drop(_ reason: DropReason, example: String) {
        dropped[reason, default: DroppedSamples(count: 0, example: example)].count += 1
    }

    private func name(of key: ContainerKey) -> String {
        [key.pod.namespace, key.pod.pod, key.container].map { interner.strings[Int($0)] }.joined(separator: "/")
    }

    private static func milliValue(of value: SampleValue) -> Result<Int64, DropReason> {
        guard case .number(let number) = value else { return .failure(.histogram) }
        if number.isNaN { return .failure(.notANumber) }
        if number.isInfinite { return .failure(.infinite) }
        if number < 0 { return .failure(.negative) }
        let milli = (number * 1000).rounded(.toNearestOrAwayFromZero)
        return .success(milli >= 0x1p63 ? .max : Int64(milli))
    }

    /// Reads the three labels of a series as common numbers.
    private struct KeyReader {
        private let names: [UInt32?]
        private let common: [UInt32]
        private let pairs: [LabelTable.Pair]

        init(_ table: LabelTable, interner: inout StringInterner) {
            names = ResourceQuery.labels.map { name in table.strings.firstIndex(of: name).map(UInt32.init) }
            common = table.strings.map { interner.symbol(for: $0) }
            pairs = table.pairs
        }

        func key(of entry: SampleVector.Entry) -> ContainerKey? {
            var found: (namespace: UInt32?, pod: UInt32?, container: UInt32?)
            for pair in pairs[entry.labels] {
                let value = common[Int(pair.value)]
                if pair.name == names[0] { found.namespace = value }
                if pair.name == names[1] { found.pod = value }
                if pair.name == names[2] { found.container = value }
            }
            guard let namespace = found.namespace, let pod = found.pod, let container = found.container else {
                return nil
            }
            return ContainerKey(pod: PodKey(namespace: namespace, pod: pod), container: container)
        }
    }
}

extension DropReason: Error {}
