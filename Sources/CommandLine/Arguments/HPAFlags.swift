package import Autoscaling

/// The flags of kube-controller-manager's HPA, with its meaning and defaults; its long names work as well.
package enum HPAFlags {
    private static let prefix = "horizontal-pod-autoscaler-"

    package static let tolerance = Option<Double>.number(
        "tolerance", aliases: [prefix + "tolerance"], default: 0.1, in: 0...1_000_000,
        "How far the usage ratio may be from 1 without a change, where behavior has no tolerance of its own")
    package static let downscaleStabilization = Option<Duration>.duration(
        "downscale-stabilization", aliases: [prefix + "downscale-stabilization"], default: .seconds(300),
        "How long past recommendations hold a scale-down, where behavior has no window of its own")
    package static let cpuInitializationPeriod = Option<Duration>.duration(
        "cpu-initialization-period", aliases: [prefix + "cpu-initialization-period"], default: .seconds(300),
        "How long after its start a pod's CPU samples may be skipped")
    package static let initialReadinessDelay = Option<Duration>.duration(
        "initial-readiness-delay", aliases: [prefix + "initial-readiness-delay"], default: .seconds(30),
        "How long after its start a pod's changes of readiness count as its first")
    package static let scaleToZero = Option<Bool>.flag(
        "scale-to-zero", "Allow minReplicas 0, as feature gate HPAScaleToZero does")

    /// For the tables of commands that decide.
    package static let all: [OptionSpec] = [
        tolerance.spec, downscaleStabilization.spec, cpuInitializationPeriod.spec, initialReadinessDelay.spec,
        scaleToZero.spec,
    ]
}

extension ControllerFlags {
    /// The flags as they were written.
    package init(_ arguments: Arguments) throws(UsageError) {
        self.init(
            tolerance: try arguments[HPAFlags.tolerance],
            downscaleStabilization: try arguments[HPAFlags.downscaleStabilization],
            cpuInitializationPeriod: try arguments[HPAFlags.cpuInitializationPeriod],
            initialReadinessDelay: try arguments[HPAFlags.initialReadinessDelay],
            allowsScaleToZero: try arguments[HPAFlags.scaleToZero])
    }

    /// These flags, but for those that are written.
    func replaced(by arguments: Arguments) throws(UsageError) -> ControllerFlags {
        let written = try ControllerFlags(arguments)
        var flags = self
        if arguments.contains(HPAFlags.tolerance) { flags.tolerance = written.tolerance }
        if arguments.contains(HPAFlags.downscaleStabilization) {
            flags.downscaleStabilization = written.downscaleStabilization
        }
        if arguments.contains(HPAFlags.cpuInitializationPeriod) {
            flags.cpuInitializationPeriod = written.cpuInitializationPeriod
        }
        if arguments.contains(HPAFlags.initialReadinessDelay) {
            flags.initialReadinessDelay = written.initialReadinessDelay
        }
        if arguments.contains(HPAFlags.scaleToZero) { flags.allowsScaleToZero = written.allowsScaleToZero }
        return flags
    }
}
