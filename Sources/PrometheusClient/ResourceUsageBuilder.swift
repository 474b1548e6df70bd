internal import Autoscaling

/// Joins the answers to a ``ResourceQuery`` to a ``ResourceUsage``.
///
/// Strings of all answers get common numbers first, so that joining and grouping compare integers. A row is a container;
/// those of one pod are chained, and a pod is looked up once for each series.
struct ResourceUsageBuilder {
    private struct Row {
        var container: UInt32
        /// The next container of the same pod.
        var next: Int32?
        var lastSeen: Timestamp?
        var milliValue: Int64 = 0
        var state = State.unmeasured
    }

    private enum State {
        /// Only its time has come yet.
        case unmeasured
        case usable
        /// Its sample was dropped.
        case dropped
        /// Only the past of the series is left, e.g. of an init container: its absence is no gap.
        case ended
    }

    private let query: ResourceQuery
    private var interner = StringInterner()
    private var index: [ResourceUsage.PodKey: Int32] = [:]
    /// The first row of each pod.
    private var pods: [Int32] = []
    private var rows: [Row] = []
    private var answered: [String: UInt32] = [:]
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
        for namespace in namespaces { answered[namespace] = interner.symbol(for: namespace) }
        takeTimes(times)
        let keys = KeyReader(usage.table, interner: &interner)
        for entry in usage.entries {
            guard let key = keys.key(of: entry) else {
                let series = SeriesLabels(table: usage.table, range: entry.labels)
                drop(.missingLabel, example: series.description)
                continue
            }
            measure(key, entry.value, evaluated: evaluated)
        }
    }

    private mutating func takeTimes(_ times: SampleVector) {
        let keys = KeyReader(times.table, interner: &interner)
        rows.reserveCapacity(rows.count + times.entries.count)
        index.reserveCapacity(rows.count + times.entries.count)
        for entry in times.entries {
            guard let key = keys.key(of: entry), case .number(let seconds) = entry.value, seconds.isFinite else {
                continue
            }
            // Prometheus divides whole milliseconds by 1000; rounding finds them again.
            let milliseconds = (seconds * 1000).rounded()
            guard abs(milliseconds) < 9e12 else { continue }
            rows[row(of: key)].lastSeen = Timestamp(nanoseconds: Int64(milliseconds) * 1_000_000)
        }
    }

    private mutating func measure(_ key: ContainerKey, _ value: SampleValue, evaluated: Timestamp?) {
        let row = row(of: key)
        guard rows[row].state == .unmeasured else {
            if rows[row].state == .usable { rows[row].state = .dropped }
            return drop(.duplicate, example: name(of: key))
        }
        switch (Self.milliValue(of: value), rows[row].lastSeen) {
        case (.failure(let reason), _):
            rows[row].state = .dropped
            drop(reason, example: name(of: key))
        case (.success, .none):
            rows[row].state = .ended
            drop(.ended, example: name(of: key))
        case (.success(let milliValue), .some(let time)):
            rows[row].state = .usable
            rows[row].milliValue = milliValue
            rows[row].lastSeen = min(time, evaluated ?? time)
        }
    }

    /// The row of a container, made when there is none.
    private mutating func row(of key: ContainerKey) -> Int {
        let new = Int32(rows.count)
        guard let pod = index[key.pod] else {
            index[key.pod] = Int32(pods.count)
            pods.append(new)
            rows.append(Row(container: key.container))
            return Int(new)
        }
        var row = Int(pods[Int(pod)])
        while rows[row].container != key.container {
            guard let next = rows[row].next else {
                rows[row].next = new
                rows.append(Row(container: key.container))
                return Int(new)
            }
            row = Int(next)
        }
        return row
    }

    /// The usage, with containers grouped by pod and in the order of their names.
    consuming func finish() -> ResourceUsage {
        var names: [UInt32: String] = [:]
        var containers: [ContainerUsage] = []
        containers.reserveCapacity(rows.count)
        var found: [ResourceUsage.Pod] = []
        found.reserveCapacity(pods.count)
        for first in pods {
            let start = containers.count
            var isComplete = true
            var next: Int32? = first
            while let place = next {
                let row = rows[Int(place)]
                next = row.next
                if row.state == .dropped { isComplete = false }
                guard row.state == .usable, let time = row.lastSeen else { continue }
                // Thousands of containers have a few names.
                let name = names[row.container] ?? interner.string(row.container)
                names[row.container] = name
                containers.append(ContainerUsage(container: name, milliValue: row.milliValue, time: time))
            }
            if containers.count - start > 1 { containers[start...].sort { $0.container < $1.container } }
            found.append(ResourceUsage.Pod(containers: start..<containers.count, isComplete: isComplete))
        }
        return ResourceUsage(
            resource: query.resource, window: query.window, dropped: dropped, failures: failures, doubts: doubts,
            strings: interner, answered: answered, index: index, pods: found, containers: containers)
    }

    // MARK: - Pieces

    private struct ContainerKey {
        var pod: ResourceUsage.PodKey
        var container: UInt32
    }

    private mutating func drop(_ reason: DropReason, example: String) {
        guard dropped[reason] == nil else {
            dropped[reason]?.count += 1
            return
        }
        dropped[reason] = DroppedSamples(count: 1, example: example)
    }

    private func name(of key: ContainerKey) -> String {
        [key.pod.namespace, key.pod.name, key.container].map { interner.string($0) }.joined(separator: "/")
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
            names = ResourceQuery.labels.map { table.strings.find($0) }
            var common: [UInt32] = []
            common.reserveCapacity(table.strings.count)
            for symbol in 0..<UInt32(table.strings.count) {
                common.append(interner.symbol(for: symbol, of: table.strings))
            }
            self.common = common
            pairs = table.pairs
        }

        func key(of entry: SampleVector.Entry) -> ContainerKey? {
            var found: (namespace: UInt32?, pod: UInt32?, container: UInt32?)
            for position in entry.labels {
                let pair = pairs[position]
                let value = common[Int(pair.value)]
                if pair.name == names[0] { found.namespace = value }
                if pair.name == names[1] { found.pod = value }
                if pair.name == names[2] { found.container = value }
            }
            guard let namespace = found.namespace, let pod = found.pod, let container = found.container else {
                return nil
            }
            return ContainerKey(pod: .init(namespace: namespace, name: pod), container: container)
        }
    }
}

extension DropReason: Error {}
