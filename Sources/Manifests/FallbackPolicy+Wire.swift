internal import Autoscaling
internal import KubernetesTypes

extension FallbackPolicy {
    /// The steps in the order of their times, in whatever order they are written.
    init(_ wire: HorizontalAutoscaler.Fallback) {
        self.init(
            steps: (wire.steps ?? []).compactMap(Step.init).sorted { $0.afterSeconds < $1.afterSeconds })
    }
}

extension FallbackPolicy.Step {
    fileprivate init?(_ wire: HorizontalAutoscaler.Fallback.Step) {
        let action: FallbackPolicy.Action
        switch wire.action?.value {
        case .hold: action = .hold
        case .lastGood: action = .lastGood
        case .atLeast: action = .atLeast(replicas: wire.replicas ?? 0)
        case .fixed: action = .fixed(replicas: wire.replicas ?? 0)
        case nil: return nil
        }
        self.init(afterSeconds: wire.afterSeconds ?? 0, action)
    }
}

extension HorizontalAutoscaler.Fallback {
    private static let mostSteps = 10
    /// A week.
    private static let longestFailureSeconds: Int32 = 604_800

    func validate(at path: FieldPath) -> [FieldError] {
        let steps = steps ?? []
        let path = path.child("steps")
        if steps.isEmpty { return [FieldError(.required, at: path, "must have at least one step")] }
        var errors: [FieldError] = []
        if steps.count > Self.mostSteps {
            errors.append(FieldError(.tooLong, at: path, "may not be more than \(Self.mostSteps) steps"))
        }
        for (index, step) in steps.enumerated() {
            let path = path.index(index)
            errors += step.validate(at: path, longest: Self.longestFailureSeconds)
            guard let seconds = step.afterSeconds, steps.prefix(index).contains(where: { $0.afterSeconds == seconds })
            else { continue }
            errors.append(
                FieldError(.invalid, at: path.child("afterSeconds"), "another step has this time", value: "\(seconds)"))
        }
        return errors
    }
}

extension HorizontalAutoscaler.Fallback.Step {
    fileprivate func validate(at path: FieldPath, longest: Int32) -> [FieldError] {
        var errors: [FieldError] = []
        if let afterSeconds {
            if !(0...longest).contains(afterSeconds) {
                errors.append(
                    FieldError(
                        .invalid, at: path.child("afterSeconds"), "must be from 0 to \(longest)",
                        value: "\(afterSeconds)"))
            }
        } else {
            errors.append(FieldError(.required, at: path.child("afterSeconds"), "must be set"))
        }
        guard let action else {
            return errors + [FieldError(.required, at: path.child("action"), "must be set")]
        }
        let needsReplicas = action.value == .atLeast || action.value == .fixed
        switch replicas {
        case nil where needsReplicas:
            errors.append(FieldError(.required, at: path.child("replicas"), "must be set for AtLeast and Fixed"))
        case .some where !needsReplicas && action.value != nil:
            errors.append(FieldError(.forbidden, at: path.child("replicas"), "may be set for AtLeast and Fixed only"))
        case let replicas? where replicas < 1:
            errors.append(
                FieldError(
                    .invalid, at: path.child("replicas"), "must be greater than or equal to 1", value: "\(replicas)"))
        default: break
        }
        return errors
    }
}
