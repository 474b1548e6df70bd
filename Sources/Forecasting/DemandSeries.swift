public import Autoscaling

/// A total at regular steps: the point with the number i is the value at the time i × step since the epoch, and stands for
/// the step that ends there. A point without a value is a gap.
///
/// Single precision: seven digits are more than a load has, and histories are kept for many autoscalers.
public struct DemandSeries: Hashable, Sendable {
    /// From one point to the next, in seconds, above 0.
    public let stepSeconds: Int64
    /// The number of the first point that is kept.
    public private(set) var first: Int64 = 0
    private var values: [Float] = []

    /// A series without points.
    public init(stepSeconds: Int64) {
        self.stepSeconds = max(stepSeconds, 1)
    }

    /// A series of these values; NaN, infinite and negative ones are gaps.
    public init(stepSeconds: Int64, first: Int64, values: [Double]) {
        self.init(stepSeconds: stepSeconds)
        for (offset, value) in values.enumerated() { set(value, at: first + Int64(offset)) }
    }

    /// The number of the point after the last one that is kept.
    public var end: Int64 { first + Int64(values.count) }
    /// How many points are kept, gaps among them.
    public var count: Int { values.count }

    /// The value of a point; `nil` in a gap and outside of what is kept.
    public subscript(index: Int64) -> Double? {
        guard index >= first, index < end else { return nil }
        let value = values[Int(index - first)]
        return value.isNaN ? nil : Double(value)
    }

    /// Puts a value at a point. What lies between it and the points there were is a gap; a point before the first one
    /// that is kept is left out.
    ///
    /// - Parameter value: NaN, infinite and negative ones make a gap: no demand is less than none.
    public mutating func set(_ value: Double, at index: Int64) {
        if values.isEmpty { first = index }
        guard index >= first else { return }
        let usable = value.isFinite && value >= 0 ? Float(value) : .nan
        if index >= end {
            guard index - end < Self.longestGap else {
                values = [usable]
                first = index
                return
            }
            while end < index { values.append(.nan) }
            values.append(usable)
        } else {
            values[Int(index - first)] = usable
        }
    }

    /// Points in a row that may be missing: a year of the longest steps. What lies before a longer gap is forgotten.
    private static let longestGap: Int64 = 105_120

    /// Forgets the points before one.
    public mutating func drop(before index: Int64) {
        let count = min(max(index - first, 0), Int64(values.count))
        // Seldom, and many at once: each time moves all that stay.
        guard count > 0, count >= Int64(values.count / 16) || count == Int64(values.count) else { return }
        values.removeFirst(Int(count))
        first += count
    }

    /// The number of the last point at or before a time.
    public func index(atOrBefore time: Timestamp) -> Int64 {
        let step = stepSeconds * 1_000_000_000
        let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: step)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The time of a point.
    public func time(of index: Int64) -> Timestamp {
        let (seconds, overflow) = index.multipliedReportingOverflow(by: stepSeconds)
        return Timestamp(nanoseconds: 0).advanced(bySeconds: overflow ? (index < 0 ? .min : .max) : seconds)
    }
}
