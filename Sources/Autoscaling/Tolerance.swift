/// How far the usage ratio may be from 1 without a change, in each direction.
///
/// - Source: `replica_calculator.go` v1.36, `Tolerances`; KEP-4951 for one value per direction.
public struct Tolerance: Hashable, Sendable {
    /// On the way down: 0.1 lets a ratio of 0.9 stand.
    public var scaleDown: Double
    /// On the way up: 0.1 lets a ratio of 1.1 stand.
    public var scaleUp: Double

    /// Shares of 1, at least 0: 0.1 is ten percent.
    public init(scaleDown: Double, scaleUp: Double) {
        self.scaleDown = scaleDown
        self.scaleUp = scaleUp
    }

    /// Compared in doubles as Kubernetes does, which differs from decimal arithmetic in the last digit.
    public func isWithin(_ usageRatio: Double) -> Bool {
        (1.0 - scaleDown) <= usageRatio && usageRatio <= (1.0 + scaleUp)
    }
}
