internal import Autoscaling
internal import Schedules

/// Shows a workload's state as the controller would see it: pods with their readiness, and samples as old and as smooth
/// as the metrics pipeline makes them.
///
/// The arrays are used again from tick to tick, so a decision costs no allocation here.
struct ModelObservation {
    private let start: Timestamp
    private let calendar: ScheduleCalendar
    /// Where the reading of each metric of the spec comes from.
    private let sources: [ModelSource]
    var observation: Observation
    private var podsVersion = -1
    private var requests: [Int64] = []
    private var memoryRequests: [Int64] = []

    init(spec: AutoscalerSpec, model: WorkloadModel, start: Timestamp, calendar: ScheduleCalendar) {
        self.calendar = calendar
        self.start = start
        sources = spec.metrics.map { ModelSource($0.source, in: model) }
        observation = Observation(
            time: start, target: .found(ObservedScale(specReplicas: 0, statusReplicas: 0)),
            readings: Array(repeating: .value(milli: 0, at: start), count: sources.count))
    }

    /// Looks at the state at its present time.
    ///
    /// - Parameter isKnown: Whether the trace says what the demand is; in a gap no metric has a reading.
    mutating func look(at state: inout WorkloadState, isKnown: Bool, isScaledToZero: Bool) {
        observation.time = start.advanced(byNanoseconds: state.now)
        let count = Int32(state.pods.count)
        observation.target = .found(ObservedScale(specReplicas: count, statusReplicas: count))
        observation.isScaledToZero = isScaledToZero
        if !calendar.isEmpty { observation.schedules = calendar.state(at: observation.time) }
        if podsVersion != state.podsVersion { showPods(of: state) }
        for index in sources.indices {
            if isKnown {
                read(index, &state)
            } else {
                observation.readings[index] = .failed(.source("the trace has no sample for this time"))
            }
        }
    }

    /// Puts a forecast into what was looked at last.
    mutating func foresee(by forecasts: inout TraceForecasts?) {
        forecasts?.look(at: &observation)
    }

    private mutating func showPods(of state: WorkloadState) {
        podsVersion = state.podsVersion
        var pods = PodSet()
        pods.reserveCapacity(state.pods.count)
        for pod in state.pods {
            let created = start.advanced(byNanoseconds: pod.createdAt)
            pods.append(
                PodState(
                    phase: pod.isRunning ? .running : .pending, readiness: pod.isReady ? .true : .false,
                    readyTransition: pod.isReady ? start.advanced(byNanoseconds: pod.readyAt) : created,
                    startTime: created),
                named: pod.name)
        }
        observation.pods = pods
        // Their samples and requests are made anew.
        for index in sources.indices { observation.readings[index] = .value(milli: 0, at: start) }
        let milli = Int64((state.model.requestCores * 1000).rounded(.up))
        requests = Array(repeating: milli, count: state.pods.count)
        if let memory = state.model.memory {
            memoryRequests = Array(repeating: ScrapeWindow.milli(memory.requestBytes), count: state.pods.count)
        }
    }

    private mutating func read(_ index: Int, _ state: inout WorkloadState) {
        let window = state.visibleScrapes(since: start)
        switch sources[index] {
        case .cpu:
            observation.readings[index].fillSamples(requests: requests) { window.fill(&$0, from: &state) }
        case .memory(let memory):
            observation.readings[index].fillSamples(requests: memoryRequests) { window.fill(&$0, with: memory, state) }
        case .pods(let series, let name):
            if series.measures == .served {
                observation.readings[index].fillSamples(requests: []) {
                    window.fill(&$0, servedBy: &state, factor: series.factor)
                }
                return
            }
            let total = window.total(series.measures, state.ring) * series.factor
            guard total.isFinite else {
                observation.readings[index] = idle(name)
                return
            }
            // Each pod has its share of a total; a latency is the same in all of them.
            let shares = series.measures == .latency ? 1 : max(state.ring[window.last].ready, 1)
            observation.readings[index].fillSamples(requests: []) { window.fill(&$0, with: total / shares, state) }
        case .total(let series, let name, let isExternal):
            let total = window.total(series.measures, state.ring) * series.factor
            guard total.isFinite else {
                observation.readings[index] = idle(name)
                return
            }
            let milli = ScrapeWindow.milli(total)
            observation.readings[index] =
                isExternal ? .series([milli], at: window.time) : .value(milli: milli, at: window.time)
        case .none(let reason): observation.readings[index] = .failed(.source(reason))
        }
    }

    /// What Prometheus would say of a mean over nothing.
    private func idle(_ name: String) -> MetricReading {
        .failed(.source("\(name) yields NaN: nothing was served in its window"))
    }
}
