internal import Locking

/// A number, or a histogram, that many tasks may update and that writes its own samples.
public protocol Metric: Sendable {
    /// What `# TYPE` says.
    static var kind: MetricKind { get }

    /// Writes the sample lines, without a header.
    func emit(_ name: MetricName, labels: LabelSet, into writer: inout ExpositionWriter)
}

/// A number that only grows, from 0 at the start of the process.
public struct Counter: Metric {
    public static let kind = MetricKind.counter
    private let cell = Locked(0.0)

    package init() {}

    /// Adds to the counter. What would make it shrink (a negative number, NaN) is ignored: a dropped increment is
    /// a smaller lie than a counter reset that `rate` would see.
    public func increment(by amount: Double = 1) {
        guard amount >= 0 else { return }
        cell.withLock { $0 += amount }
    }

    public var value: Double { cell.withLock { $0 } }

    public func emit(_ name: MetricName, labels: LabelSet, into writer: inout ExpositionWriter) {
        writer.sample(name, labels: labels, value: value)
    }
}

/// A number that goes up and down.
public struct Gauge: Metric {
    public static let kind = MetricKind.gauge
    private let cell = Locked(0.0)

    package init() {}

    /// Replaces the number.
    public func set(_ value: Double) {
        cell.withLock { $0 = value }
    }

    /// Adds to the number; a negative amount takes away.
    public func add(_ amount: Double) {
        cell.withLock { $0 += amount }
    }

    public var value: Double { cell.withLock { $0 } }

    public func emit(_ name: MetricName, labels: LabelSet, into writer: inout ExpositionWriter) {
        writer.sample(name, labels: labels, value: value)
    }
}
