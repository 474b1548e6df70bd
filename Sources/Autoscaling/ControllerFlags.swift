/// The flags that every autoscaler of a controller shares, with kube-controller-manager's names and defaults.
///
/// Durations are kept as whole nanoseconds: dividing a `Duration`, of 128 bits, takes as long as walking over ten pods.
public struct ControllerFlags: Hashable, Sendable {
    /// `--horizontal-pod-autoscaler-tolerance`, used where `behavior` has none of its own.
    public var tolerance: Double
    /// `--horizontal-pod-autoscaler-downscale-stabilization`.
    public var downscaleStabilization: Duration {
        get { .nanoseconds(downscaleStabilizationNanoseconds) }
        set { downscaleStabilizationNanoseconds = newValue.nanoseconds }
    }
    /// `--horizontal-pod-autoscaler-cpu-initialization-period`.
    public var cpuInitializationPeriod: Duration {
        get { .nanoseconds(cpuInitializationPeriodNanoseconds) }
        set { cpuInitializationPeriodNanoseconds = newValue.nanoseconds }
    }
    /// `--horizontal-pod-autoscaler-initial-readiness-delay`.
    public var initialReadinessDelay: Duration {
        get { .nanoseconds(initialReadinessDelayNanoseconds) }
        set { initialReadinessDelayNanoseconds = newValue.nanoseconds }
    }
    /// Feature gate `HPAScaleToZero`, off by default in Kubernetes v1.36.
    public var allowsScaleToZero: Bool

    private(set) var downscaleStabilizationNanoseconds: Int64
    private(set) var cpuInitializationPeriodNanoseconds: Int64
    private(set) var initialReadinessDelayNanoseconds: Int64

    /// Kube-controller-manager's defaults for what is not given.
    public init(
        tolerance: Double = 0.1,
        downscaleStabilization: Duration = .seconds(300),
        cpuInitializationPeriod: Duration = .seconds(300),
        initialReadinessDelay: Duration = .seconds(30),
        allowsScaleToZero: Bool = false
    ) {
        self.tolerance = tolerance
        self.downscaleStabilizationNanoseconds = downscaleStabilization.nanoseconds
        self.cpuInitializationPeriodNanoseconds = cpuInitializationPeriod.nanoseconds
        self.initialReadinessDelayNanoseconds = initialReadinessDelay.nanoseconds
        self.allowsScaleToZero = allowsScaleToZero
    }

    /// Kube-controller-manager's defaults, made once.
    public static let defaults = ControllerFlags()

    /// The tolerance that holds for a spec: its behavior's, else the flag's.
    public func tolerance(for behavior: ScalingBehavior?) -> Tolerance {
        Tolerance(
            scaleDown: behavior?.scaleDown.tolerance ?? tolerance,
            scaleUp: behavior?.scaleUp.tolerance ?? tolerance)
    }
}
