/// What a decision and its write leave in the autoscaler's status, and the events they raise.
///
/// A pure function of the decision, so that the words are the same in `run`, `plan` and `replay`.
///
/// - Source: `horizontal.go` v1.36, `reconcileAutoscaler`, `setStatus`.
public struct DecisionReport: Hashable, Sendable {
    /// What became of the write that a decision asked for.
    public enum Write: Hashable, Sendable {
        /// None was asked for, or none was made.
        case none
        case succeeded
        /// It failed, with this cause.
        case failed(String)
    }

    /// An Event of the autoscaler.
    public struct Event: Hashable, Sendable {
        /// `Warning` rather than `Normal`.
        public var isWarning: Bool
        /// One CamelCase word, as the HPA controller uses it.
        public var reason: String
        /// A sentence for a person.
        public var message: String

        /// An event as it would be recorded.
        public init(isWarning: Bool, reason: String, message: String) {
            self.isWarning = isWarning
            self.reason = reason
            self.message = message
        }
    }

    /// The status as the API shows it.
    public struct Status: Hashable, Sendable {
        /// The size the target was asked to have before the decision.
        public var currentReplicas: Int32
        /// The size it was last decided to have.
        public var desiredReplicas: Int32
        /// `nil` when no metric was looked at.
        public var currentMetrics: [MetricStatus]?
        /// In the order in which they were first set.
        public var conditions: [StatusCondition]

        /// A status as the API shows it.
        public init(
            currentReplicas: Int32, desiredReplicas: Int32, currentMetrics: [MetricStatus]? = nil,
            conditions: [StatusCondition] = []
        ) {
            self.currentReplicas = currentReplicas
            self.desiredReplicas = desiredReplicas
            self.currentMetrics = currentMetrics
            self.conditions = conditions
        }
    }

    /// The status after the decision.
    public var status: Status
    /// Whether the target's size was changed at the decision's time: the status' `lastScaleTime`.
    public var scaledNow: Bool
    /// In the order in which the controller raises them.
    public var events: [Event]
    /// The error of the whole decision; it can go together with a change of size.
    public var error: String?
}

/// The present value of a metric as the status shows it.
public enum MetricStatus: Hashable, Sendable {
    /// There is none.
    case failed
    /// Thousandths in all.
    case value(Int64)
    /// Thousandths for each pod, and for utilisation targets the percentage.
    case averageValue(Int64, utilization: Int32?)
}

extension DecisionReport {
    /// - Parameters:
    ///   - decision: What was decided.
    ///   - spec: The spec it was decided by.
    ///   - namespace: The autoscaler's namespace.
    ///   - previous: The status before; its conditions keep their times where nothing changed.
    ///   - write: What became of the write.
    ///   - flags: The controller's flags.
    public init(
        _ decision: Decision, spec: AutoscalerSpec, namespace: String, previous: Status, write: Write,
        flags: ControllerFlags
    ) {
        var writer = ReportWriter(
            decision: decision, spec: spec, namespace: namespace, write: write, flags: flags,
            report: DecisionReport(status: previous, scaledNow: false, events: [], error: nil))
        writer.run()
        self = writer.report
    }
}

/// Builds a report step by step, in the order in which the controller sets conditions and raises events.
struct ReportWriter {
    let decision: Decision
    let spec: AutoscalerSpec
    let namespace: String
    let write: DecisionReport.Write
    let flags: ControllerFlags
    var report: DecisionReport

    private var reference: String { "\(spec.scaleTargetRef.kind)/\(namespace)/\(spec.scaleTargetRef.name)" }

    mutating func run() {
        if case .targetUnavailable(let failure) = decision.basis {
            warn("FailedGetScale", failure.description)
            set(
                Condition(
                    .ableToScale, false, "FailedGetScale",
                    "the HPA controller was unable to get the target's current scale: \(failure)"))
            report.error = failure.errorText(reference: reference)
            return
        }
        set(
            Condition(
                .ableToScale, true, "SucceededGetScale",
                "the HPA controller was able to get the target's current scale"))
        reportFallback()
        guard reportBasis() else {
            report.status.currentReplicas = decision.currentReplicas
            report.status.currentMetrics = decision.metrics.isEmpty ? nil : metricStatuses
            return
        }
        reportPrediction()
        reportRestraint()
        reportSchedules()
        reportLeavingZero()
        if decision.rescales { reportWrite() }
        report.status.currentReplicas = decision.currentReplicas
        report.status.currentMetrics = decision.metrics.isEmpty ? nil : metricStatuses
        if case .failed = write, decision.rescales { return }
        report.status.desiredReplicas = decision.desiredReplicas
    }

    /// Reports what the decision rests on; false when it ended there with an error.
    private mutating func reportBasis() -> Bool {
        switch decision.basis {
        case .targetUnavailable: return false
        case .disabledAtZero:
            if !spec.allowsScaleToZero(flags) { reportScaleToZero() }
            set(
                Condition(
                    .scalingActive, false, "ScalingDisabled",
                    "scaling is disabled since the replica count of the target is zero"))
        case .aboveMaximum, .belowMinimum: break
        case .selector(let state):
            guard let problem = state.problem, let condition = state.condition else { return false }
            warn(problem.eventReason, problem.text)
            set(condition)
            fail(problem.text)
            return false
        case .noMetrics:
            let text = "the autoscaler has no metrics"
            set(Condition(.scalingActive, false, "InvalidMetricSourceType", text))
            fail(text)
            return false
        case .invalidMetrics(let invalid):
            reportFailure(invalid)
            return false
        case .formulaFailed:
            reportFormulaFailure()
            return false
        case .formula:
            warnOfFailedMetrics()
            set(
                Condition(
                    .scalingActive, true, "ValidMetricFound",
                    "the HPA was able to successfully calculate a replica count from spec.formula"))
            if let stabilization = decision.stabilization { set(stabilization.condition) }
            if let limitation = decision.limitation { set(limitation.condition) }
        case .fallback(let invalid):
            if case .failed = decision.formula?.outcome {
                reportFormulaFailure()
            } else if let invalid {
                reportFailure(invalid)
            }
            if let stabilization = decision.stabilization { set(stabilization.condition) }
            if let limitation = decision.limitation { set(limitation.condition) }
        case .metric(let index, let invalid):
            warnOfFailedMetrics()
            // A recommendation of nothing at all names no metric.
            let name = index < spec.metrics.count ? spec.metrics[index].displayName : ""
            set(
                Condition(
                    .scalingActive, true, "ValidMetricFound",
                    "the HPA was able to successfully calculate a replica count from \(name)"))
            report.error = invalid.map(errorText)
            if let stabilization = decision.stabilization { set(stabilization.condition) }
            if let limitation = decision.limitation { set(limitation.condition) }
        }
        return true
    }

    private mutating func reportFailure(_ invalid: Decision.InvalidMetrics) {
        warnOfFailedMetrics()
        let failed = spec.metrics[invalid.first]
        set(
            Condition(
                .scalingActive, false, failed.source.failureReason,
                "the HPA was unable to compute the replica count: \(eventText(invalid.first))"))
        fail(errorText(invalid))
    }

    private mutating func reportPrediction() {
        if let prediction = decision.prediction {
            set(prediction.condition)
        } else if spec.extensions?.prediction == nil {
            report.status.conditions.removeAll { $0.type == Condition.Kind.predictionActive.rawValue }
        }
    }

    private mutating func reportWrite() {
        let reason = decision.rescaleReasonText(spec: spec) ?? ""
        let size = "New size: \(decision.desiredReplicas); reason: \(reason)"
        switch write {
        case .none: break
        case .failed(let cause):
            warn("FailedRescale", "\(size); error: \(cause)")
            set(
                Condition(
                    .ableToScale, false, "FailedUpdateScale",
                    "the HPA controller was unable to update the target scale: \(cause)"))
            report.error = "failed to rescale \(reference): \(cause)"
        case .succeeded:
            set(
                Condition(
                    .ableToScale, true, "SucceededRescale",
                    "the HPA controller was able to update the target scale to \(decision.desiredReplicas)"))
            report.events.append(
                DecisionReport.Event(isWarning: false, reason: "SuccessfulRescale", message: size))
            report.scaledNow = true
            reportScaleToZero()
        }
    }

    /// With the feature gate off the condition has no meaning, and goes.
    private mutating func reportScaleToZero() {
        guard spec.allowsScaleToZero(flags) else {
            report.status.conditions.removeAll { $0.type == Condition.Kind.scaledToZero.rawValue }
            return
        }
        let toZero = decision.desiredReplicas == 0 && spec.hasMetricBeyondPods
        set(
            toZero
                ? Condition(.scaledToZero, true, "ScaledToZero", "the HPA controller scaled the workload to zero")
                : Condition(
                    .scaledToZero, false, "NotScaledToZero",
                    "the HPA controller did not scale the workload to zero"))
    }

    private var metricStatuses: [MetricStatus] {
        decision.metrics.indices.map { index in
            guard let proposal = decision.metrics[index].proposal else { return .failed }
            let target = spec.metrics[index].target
            switch spec.metrics[index].source {
            case .object where target.kind == .value, .prometheus where target.kind == .value:
                return .value(proposal.usage)
            case .external where target.averageValue == nil: return .value(proposal.usage)
            default: return .averageValue(proposal.usage, utilization: proposal.utilization)
            }
        }
    }

    private func eventText(_ index: Int) -> String {
        guard case .failed(let failure) = decision.metrics[index].outcome else { return "" }
        return failure.eventText(of: spec.metrics[index], namespace: namespace)
    }

    private func errorText(_ invalid: Decision.InvalidMetrics) -> String {
        guard case .failed(let failure) = decision.metrics[invalid.first].outcome else { return "" }
        let first = failure.errorText(of: spec.metrics[invalid.first], namespace: namespace)
        return "invalid metrics (\(invalid.count) invalid out of \(invalid.total)), first error is: \(first)"
    }

    mutating func warnOfFailedMetrics() {
        for index in decision.metrics.indices {
            if case .failed = decision.metrics[index].outcome, !isForgiven(index) {
                warn(spec.metrics[index].source.failureReason, eventText(index))
            }
        }
    }

    /// A target that is at zero by a policy has no pods whose metrics could be known.
    private func isForgiven(_ index: Int) -> Bool {
        decision.activity != nil && decision.currentReplicas == 0 && !spec.metrics[index].source.isBeyondPods
    }

    mutating func fail(_ text: String) {
        warn("FailedComputeMetricsReplicas", text)
        report.error =
            "failed to compute desired number of replicas based on listed metrics for \(reference): \(text)"
    }

    mutating func warn(_ reason: String, _ message: String) {
        report.events.append(DecisionReport.Event(isWarning: true, reason: reason, message: message))
    }

    mutating func set(_ condition: Condition) {
        report.status.conditions.set(condition, at: decision.time)
    }
}
