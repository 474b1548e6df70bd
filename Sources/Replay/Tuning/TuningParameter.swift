package import Autoscaling
package import KubernetesTypes
internal import Manifests

/// A field of a policy that a search may vary, by the name that the API has for it.
package enum TuningParameter: String, CaseIterable, Hashable, Sendable {
    /// Of the cpu, in percent of the request.
    case averageUtilization
    case minReplicas, maxReplicas
    case scaleUpWindow = "scaleUp.stabilizationWindowSeconds"
    case scaleUpTolerance = "scaleUp.tolerance"
    /// The value of the policy of type Percent, which is added where there is none.
    case scaleUpPercent = "scaleUp.percent"
    /// The value of the policy of type Pods, which is added where there is none.
    case scaleUpPods = "scaleUp.pods"
    /// Of all policies of the direction.
    case scaleUpPeriod = "scaleUp.periodSeconds"
    case scaleDownWindow = "scaleDown.stabilizationWindowSeconds"
    case scaleDownTolerance = "scaleDown.tolerance"
    case scaleDownPercent = "scaleDown.percent"
    case scaleDownPods = "scaleDown.pods"
    case scaleDownPeriod = "scaleDown.periodSeconds"

    /// The period of a policy that is added.
    private static let addedPeriodSeconds: Int32 = 60

    /// What validation of the API allows, or what makes sense where it allows anything.
    package var bounds: ClosedRange<Double> {
        switch self {
        case .averageUtilization: 1...1_000
        case .minReplicas, .maxReplicas: 1...100_000
        case .scaleUpWindow, .scaleDownWindow: 0...3_600
        case .scaleUpTolerance, .scaleDownTolerance: 0...10
        case .scaleUpPercent, .scaleUpPods, .scaleDownPercent, .scaleDownPods: 1...100_000
        case .scaleUpPeriod, .scaleDownPeriod: 1...1_800
        }
    }

    package var isWhole: Bool { self != .scaleUpTolerance && self != .scaleDownTolerance }

    /// Sets the field.
    ///
    /// - Returns: False where the policy has no such field: it has no target for the utilisation of cpu.
    package func set(_ value: Double, in spec: inout HorizontalPodAutoscaler.Spec) -> Bool {
        let whole = Int32(clamping: Int64(value.rounded()))
        switch self {
        case .averageUtilization: return TuningParameter.setTarget(whole, in: &spec)
        case .minReplicas: spec.minReplicas = whole
        case .maxReplicas: spec.maxReplicas = whole
        default:
            if spec.behavior == nil { spec.behavior = .init() }
            spec = spec.defaulted()
            guard var behavior = spec.behavior else { return false }
            if rawValue.hasPrefix("scaleUp") {
                set(value, in: &behavior.scaleUp)
            } else {
                set(value, in: &behavior.scaleDown)
            }
            spec.behavior = behavior
        }
        return true
    }

    private func set(_ value: Double, in rules: inout HorizontalPodAutoscaler.ScalingRules?) {
        var own = rules ?? .init()
        let whole = Int32(clamping: Int64(value.rounded()))
        switch self {
        case .scaleUpWindow, .scaleDownWindow: own.stabilizationWindowSeconds = whole
        case .scaleUpTolerance, .scaleDownTolerance:
            own.tolerance = try? Quantity(NumberText.short(value))
        case .scaleUpPeriod, .scaleDownPeriod:
            own.policies = own.policies.map { policies in
                policies.map { .init(type: $0.type, value: $0.value, periodSeconds: whole) }
            }
        default:
            let type = self == .scaleUpPods || self == .scaleDownPods ? "Pods" : "Percent"
            var policies = own.policies ?? []
            if let index = policies.firstIndex(where: { $0.type == type }) {
                policies[index].value = whole
            } else {
                policies.append(.init(type: type, value: whole, periodSeconds: TuningParameter.addedPeriodSeconds))
            }
            own.policies = policies
        }
        rules = own
    }

    private static func setTarget(_ percent: Int32, in spec: inout HorizontalPodAutoscaler.Spec) -> Bool {
        spec = spec.defaulted()
        guard var metrics = spec.metrics else { return false }
        for index in metrics.indices {
            if metrics[index].resource?.name == "cpu", metrics[index].resource?.target?.averageUtilization != nil {
                metrics[index].resource?.target?.averageUtilization = percent
            } else if metrics[index].containerResource?.name == "cpu",
                metrics[index].containerResource?.target?.averageUtilization != nil
            {
                metrics[index].containerResource?.target?.averageUtilization = percent
            } else {
                continue
            }
            spec.metrics = metrics
            return true
        }
        return false
    }

    /// What the field is in a policy, for people; `nil` where it is not set or has no such policy.
    package func text(in spec: AutoscalerSpec) -> String? {
        func rules(_ up: Bool) -> ScalingRules? { up ? spec.behavior?.scaleUp : spec.behavior?.scaleDown }
        func value(_ up: Bool, _ kind: ScalingPolicy.Kind) -> String? {
            rules(up)?.policies.first { $0.kind == kind }.map { "\($0.value)" }
        }
        let isUp = rawValue.hasPrefix("scaleUp")
        switch self {
        case .averageUtilization:
            return spec.metrics.first { $0.source.isCPU && $0.target.averageUtilization != nil }
                .flatMap { $0.target.averageUtilization.map { "\($0)" } }
        case .minReplicas: return "\(spec.minReplicas)"
        case .maxReplicas: return "\(spec.maxReplicas)"
        case .scaleUpWindow, .scaleDownWindow: return rules(isUp)?.stabilizationWindowSeconds.map { "\($0)" }
        case .scaleUpTolerance, .scaleDownTolerance: return rules(isUp)?.tolerance.map { NumberText.short($0) }
        case .scaleUpPercent, .scaleDownPercent: return value(isUp, .percent)
        case .scaleUpPods, .scaleDownPods: return value(isUp, .pods)
        case .scaleUpPeriod, .scaleDownPeriod: return rules(isUp)?.policies.first.map { "\($0.periodSeconds)" }
        }
    }
}
