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

/// The flags that every autoscaler of a controller shares, with kube-controller-manager's names and defaults.
public struct ControllerFlags: Hashable, Sendable {
    /// `--horizontal-pod-autoscaler-tolerance`, used where `behavior` has none of its own.
    public var tolerance: Double
    /// `--horizontal-pod-autoscaler-downscale-stabilization`.
    public var downscaleStabilization: Duration
    /// `--horizontal-pod-autoscaler-cpu-initialization-period`.
    public var cpuInitializationPeriod: Duration
    /// `--horizontal-pod-autoscaler-initial-readiness-delay`.
    public var initialReadinessDelay: Duration
    /// Feature gate `HPAScaleToZero`, off by default in Kubernetes v1.36.
    public var allowsScaleToZero: Bool

    /// Kube-controller-manager's defaults for what is not given.
    public init(
        tolerance: Double = 0.1,
        downscaleStabilization: Duration = .seconds(300),
        cpuInitializationPeriod: Duration = .seconds(300),
        initialReadinessDelay: Duration = .seconds(30),
        allowsScaleToZero: Bool = false
    ) {
        self.tolerance = tolerance
        self.downscaleStabilization = downscaleStabilization
        self.cpuInitializationPeriod = cpuInitializationPeriod
        self.initialReadinessDelay = initialReadinessDelay
        self.allowsScaleToZero = allowsScaleToZero
    }

    /// The tolerance that holds for a spec: its behavior's, else the flag's.
    public func tolerance(for behavior: ScalingBehavior?) -> Tolerance {
        Tolerance(
            scaleDown: behavior?.scaleDown.tolerance ?? tolerance,
            scaleUp: behavior?.scaleUp.tolerance ?? tolerance)
    }
}
