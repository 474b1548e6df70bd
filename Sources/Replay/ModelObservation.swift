internal import Autoscaling
internal import Schedules

/// Shows a workload's state as the controller would see it: pods with their readiness, and samples as old and as smooth
/// as the metrics pipeline makes them.
///
/// The arrays are used again from tick to tick, so a decision costs no allocation here.
struct ModelObservation {
    private let spec: AutoscalerSpec
    private let start: Timestamp
    private let calendar: ScheduleCalendar
    var observation: Observation
    private var podsVersion = -1
    private var samples: [[PodSample]]
    private var requests: [Int64] = []
    private var memoryRequests: [Int64] = []

    init(spec: AutoscalerSpec, start: Timestamp, calendar: ScheduleCalendar) {
        self.calendar = calendar
        self.spec = spec
        self.start = start
        observation = Observation(
            time: start, target: .found(ObservedScale(specReplicas: 0, statusReplicas: 0)),
            readings: Array(repeating: .value(milli: 0, at: start), count: spec.metrics.count))
        samples = Array(repeating: [], count: spec.metrics.count)
    }

    /// Looks at the state at its present time.
    ///
    /// - Parameter isKnown: Whether the trace says what the demand is; in a gap no metric has a reading.
    mutating func look(at state: inout WorkloadState, isKnown: Bool, isScaledToZero: Bool) {
        observation.time = start.advanced(byNanoseconds: state.now)
        let count = Int32(state.pods.count)
        observation.target = .found(ObservedScale(specReplicas: count, statusReplicas: count))
        observation.isScaledToZero = isScaledToZero
        observation.schedules = calendar.state(at: observation.time)
        if podsVersion != state.podsVersion { showPods(of: state) }
        for index in spec.metrics.indices {
            // The array goes back to being held once only, so that filling it copies nothing.
            observation.readings[index] = .value(milli: 0, at: start)
            observation.readings[index] =
                isKnown
                ? reading(of: index, from: &state)
                : .failed(.source("the trace has no sample for this time"))
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
        let milli = Int64((state.model.requestCores * 1000).rounded(.up))
        requests = Array(repeating: milli, count: state.pods.count)
        if let memory = state.model.memory {
            memoryRequests = Array(repeating: self.milli(memory.requestBytes), count: state.pods.count)
        }
    }

    private mutating func reading(of index: Int, from state: inout WorkloadState) -> MetricReading {
        let window = ScrapeWindow(state)
        switch spec.metrics[index].source {
        case .resource("cpu"), .containerResource("cpu", _):
            fill(&samples[index], from: &state, window)
            return .pods(PodReadings(samples: samples[index], requests: PodRequests(milliValues: requests)))
        case .resource("memory"), .containerResource("memory", _):
            guard let memory = state.model.memory else {
                return .failed(.source("the workload model has no memory, write pod.memory"))
            }
            fill(&samples[index], with: memory, state, window)
            return .pods(PodReadings(samples: samples[index], requests: PodRequests(milliValues: memoryRequests)))
        case .resource(let name), .containerResource(let name, _):
            return .failed(.source("the workload model has no \(name)"))
        case .pods(let metric):
            guard let series = state.model.series[metric.name] else { return unknown(metric.name) }
            if series.measures == .served {
                fill(&samples[index], servedBy: &state, factor: series.factor, window)
            } else {
                let total = window.total(series.measures, state.ring) * series.factor
                guard total.isFinite else { return idle(metric.name) }
                // Each pod has its share of a total; a latency is the same in all of them.
                let shares = series.measures == .latency ? 1 : max(state.ring[window.last].ready, 1)
                fill(&samples[index], with: total / shares, pods: state.pods, window)
            }
            return .pods(PodReadings(samples: samples[index]))
        case .object(let metric, _): return total(of: metric.name, state, window) { .value(milli: $0, at: $1) }
        case .prometheus(let query):
            return total(of: query.shortName, state, window) { .value(milli: $0, at: $1) }
        case .external(let metric): return total(of: metric.name, state, window) { .series([$0], at: $1) }
        case .unknown(let type): return .failed(.source("no metric of type \(type)"))
        }
    }

    private func total(
        of name: String, _ state: WorkloadState, _ window: ScrapeWindow,
        _ reading: (Int64, Timestamp) -> MetricReading
    ) -> MetricReading {
        guard let series = state.model.series[name] else { return unknown(name) }
        let total = window.total(series.measures, state.ring) * series.factor
        guard total.isFinite else { return idle(name) }
        return reading(milli(total), start.advanced(byNanoseconds: window.lastTime))
    }

    /// What Prometheus would say of a mean over nothing.
    private func idle(_ name: String) -> MetricReading {
        .failed(.source("\(name) yields NaN: nothing was served in its window"))
    }

    private func unknown(_ name: String) -> MetricReading {
        .failed(.source("the workload model has no series \(name)"))
    }

    private func milli(_ value: Double) -> Int64 { Int64(min((value * 1000).rounded(), 9e18)) }

    /// Usage of each pod: what its counter grew by between the first and the last scrape of the window.
    private func fill(_ samples: inout [PodSample], from state: inout WorkloadState, _ window: ScrapeWindow) {
        let starting = state.model.startingCores
        fill(&samples, &state, window) { pod, counters, time in
            let whileStarting = Double(min(time, pod.readyAt) - pod.runningAt) / 1e9 * starting
            return (pod.readyAt <= time ? counters.podCores - pod.coresAtReady : 0) + whileStarting
        }
    }

    private func fill(
        _ samples: inout [PodSample], servedBy state: inout WorkloadState, factor: Double, _ window: ScrapeWindow
    ) {
        fill(&samples, &state, window) { pod, counters, time in
            pod.readyAt <= time ? (counters.podServed - pod.servedAtReady) * factor : 0
        }
    }

    private func fill(
        _ samples: inout [PodSample], _ state: inout WorkloadState, _ window: ScrapeWindow,
        counter: (ModelPod, Counters, Int64) -> Double
    ) {
        samples.removeAll(keepingCapacity: true)
        let interval = state.ring.interval
        let time = start.advanced(byNanoseconds: window.lastTime)
        let last = state.ring[window.last]
        let (firstOfAll, firstTime) = (state.ring[window.first], Int64(window.first) * interval)
        for index in state.pods.indices {
            let pod = state.pods[index]
            guard pod.isRunning, pod.runningAt <= window.lastTime else {
                samples.append(.missing)
                continue
            }
            // Most pods run for longer than the window is: their first scrape is the window's.
            var (first, counters, beginning) = (window.first, firstOfAll, firstTime)
            if pod.runningAt > firstTime {
                first = max(window.first, state.ring.number(atOrBefore: pod.runningAt - 1) + 1)
                (counters, beginning) = (state.ring[first], Int64(first) * interval)
            }
            guard window.last > first else {
                samples.append(.missing)
                continue
            }
            let grown = counter(pod, last, window.lastTime) - counter(pod, counters, beginning)
            let seconds = Double(Int64(window.last - first) * interval) / 1e9
            let value = max(grown, 0) / seconds * state.sampleNoise()
            samples.append(PodSample(value: milli(value), time: time, windowNanoseconds: window.length))
        }
    }

    /// Memory of each pod as it was at the last scrape, for what it served since the one before.
    private func fill(
        _ samples: inout [PodSample], with memory: WorkloadModel.Memory, _ state: WorkloadState, _ window: ScrapeWindow
    ) {
        samples.removeAll(keepingCapacity: true)
        let time = start.advanced(byNanoseconds: window.lastTime)
        let seconds = Double(state.ring.interval) / 1e9
        let (before, last) = (state.ring[window.last - 1].podServed, state.ring[window.last].podServed)
        for pod in state.pods {
            guard pod.isRunning, pod.runningAt <= window.lastTime else {
                samples.append(.missing)
                continue
            }
            let served = pod.readyAt <= window.lastTime ? max(last - max(before, pod.servedAtReady), 0) / seconds : 0
            let bytes = memory.idleBytes + served * memory.bytesPerUnit
            samples.append(PodSample(value: milli(bytes), time: time, windowNanoseconds: 0))
        }
    }

    private func fill(_ samples: inout [PodSample], with value: Double, pods: [ModelPod], _ window: ScrapeWindow) {
        samples.removeAll(keepingCapacity: true)
        let time = start.advanced(byNanoseconds: window.lastTime)
        for pod in pods {
            samples.append(
                pod.isReady && pod.readyAt <= window.lastTime
                    ? PodSample(value: milli(value), time: time, windowNanoseconds: 0) : .missing)
        }
    }
}

/// The scrapes that a query at the present time sees.
private struct ScrapeWindow {
    /// Numbers of the first and the last one.
    var first: Int
    var last: Int
    /// When the last one was, in nanoseconds since the beginning.
    var lastTime: Int64
    /// Of the query's range, in nanoseconds.
    var length: Int64

    init(_ state: WorkloadState) {
        length = state.model.window.nanoseconds
        last = min(state.ring.number(atOrBefore: state.now - state.model.lag.nanoseconds), state.ring.last)
        first = state.ring.number(atOrBefore: state.now - length) + 1
        lastTime = Int64(last) * state.ring.interval
    }

    /// A measure of the whole workload: rates over the window, the backlog as it was last; the latency of nothing is NaN.
    func total(_ measure: WorkloadModel.Measure, _ ring: ScrapeRing) -> Double {
        let end = ring[last]
        let begin = ring[min(first, last - 1)]
        let seconds = Double(Int64(last - min(first, last - 1)) * ring.interval) / 1e9
        return switch measure {
        case .demand: (end.demand - begin.demand) / seconds
        case .served: (end.served - begin.served) / seconds
        case .latency: (end.latency - begin.latency) / (end.served - begin.served)
        case .backlog: end.backlog
        }
    }
}
