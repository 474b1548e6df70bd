// The conditions that each step of a decision sets, with the reasons and messages of the HPA controller.
// Source: `horizontal.go` v1.36.

extension Stabilization {
    /// The condition `AbleToScale` as the stabilisation sets it.
    public var condition: Condition {
        switch reason {
        case .unchanged:
            Condition(.ableToScale, true, "ReadyForNewScale", "recommended size matches current size")
        case .scaleUpStabilized:
            Condition(
                .ableToScale, true, "ScaleUpStabilized",
                "recent recommendations were lower than current one, applying the lowest recent recommendation")
        case .scaleDownStabilized:
            Condition(
                .ableToScale, true, "ScaleDownStabilized",
                "recent recommendations were higher than current one, applying the highest recent recommendation")
        }
    }
}

extension Limitation {
    /// The condition `ScalingLimited` as the limits set it.
    public var condition: Condition {
        let (reason, message) =
            switch reason {
            case .desiredWithinRange:
                ("DesiredWithinRange", "the desired count is within the acceptable range")
            case .scaleUpLimit:
                ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
            case .scaleDownLimit:
                ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
            case .tooManyReplicas:
                ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
            case .tooFewReplicas:
                ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
            }
        return Condition(.scalingLimited, isLimited, reason, message)
    }
}

extension TargetState.Failure: CustomStringConvertible {
    /// The cause alone.
    public var description: String {
        switch self {
        case .invalidAPIVersion(let text), .unknownKind(let text), .notReadable(let text): text
        }
    }

    func errorText(reference: String) -> String {
        switch self {
        case .invalidAPIVersion(let text): "invalid API version in scale target reference: \(text)"
        case .unknownKind(let text): "unable to determine resource for scale target reference: \(text)"
        case .notReadable(let text): "failed to query scale subresource for \(reference): \(text)"
        }
    }
}

extension SelectorState {
    /// Reason of the event, and its text, which is the error as well; `nil` for a valid selector.
    var problem: (eventReason: String, text: String)? {
        switch self {
        case .valid: nil
        case .missing: ("SelectorRequired", "selector is required")
        case .invalid(let text):
            (
                "InvalidSelector",
                "couldn't convert selector into a corresponding internal selector object: \(text)"
            )
        case .ambiguous(let selector, let autoscalers):
            (
                "AmbiguousSelector",
                "pods by selector \(selector) are controlled by multiple HPAs: [\(autoscalers.joined(separator: " "))]"
            )
        }
    }

    var condition: Condition? {
        guard let problem else { return nil }
        switch self {
        case .valid: return nil
        case .missing:
            return Condition(
                .scalingActive, false, "InvalidSelector", "the HPA target's scale is missing a selector")
        case .invalid: return Condition(.scalingActive, false, "InvalidSelector", problem.text)
        case .ambiguous: return Condition(.scalingActive, false, "AmbiguousSelector", problem.text)
        }
    }
}

extension Decision {
    /// Why the size is to change, in the words of the event; empty where only the bounds asked for it.
    public func rescaleReasonText(spec: AutoscalerSpec) -> String? {
        switch rescaleReason {
        case nil: nil
        case .aboveMaximum: "Current number of replicas above Spec.MaxReplicas"
        case .belowMinimum: "Current number of replicas below Spec.MinReplicas"
        case .allMetricsBelowTarget: "All metrics below target"
        case .metricAboveTarget(let index):
            index < spec.metrics.count ? "\(spec.metrics[index].displayName) above target" : ""
        case .fallback: fallback.map { "Metrics have failed since \(NumberText.timeOfDay($0.since)) UTC, \($0.wish)" }
        case .formula(let isAbove): "The formula gives \(isAbove ? "more" : "less") than the present size"
        case .metricExpectedAboveTarget(let index):
            index < spec.metrics.count ? "\(spec.metrics[index].displayName) expected above target" : ""
        case .unnamed: ""
        }
    }
}
