internal import Autoscaling
internal import FoundationEssentials
internal import KubernetesTypes

/// An autoscaler as the API shows it, under `/api/v1`. Fields may be added to it; none goes or changes its meaning.
struct AutoscalerStatus: Sendable, Encodable {
    var namespace: String
    var name: String
    var target: Target
    /// `Active`, `Shadow` or `Paused`.
    var mode: String
    var state: AutoscalerStanding
    /// In force: what schedules raise is raised.
    var minReplicas: Int32
    var maxReplicas: Int32
    /// Left out while the target is not known.
    var currentReplicas: Int32?
    var desiredReplicas: Int32?
    /// What the metrics ask for, and what the windows let through of it.
    var recommendedReplicas: Int32?
    var stabilizedReplicas: Int32?
    /// What a forecast asks for, used or not; left out where none does.
    var predictedReplicas: Int32?
    /// The last decision in one line.
    var line: String
    /// What keeps the size from being what the metrics ask for.
    var restraints: [Restraint]
    /// What is in force beside the metrics, whether or not it keeps anything back now; left out where nothing is.
    var hold: Hold?
    var metrics: [Metric]
    /// When the last decision was made.
    var time: Time
    /// The newest sample of the metric that has gone longest without one; left out where none has one.
    var sampleTime: Time?
    var sampleAgeSeconds: Double?
    /// When the size was last changed by this process.
    var lastChangeTime: Time?
    var error: String?

    struct Target: Sendable, Encodable {
        var apiVersion: String
        var kind: String
        var name: String
    }

    struct Restraint: Sendable, Encodable {
        /// `stabilized`, `rateLimited`, `bounded`, `held`, …: the step of the explanation.
        var kind: String
        var text: String
        /// When it lets go by itself, where that is known.
        var until: Time?
    }

    struct Hold: Sendable, Encodable {
        /// As in the condition `ScalingHeld`.
        var reason: String
        var text: String
        /// When it lets go by itself, where that is known.
        var until: Time?
        /// Whether there is a change that it keeps back now.
        var keepsBack: Bool
    }

    struct Metric: Sendable, Encodable {
        var name: String
        /// `Utilization`, `AverageValue` or `Value`.
        var targetType: String
        /// A ratio of the request for `Utilization`, else in the metric's own unit.
        var value: Double?
        var target: Double
        /// The same as people write it: `95 %`, `250m`.
        var valueText: String?
        var targetText: String
        /// Replicas that it asks for.
        var replicas: Int32?
        var error: String?
    }

    init(_ entry: StatusEntry, _ explanation: Explanation) {
        let (decision, spec) = (entry.decision, entry.specInForce)
        namespace = entry.key.namespace
        name = entry.key.name
        let reference = spec.scaleTargetRef
        target = Target(apiVersion: reference.apiVersion, kind: reference.kind, name: reference.name)
        mode = entry.mode.rawValue
        state = AutoscalerStanding(entry)
        minReplicas = spec.minReplicas
        maxReplicas = spec.maxReplicas
        if entry.hasTarget {
            currentReplicas = decision.currentReplicas
            desiredReplicas = decision.desiredReplicas
        }
        recommendedReplicas = decision.stabilization?.recommendation
        stabilizedReplicas = decision.stabilization?.stabilized
        predictedReplicas = decision.prediction?.replicas
        line = explanation.line
        restraints = explanation.steps.filter { $0.isRestraint(in: decision) }.map {
            Restraint(kind: $0.kind.rawValue, text: $0.text, until: $0.until.map(Time.init))
        }
        hold = decision.restraint.map { restraint in
            Hold(
                reason: restraint.hold.reason, text: restraint.hold.message, until: restraint.hold.until.map(Time.init),
                keepsBack: restraint.withheldReplicas != nil)
        }
        let steps = explanation.steps.filter { $0.kind == .metric }
        metrics = spec.distinctMetricNames.enumerated().map { index, name in
            Metric(entry, index, name, index < steps.count ? steps[index].text : nil)
        }
        time = Time(decision.time)
        sampleTime = entry.sampleTime.map(Time.init)
        sampleAgeSeconds = entry.sampleTime.map { Double(max(decision.time.nanoseconds(since: $0), 0)) / 1e9 }
        lastChangeTime = entry.changeTime.map(Time.init)
        error = entry.error
    }

    /// Whether the line of the last decision gives the cause that the error gives.
    var lineEndsLikeError: Bool { line.endsLike(error) }
}

extension String {
    /// Whether it gives the cause that an error gives.
    func endsLike(_ error: String?) -> Bool { error.map { hasSuffix($0.suffix(60)) } ?? false }
}

extension AutoscalerStatus.Metric {
    /// - Parameter text: The step of the explanation that is about it.
    fileprivate init(_ entry: StatusEntry, _ index: Int, _ name: String, _ text: String?) {
        let unit = entry.spec.metrics[index].unit
        let divisor: Double = unit.kind == .percent ? 100 : 1_000
        let evaluation = index < entry.decision.metrics.count ? entry.decision.metrics[index] : nil
        let proposal = evaluation?.proposal
        let value = proposal.map(unit.value)
        self.init(
            name: name, targetType: unit.targetType, value: value.map { Double($0) / divisor },
            target: Double(unit.target) / divisor, valueText: value.map(unit.text), targetText: unit.text(unit.target),
            replicas: proposal?.replicas)
        if evaluation != nil, proposal == nil { error = text }
    }
}

extension Explanation.Step {
    /// Whether it says what keeps the size from being what the metrics ask for. Whatever kinds of steps there will be:
    /// those that do not are named.
    func isRestraint(in decision: Decision) -> Bool {
        switch kind {
        case .target, .scheduled, .metric, .chosenMetric, .result, .outlook: false
        case .stabilized: decision.stabilization.map { $0.reason != .unchanged } ?? false
        default: true
        }
    }
}

/// An autoscaler with everything that is known of it.
struct AutoscalerDetails: Sendable, Encodable {
    var autoscaler: AutoscalerStatus
    var explanation: Explanation
    var conditions: [Condition]
    /// The newest first.
    var decisions: [Past]
    var history: StatusHistory?

    struct Condition: Sendable, Encodable {
        var type: String
        var status: String
        var reason: String
        var message: String
        var lastTransitionTime: Time
    }

    /// A decision that was more than the former one once more.
    struct Past: Sendable, Encodable {
        var time: Time
        /// `scaled`, `kept`, `wouldScale`, `superseded` or `failed`.
        var outcome: String
        var currentReplicas: Int32
        var desiredReplicas: Int32
        var line: String
        var paragraph: String
        var error: String?
    }

    init(_ entry: StatusEntry, _ trail: StatusTrail?, _ flags: ControllerFlags) {
        explanation = Explanation(entry.decision, spec: entry.spec, namespace: entry.key.namespace, flags: flags)
        autoscaler = AutoscalerStatus(entry, explanation)
        conditions = entry.conditions.map {
            Condition(
                type: $0.type, status: $0.status, reason: $0.reason, message: $0.message,
                lastTransitionTime: Time($0.lastTransitionTime))
        }
        decisions = (trail?.decisions ?? []).reversed().map { past in
            let words = Explanation(past.decision, spec: past.spec, namespace: entry.key.namespace, flags: flags)
            return Past(
                time: Time(past.decision.time), outcome: past.outcome.word,
                currentReplicas: past.decision.currentReplicas, desiredReplicas: past.decision.desiredReplicas,
                line: words.line, paragraph: words.paragraph, error: past.error)
        }
        history = trail.flatMap { StatusHistory($0) }
    }
}

extension AutoscalerReport.Outcome {
    var word: String {
        switch self {
        case .kept: "kept"
        case .scaled: "scaled"
        case .withheld: "wouldScale"
        case .superseded: "superseded"
        case .failed: "failed"
        }
    }
}

/// The last hours of an autoscaler in numbers, as the charts show them.
struct StatusHistory: Sendable, Encodable {
    /// When the first column begins.
    var start: Time
    var columnSeconds: Int64
    var columns: Int
    /// A column's place, current and desired replicas; only where something is other than before, and `null` sizes where
    /// nothing is known.
    var replicas: [[Int?]]
    /// A column's place, the fewest and the most replicas allowed; only where they are others than before.
    var bounds: [[Int]]
    /// What was measured over its target, the highest of each column; `null` where nothing was.
    var usage: [Double?]

    init?(_ trail: StatusTrail) {
        guard let start = trail.start else { return nil }
        let columns = trail.columns
        self.start = Time(start)
        columnSeconds = trail.columnSeconds
        self.columns = columns.count
        var replicas: [[Int?]] = []
        var bounds: [[Int]] = []
        for (index, column) in columns.enumerated() {
            let sizes: [Int?] = column.isSeen ? [Int(column.current), Int(column.desired)] : [nil, nil]
            if replicas.last.map({ Array($0.dropFirst()) }) != sizes { replicas.append([index] + sizes) }
            guard column.isSeen else { continue }
            let limits = [Int(column.minimum), Int(column.maximum)]
            if bounds.last.map({ Array($0.dropFirst()) }) != limits { bounds.append([index] + limits) }
        }
        self.replicas = replicas
        self.bounds = bounds
        usage = columns.map { $0.usage == StatusTrail.Column.none ? nil : Double($0.usage) / 1_000 }
    }
}
