/// A namespace whose pods are looked at, and how much it is likely to answer.
public struct NamespaceLoad: Sendable, Hashable {
    public var name: String
    /// Containers expected in it; decides only how queries are split.
    public var expectedSeries: Int

    public init(_ name: String, expectedSeries: Int) {
        self.name = name
        self.expectedSeries = expectedSeries
    }
}

/// The bounds by which one question is split into several.
public struct BatchLimits: Sendable, Hashable {
    /// Namespaces in one expression. Prometheus compares an alternation of literals with a set while it is short
    /// (256 in its code); past that each series costs a run of the regular expression.
    public var namespaces = 200
    /// Bytes of the alternation: far below what proxies take for a form, and still readable in a log of slow queries.
    public var patternBytes = 16 << 10
    /// Series in one answer. 50,000 with three labels are some 8 MB of JSON and half of the samples that a small
    /// `--query.max-samples` allows for rates over a few scrapes. One namespace is never split.
    public var series = 50_000

    public init() {}

    /// The namespaces in groups within the bounds, in order of their names, each once.
    public func batches(of loads: [NamespaceLoad]) -> [[String]] {
        var batches: [[String]] = []
        var current: [String] = []
        var bytes = 0
        var expected = 0
        for load in Self.merged(loads) {
            let width = PromQL.literalPattern(load.name).utf8.count + 1
            let size = max(load.expectedSeries, 1)
            let isFull =
                current.count >= namespaces || bytes + width > patternBytes || expected + size > series
            if isFull, !current.isEmpty {
                batches.append(current)
                (current, bytes, expected) = ([], 0, 0)
            }
            current.append(load.name)
            bytes += width
            expected = min(expected + size, series + 1)
        }
        if !current.isEmpty { batches.append(current) }
        return batches
    }

    private static func merged(_ loads: [NamespaceLoad]) -> [NamespaceLoad] {
        var series: [String: Int] = [:]
        for load in loads { series[load.name, default: 0] += min(max(load.expectedSeries, 0), 1 << 40) }
        return series.sorted { $0.key < $1.key }.map { NamespaceLoad($0.key, expectedSeries: $0.value) }
    }
}
