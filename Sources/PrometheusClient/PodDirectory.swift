/// Whose usage the series of one batch of namespaces are: the pods that there are, their containers, and where each series
/// of the two answers belongs.
///
/// All of it follows from the labels of the series. While those stay the same, so does the directory, and numbers from it
/// stay good: a tick then only puts values in their places.
package final class PodDirectory: Sendable {
    let namespaces: [String]
    /// The series that it was made of; `nil` where they are not remembered.
    let usage: KnownSeries?
    let times: KnownSeries?
    /// Strings of all answers have common numbers, so that joining and grouping compare integers.
    private let strings: StringInterner
    private let spaces: [String: UInt32]
    private let index: [ResourceUsage.PodKey: Int32]
    /// The first row of each pod, and the end of the last. A row is a container; those of a pod are in the order of names.
    let starts: [Int32]
    private let rows: [ContainerKey]
    /// Thousands of containers have a few names.
    private let names: [UInt32: String]
    /// The row of each series; ``none`` for one that lacks a label.
    let usageRows: [Int32]
    let timeRows: [Int32]

    static let none: Int32 = -1

    /// - Parameter namespaces: Those that were asked for.
    init(usage: SampleVector, times: SampleVector, namespaces: [String]) {
        self.namespaces = namespaces
        self.usage = usage.series
        // Both answers mostly have the same series: one memory does for both.
        if let series = usage.series, let other = times.series, series.isWritten(as: other) {
            self.times = series
        } else {
            self.times = times.series
        }
        var strings = StringInterner()
        spaces = Dictionary(namespaces.map { ($0, strings.symbol(for: $0)) }) { first, _ in first }
        var rows = Rows(capacity: max(usage.entries.count, times.entries.count))
        let timeRows = rows.take(times, &strings)
        let areAlike = usage.isWritten(as: times)
        let usageRows = areAlike ? timeRows : rows.take(usage, &strings)
        let order = rows.ordered(strings)
        self.starts = order.starts
        self.rows = order.rows
        self.names = order.names
        let places = { (row: Int32) in row == Self.none ? row : order.places[Int(row)] }
        self.timeRows = timeRows.map(places)
        self.usageRows = areAlike ? self.timeRows : usageRows.map(places)
        self.index = rows.index
        self.strings = strings
    }

    /// Whether it is that of two other answers.
    func isOf(usage: SampleVector, times: SampleVector, namespaces: [String]) -> Bool {
        guard let series = usage.series, let other = times.series else { return false }
        return series === self.usage && other === self.times && namespaces == self.namespaces
    }

    var rowCount: Int { rows.count }

    var podCount: Int { starts.count - 1 }

    func rows(of pod: Int32) -> Range<Int> { Int(starts[Int(pod)])..<Int(starts[Int(pod) + 1]) }

    func container(of row: Int) -> String { names[rows[row].container] ?? "" }

    /// The number of a pod; ``none`` for one that has no series.
    func number(namespace: String, pod: String) -> Int32 {
        guard let space = spaces[namespace], let name = strings.find(pod) else { return Self.none }
        return index[.init(namespace: space, name: name)] ?? Self.none
    }

    /// For people: `shop/web-0/app`.
    func description(of row: Int) -> String {
        let key = rows[row]
        return [key.pod.namespace, key.pod.name, key.container].map { strings.string($0) }.joined(separator: "/")
    }
}

/// A container by the numbers of its names.
private struct ContainerKey: Sendable {
    var pod: ResourceUsage.PodKey
    var container: UInt32
}

/// The containers as the series come: those of one pod are chained, and a pod is looked up once for each series.
private struct Rows {
    private struct Row {
        var key: ContainerKey
        /// The next container of the same pod.
        var next: Int32?
    }

    private var rows: [Row] = []
    /// The first row of each pod.
    private var pods: [Int32] = []
    private(set) var index: [ResourceUsage.PodKey: Int32] = [:]

    init(capacity: Int) {
        rows.reserveCapacity(capacity)
        pods.reserveCapacity(capacity)
        index.reserveCapacity(capacity)
    }

    /// The rows of the series of an answer.
    mutating func take(_ answer: SampleVector, _ strings: inout StringInterner) -> [Int32] {
        let keys = KeyReader(answer.table, strings: &strings)
        return answer.entries.map { entry in keys.key(of: entry).map { row(of: $0) } ?? PodDirectory.none }
    }

    /// The row of a container, made when there is none.
    private mutating func row(of key: ContainerKey) -> Int32 {
        let new = Int32(rows.count)
        guard let pod = index[key.pod] else {
            index[key.pod] = Int32(pods.count)
            pods.append(new)
            rows.append(Row(key: key))
            return new
        }
        var row = pods[Int(pod)]
        while rows[Int(row)].key.container != key.container {
            guard let next = rows[Int(row)].next else {
                rows[Int(row)].next = new
                rows.append(Row(key: key))
                return new
            }
            row = next
        }
        return row
    }

    /// The rows with those of a pod side by side, in the order of the containers' names.
    func ordered(
        _ strings: StringInterner
    ) -> (rows: [ContainerKey], starts: [Int32], names: [UInt32: String], places: [Int32]) {
        var names: [UInt32: String] = [:]
        var ordered: [ContainerKey] = []
        ordered.reserveCapacity(rows.count)
        var starts: [Int32] = [0]
        starts.reserveCapacity(pods.count + 1)
        var places = Array(repeating: PodDirectory.none, count: rows.count)
        for first in pods {
            var own: [Int] = []
            var next: Int32? = first
            while let row = next {
                own.append(Int(row))
                let container = rows[Int(row)].key.container
                if names[container] == nil { names[container] = strings.string(container) }
                next = rows[Int(row)].next
            }
            if own.count > 1 {
                own.sort { (names[rows[$0].key.container] ?? "") < (names[rows[$1].key.container] ?? "") }
            }
            for row in own {
                places[row] = Int32(ordered.count)
                ordered.append(rows[row].key)
            }
            starts.append(Int32(ordered.count))
        }
        return (ordered, starts, names, places)
    }
}

/// Reads the three labels of a series as common numbers.
private struct KeyReader {
    private let names: [UInt32?]
    private let common: [UInt32]
    private let pairs: [LabelTable.Pair]

    init(_ table: LabelTable, strings: inout StringInterner) {
        names = ResourceQuery.labels.map { table.strings.find($0) }
        var common: [UInt32] = []
        common.reserveCapacity(table.strings.count)
        for symbol in 0..<UInt32(table.strings.count) {
            common.append(strings.symbol(for: symbol, of: table.strings))
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

extension SampleVector {
    /// Whether it is known to have the series of another one, in the same order.
    fileprivate func isWritten(as other: SampleVector) -> Bool {
        guard let series, let others = other.series else { return false }
        return series.isWritten(as: others)
    }
}
