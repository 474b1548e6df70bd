/// The values of a metric at which its proposal would leave the present size, the pods staying as they are.
///
/// What "nothing happens" needs: the load that would make something happen.
public struct ScalingThreshold: Hashable, Sendable {
    /// The smallest value that asks for more replicas, in whole percent or thousandths; `nil` when none does.
    public var scaleUpAt: Int64?
    /// The largest value that asks for fewer; `nil` when none does.
    public var scaleDownAt: Int64?

    /// - Parameters:
    ///   - target: Whole percent, or thousandths.
    ///   - multiplier: What the ratio is multiplied by: the pods that count.
    ///   - current: The present size.
    ///   - tolerance: What is close enough.
    /// - Complexity: O(1): both are computed and then checked against the rule itself.
    public init(target: Int64, multiplier: Int64, current: Int32, tolerance: Tolerance) {
        guard target > 0, multiplier > 0, target < 1 << 52 else { return }
        func proposal(_ value: Int64) -> Int32 {
            let ratio = Double(value) / Double(target)
            if tolerance.isWithin(ratio) { return current }
            return Int32(saturating: (ratio * Double(multiplier)).rounded(.up), ifNaN: current)
        }
        let upward = max(
            Double(target) * (1 + tolerance.scaleUp), Double(target) * Double(current) / Double(multiplier))
        let up = Self.bounded(upward.rounded(.down))
        scaleUpAt = (up - 1...up + 2).first { $0 >= 0 && proposal($0) > current }
        let downward = min(
            Double(target) * (1 - tolerance.scaleDown),
            Double(target) * Double(current &- 1) / Double(multiplier))
        let down = Self.bounded(downward.rounded(.up))
        scaleDownAt = (down - 2...down + 1).last { $0 >= 0 && proposal($0) < current }
    }

    /// Far enough from the ends of the range to be counted on from; no metric is out there.
    private static func bounded(_ value: Double) -> Int64 {
        min(max(Timestamp.saturating(value), -1 << 60), 1 << 60)
    }
}
