internal import Autoscaling
internal import Journal
internal import Schedules

/// Replays the lines of one autoscaler of a trace.
///
/// The size stays the recorded one. Changes of it that the trace says were made by the autoscaler count as scale events;
/// where the trace has no decisions, so that nobody says who made them, every change does.
struct TracePlayer {
    /// Two observations further apart than so many periods have a gap between them.
    private static let gapPeriods: Int64 = 3

    let key: TraceReplay.Key
    /// The policy that is tried; `nil` for the recorded one.
    private let policy: AutoscalerSpec?
    /// Of the schedules of the policy that is tried.
    private let calendar: ScheduleCalendar
    private var recorded: AutoscalerSpec?
    private var recordedFlags: ControllerFlags?
    private var history = History()
    /// Of the policy that is tried, where its forecasts are not the recorded ones.
    private var forecasts: TraceForecasts?
    private var record: RunRecord
    private var checker: ExpectationChecker?
    private var agreement: Agreement?
    private var pending: ReplayTick?
    private var period: Int64?
    private var start: Timestamp?
    private var lastScale: (replicas: Int32, time: Timestamp)?
    private var hasDecisions = false
    /// Of the first pod that was seen.
    private var requestCores: Double?
    private var index = 0
    private(set) var gaps = 0
    /// Line of the first observation that is not later than the one before it, and how many there are.
    private var backwards: (count: Int, line: Int)?

    init(_ key: TraceReplay.Key, policy: TraceReplay.Policy?, trace: String, expectations: Expectations?) {
        self.key = key
        self.policy = policy?.spec
        calendar = policy?.calendar ?? ScheduleCalendar()
        forecasts = policy.flatMap { TraceForecasts($0.spec) }
        let spec = policy?.spec ?? .unknown
        record = RunRecord(
            policy: policy?.name ?? "\(key)", trace: trace, spec: spec, flags: ControllerFlags(),
            keeper: ScoreKeeper(spec: spec, leadTicks: 0, hasUnserved: false))
        checker = expectations.map { ExpectationChecker($0, spec: spec) }
    }

    /// A header has come: what was known holds no longer.
    mutating func restart(_ header: TraceHeader, flags: ControllerFlags) {
        commit(until: nil)
        recorded = nil
        history = History()
        recordedFlags = header.flags
        record.flags = flags
        checker?.flags = flags
        period = header.syncPeriod ?? period
        lastScale = nil
    }

    mutating func use(_ spec: AutoscalerSpec) {
        recorded = spec
        if let own = spec.syncPeriod { period = own.nanoseconds }
        if policy == nil { follow(spec) }
    }

    private mutating func follow(_ spec: AutoscalerSpec) {
        if spec.extensions?.prediction != record.spec.extensions?.prediction || spec.metrics != record.spec.metrics {
            forecasts = TraceForecasts(spec)
        }
        record.spec = spec
        record.keeper.maxReplicas = spec.maxReplicas
        checker?.spec = spec
    }

    mutating func use(_ recorded: History) {
        if isRecordedPolicy {
            history = recorded
        } else {
            // What another policy recommended is not what this one would have; the changes of size were made.
            history = history.takingChanges(of: recorded)
        }
    }

    mutating func use(_ change: TraceLine.Change) {
        history.recordScale(from: change.from, to: change.to, at: change.time, behavior: record.spec.behavior)
    }

    /// Whether decisions must be those that are recorded.
    private var isRecordedPolicy: Bool {
        (policy == nil || policy == recorded) && recordedFlags.map { $0 == record.flags } ?? true
    }

    /// Decides on an observation.
    ///
    /// - Throws: What is missing to do so.
    mutating func decide(
        _ observation: Observation, line: Int, _ onTick: TraceReplay.OnTick
    ) throws(TraceReplay.Problem) -> Decision {
        var observation = try fitted(observation)
        foresee(&observation)
        noteTime(observation.time, line: line)
        commit(until: observation.time, onTick)
        recordChange(of: observation)
        let decision = evaluate(record.spec, observation, history: &history, flags: record.flags)
        if requestCores == nil { requestCores = observation.cpuRequest(record.spec) }
        let need = decision.observedNeed
        let ready = observation.readyReplicas
        pending = ReplayTick(
            index: index, isKnown: need != nil, isCensored: isCensored(observation, need),
            demand: decision.observedUtilization ?? 0, neededReplicas: need ?? max(ready, 1), readyReplicas: ready,
            existingReplicas: Int32(clamping: observation.pods.count), utilization: decision.observedUtilization,
            unserved: 0, backlog: 0, decision: decision)
        index += 1
        start = start ?? observation.time
        return decision
    }

    /// The recorded decision on the last observation is the same to the byte as the one that was made.
    mutating func compareEqual() {
        hasDecisions = true
        guard pending != nil else { return }
        var agreement = begunAgreement
        agreement.add(nil, isDifferent: false)
        self.agreement = agreement
    }

    private var begunAgreement: Agreement {
        let isSame = isRecordedPolicy
        var agreement = agreement ?? Agreement(isSamePolicy: isSame)
        agreement.isSamePolicy = agreement.isSamePolicy && isSame
        return agreement
    }

    /// The recorded decision on the last observation.
    ///
    /// - Throws: Why it cannot be one on that.
    mutating func compare(_ theirs: Decision, line: Int) throws(TraceReplay.Problem) {
        let spec = recorded ?? record.spec
        guard theirs.metrics.isEmpty || theirs.metrics.count == spec.metrics.count else {
            throw TraceReplay.Problem(
                text: "the decision has \(theirs.metrics.count) metrics, and its spec \(spec.metrics.count)")
        }
        hasDecisions = true
        guard let mine = pending?.decision else { return }
        let isSame = isRecordedPolicy
        var agreement = begunAgreement
        let words = Explanation(
            theirs, spec: spec, namespace: key.namespace, flags: recordedFlags ?? record.flags
        ).line
        agreement.add(
            .init(
                time: mine.time, line: line, currentReplicas: mine.currentReplicas,
                recordedReplicas: theirs.desiredReplicas, replicas: mine.desiredReplicas, recordedExplanation: words,
                explanation: record.words(for: mine)),
            isDifferent: isSame || theirs.desiredReplicas != mine.desiredReplicas)
        self.agreement = agreement
    }

    mutating func finish(
        _ notes: [String], _ onTick: TraceReplay.OnTick
    ) -> TraceReplay.Result? {
        let last = pending?.time
        commit(until: nil, onTick)
        guard let start, let last else { return nil }
        let own = self.notes + notes
        let sync = Double(period ?? 0) / 1e9
        var outcome = record.finish(from: start, to: last, startedInVain: nil) {
            own + RunNotes.general($0, spacing: sync, sync: sync)
        }
        outcome.agreement = agreement
        return TraceReplay.Result(
            key: key, outcome: outcome, expectations: checker?.finish(outcome.scores) ?? [],
            run: run, period: period.map { .nanoseconds($0) })
    }

    /// The replay as an open loop over utilisation, for whoever shows both.
    private var run: ReplayRun {
        ReplayRun(
            name: record.policy, spec: record.spec, mode: .open(requestCores: requestCores ?? 1), flags: record.flags,
            syncPeriod: period.map { .nanoseconds($0) } ?? .seconds(15))
    }

    private var notes: [String] {
        var notes = agreement?.isSamePolicy == true ? [] : [RunNotes.openLoop]
        if let text = agreement?.text { notes.append(text) }
        if gaps > 0 { notes.append("\(gaps) gaps between observations; no score counts them.") }
        if let backwards {
            notes.append(
                "\(backwards.count) observations are not later than the one before them, the first in line "
                    + "\(backwards.line): they are decided on in the order written.")
        }
        return notes
    }
}

extension TracePlayer {
    /// The readings in the order of the policy that is tried.
    private func fitted(_ observation: Observation) throws(TraceReplay.Problem) -> Observation {
        guard let policy else {
            if recorded == nil {
                throw .init(text: "has no spec of \(key) before this line; give its manifest with -f")
            }
            return observation
        }
        if policy == recorded { return observation }
        var observation = observation
        // Those that are recorded are of the policy that was followed.
        observation.schedules = calendar.state(at: observation.time)
        if policy.metrics.map(\.source) == recorded?.metrics.map(\.source) { return observation }
        guard let recorded else {
            let (readings, metrics) = (observation.readings.count, policy.metrics.count)
            if case .found = observation.target, readings != metrics {
                throw .init(text: "has \(readings) readings, and the policy of \(key) has \(metrics) metrics")
            }
            return observation
        }
        let readings = observation.readings
        observation.readings = policy.metrics.map { metric in
            guard let index = recorded.metrics.firstIndex(where: { $0.source == metric.source }),
                readings.indices.contains(index)
            else { return .failed(.source("the trace has no reading of it")) }
            return readings[index]
        }
        return observation
    }

    /// What was foreseen stands as it is recorded; another prediction, or one that nobody foresaw for, looks back on the
    /// trace itself.
    private mutating func foresee(_ observation: inout Observation) {
        let isRecorded =
            record.spec.extensions?.prediction == recorded?.extensions?.prediction
            && record.spec.metrics == recorded?.metrics && observation.forecast != nil
        if !isRecorded { forecasts?.look(at: &observation) }
    }

    private mutating func noteTime(_ time: Timestamp, line: Int) {
        guard let last = pending?.time, time <= last else { return }
        backwards = (count: (backwards?.count ?? 0) + 1, line: backwards?.line ?? line)
    }

    private mutating func recordChange(of observation: Observation) {
        guard case .found(let scale) = observation.target else { return }
        if let lastScale, !hasDecisions, lastScale.replicas != scale.specReplicas {
            history.recordScale(
                from: lastScale.replicas, to: scale.specReplicas, at: lastScale.time, behavior: record.spec.behavior)
        }
        lastScale = (scale.specReplicas, observation.time)
    }

    /// As many pods as the recorded policy allows, and more are needed.
    private func isCensored(_ observation: Observation, _ need: Int32?) -> Bool {
        guard let need, let recorded, case .found(let scale) = observation.target else { return false }
        return scale.specReplicas >= recorded.maxReplicas && need > scale.specReplicas
    }

    /// Counts the last decision, which lasted until a time; `nil`: for a period.
    private mutating func commit(
        until time: Timestamp?, _ onTick: TraceReplay.OnTick = { _, _, _ in }
    ) {
        guard let tick = pending else { return }
        if time != nil { pending = nil }
        let passed = time.map { max($0.nanoseconds(since: tick.time), 0) }
        if period == nil, let passed, passed > 0 { period = passed }
        let period = period ?? 0
        var lasted = passed ?? period
        if lasted > period.multipliedSaturating(by: TracePlayer.gapPeriods) {
            gaps += 1
            lasted = period
        }
        let seconds = tick.isKnown ? Double(lasted) / 1e9 : 0
        if tick.isKnown {
            record.keeper.add(
                WorkloadState.Step(
                    seconds: seconds, demand: tick.demand, unserved: 0, readyReplicas: tick.readyReplicas,
                    existingReplicas: tick.existingReplicas, utilization: tick.utilization, isOverLimit: false),
                needed: tick.neededReplicas, asked: tick.decision.desiredReplicas)
        }
        record.add(tick, scoredSeconds: seconds)
        checker?.observe(tick)
        onTick(key, run, tick)
        if time == nil { pending = nil }
    }
}

extension AutoscalerSpec {
    /// Stands for a spec that has not come yet; nothing is decided by it.
    fileprivate static let unknown = AutoscalerSpec(
        scaleTargetRef: CrossVersionObjectReference(kind: "", name: ""), minReplicas: 1, maxReplicas: 1, metrics: [])
}
