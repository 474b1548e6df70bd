package import Autoscaling
package import Manifests
package import Schedules

/// One policy against one recorded past.
///
/// The same run gives the same ticks, scores and bytes of output every time; memory does not grow with the trace.
package struct ReplayRun: Sendable {
    /// Whether decisions have consequences.
    package enum Mode: Hashable, Sendable {
        /// Closed loop: the trace is demand, the model turns replicas into utilisation.
        case closed(WorkloadModel)
        /// Open loop: the trace is the recorded utilisation; what would have been decided at each tick.
        case open(requestCores: Double)
    }

    /// Of the policy, for people.
    package var name: String
    package var spec: AutoscalerSpec
    package var flags: ControllerFlags
    package var mode: Mode
    /// Between two decisions, above 0.
    package var syncPeriod: Duration
    /// Percent of the request, above 0, that the need of replicas is counted at; `nil`: the policy's own targets. One for
    /// several policies makes their deficits comparable, which a higher target alone would lower.
    package var neededUtilization: Double?
    /// Of the policy's schedules.
    package var calendar: ScheduleCalendar
    /// What is allowed over all autoscalers; `nil` allows everything.
    package var fleet: FleetPolicy?
    /// Of the autoscaler: guards count by it.
    package var namespace = "default"
    /// `mode: Paused`: the size is kept.
    package var isPaused = false

    package init(
        name: String, spec: AutoscalerSpec, mode: Mode, flags: ControllerFlags = ControllerFlags(),
        syncPeriod: Duration = .seconds(15), neededUtilization: Double? = nil,
        calendar: ScheduleCalendar = ScheduleCalendar()
    ) {
        self.calendar = calendar
        self.neededUtilization = neededUtilization
        self.name = name
        self.spec = spec
        self.mode = mode
        self.flags = flags
        self.syncPeriod = max(syncPeriod, .seconds(1))
    }

    /// Replays a trace from its beginning to its end.
    ///
    /// - Parameter onTick: Is handed each decision as it is made, before it takes effect.
    /// - Throws: The first fault of the trace, with its line; when the task is cancelled, that it was stopped.
    package func run(
        _ trace: DemandTrace, onTick: (ReplayTick) -> Void = { _ in }
    ) throws(Diagnostic) -> ReplayOutcome {
        switch mode {
        case .closed(let model):
            if fleet != nil { return try FleetReplay([self], guards: fleet).run(trace) { onTick($1) }[0] }
            var loop = try ClosedLoop(run: self, model: model, trace: trace, cursor: try DemandCursor(trace))
            return try loop.run(onTick)
        case .open(let requestCores):
            let cursor = try DemandCursor(trace)
            guard case .utilization(let replicas) = cursor.meaning else {
                throw Diagnostic(
                    file: trace.name, mark: nil,
                    message: "an open loop needs recorded utilisation; say that the values are percent of the request")
            }
            var loop = OpenLoop(run: self, requestCores: requestCores, replicas: replicas, trace: trace, cursor: cursor)
            return try loop.run(onTick)
        }
    }
}

extension ReplayRun {
    /// What keeps the size beside the policy and the guards that count.
    func holds(at now: Timestamp) -> [Hold] {
        let freeze = fleet?.freeze?.hold(at: now)
        return isPaused || freeze != nil ? [isPaused ? .paused : nil, freeze].compactMap { $0 } : []
    }

    /// Decisions between two looks at whether somebody wants the replay to end.
    private static let patience = 1_024

    static func checkCancellation(of trace: String, at index: Int) throws(Diagnostic) {
        guard index.isMultiple(of: patience), Task.isCancelled else { return }
        throw Diagnostic(file: trace, mark: nil, message: "the replay was stopped after \(index) decisions")
    }
}

/// One decision of a replay and the state it was made in.
package struct ReplayTick: Sendable {
    /// From 0.
    package var index: Int
    /// Whether the trace says what the demand is.
    package var isKnown: Bool
    /// Whether the demand was higher than the trace says: the recorded pods were at their limit, or as many as allowed.
    package var isCensored = false
    /// Units per second; in an open loop the recorded percent.
    package var demand: Double
    /// The fewest ready replicas that would meet every target.
    package var neededReplicas: Int32
    package var readyReplicas: Int32
    /// Pods that exist, ready or not.
    package var existingReplicas: Int32
    /// Percent of the request, averaged over the ready pods since the last tick; `nil` without any.
    package var utilization: Double?
    /// Units per second that were not served since the last tick.
    package var unserved: Double
    /// Units that wait.
    package var backlog: Double
    package var decision: Decision

    package var time: Timestamp { decision.time }
}

extension ReplayTick {
    /// The place for the first decision of a replay.
    init(undecidedAt time: Timestamp) {
        self.init(
            index: 0, isKnown: false, demand: 0, neededReplicas: 0, readyReplicas: 0, existingReplicas: 0,
            unserved: 0, backlog: 0, decision: Decision(undecidedAt: time))
    }
}

/// What a replay came to.
package struct ReplayOutcome: Sendable {
    /// A change of size and why.
    package struct Change: Sendable {
        /// What was decided.
        package var decision: Decision
        /// By which policy.
        let policy: PolicyInForce

        package var time: Timestamp { decision.time }
        package var from: Int32 { decision.currentReplicas }
        package var to: Int32 { decision.desiredReplicas }
        /// The decision in one line; made when it is asked for, which takes longer than a decision.
        package var explanation: String { policy.words(for: decision) }
    }

    package var policy: String
    package var trace: String
    package var spec: AutoscalerSpec
    package var isClosedLoop: Bool
    package var start: Timestamp
    package var end: Timestamp
    package var scores: Scores
    /// The first ones, up to ``largestChanges``.
    package var changes: [Change]
    /// Changes past the bound.
    package var furtherChanges: Int
    package var timeline: Timeline
    /// What a reader of the scores should know: rows left out, censored demand, a trace too coarse.
    package var notes: [String]
    /// How the decisions compare with the recorded ones; `nil` where none are recorded.
    package var agreement: Agreement?

    /// Changes that are kept with their explanation.
    package static let largestChanges = 2_000
}
