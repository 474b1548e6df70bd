import Autoscaling
import Glibc
import Journal
import Manifests
import Replay

/// Replays of a single target with a CPU policy: how fast, and in how much memory.
enum ReplayBenchmarks {
    private static let spec = AutoscalerSpec(
        scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web"),
        minReplicas: 2, maxReplicas: 20,
        metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(70))], behavior: ScalingBehavior())

    /// Two to some fifteen pods over a day, a sample each 15 s.
    private static func demand(_ index: Int) -> Double {
        let minute = Double(index % 5_760) / 4
        return 60 + 400 * max(0, sin(minute / 1440 * 2 * .pi)) + 20 * sin(minute * 0.7)
    }

    private static let model = WorkloadModel(coresPerUnit: 0.00204, requestCores: 0.1, limitCores: 0.2)

    /// CPU time and decisions of one replay.
    struct Run {
        var name: String
        var decisions: Int
        var seconds: Double
        /// Resident at the most, above what there was before.
        var bytes: Int
    }

    /// Which replays are run.
    enum Kind: String, CaseIterable {
        case closed, open, journal, csv
    }

    private static let closed = ReplayRun(name: "closed", spec: spec, mode: .closed(model))
    private static let week = (0..<40_320).map {
        DemandSample(time: Timestamp(nanoseconds: Int64($0) * 15_000_000_000), value: demand($0))
    }

    /// A week of decisions, 40,320 of them, in each mode; and closed loops that are longer, read from a file.
    ///
    /// - Parameter rounds: How often each is run; the median counts.
    static func runs(_ kind: Kind, rounds: Int) throws -> [Run] {
        switch kind {
        case .closed:
            let trace = DemandTrace(name: "week", source: .samples(week))
            return [try measure("closed loop, a week", rounds) { try closed.run(trace).scores.ticks }]
        case .open:
            var options = DemandTrace.Options()
            options.meaning = .utilization(replicas: 4)
            let busy = week.map { DemandSample(time: $0.time, value: $0.value / 4) }
            let trace = DemandTrace(name: "week", source: .samples(busy), options: options)
            let open = ReplayRun(name: "open", spec: spec, mode: .open(requestCores: 0.1))
            return [try measure("open loop, a week", rounds) { try open.run(trace).scores.ticks }]
        case .journal:
            let journal = try journal(of: closed, week)
            return [
                try measure("journal of a day, to the byte", rounds) {
                    try TraceReplay().run(ByteSource(bytes: journal, name: "journal")).first?.outcome.scores.ticks ?? 0
                }
            ]
        case .csv:
            return try [("closed loop from CSV, a day", 1.0 / 7), ("a week", 1), ("ten weeks", 10)].map {
                name, weeks in
                let path = "/tmp/swiftlet-bench-\(getpid()).csv"
                defer { unlink(path) }
                write(rows: Int(40_320 * weeks), to: path)
                return try measure(name, rounds) { try closed.run(DemandTrace(file: path)).scores.ticks }
            }
        }
    }

    /// What a controller would write of a day.
    private static func journal(of run: ReplayRun, _ samples: [DemandSample]) throws -> [UInt8] {
        let encoder = TraceEncoder()
        let header = TraceHeader(writtenBy: "bench", flags: run.flags, syncPeriod: .seconds(15))
        var bytes = try encoder.bytes(of: header) + [0x0A]
        func add(_ body: TraceLine.Body) throws {
            bytes += try encoder.bytes(of: TraceLine(namespace: "shop", name: "web", body)) + [0x0A]
        }
        try add(.spec(spec))
        var history = History()
        for (index, sample) in samples.prefix(5_760).enumerated() {
            let size = 4 + Int32(index / 100 % 10)
            var pods = PodSet()
            for pod in 0..<size {
                pods.append(
                    PodState(
                        phase: .running, readiness: .true, readyTransition: Timestamp(nanoseconds: -1 << 50),
                        startTime: Timestamp(nanoseconds: -1 << 50)), named: "web-\(pod)")
            }
            let value = PodSample(
                value: Int64(sample.value / Double(size)), time: sample.time, windowNanoseconds: 120_000_000_000)
            let observation = Observation(
                time: sample.time, target: .found(ObservedScale(specReplicas: size, statusReplicas: size)), pods: pods,
                readings: [
                    .pods(
                        PodReadings(
                            samples: Array(repeating: value, count: Int(size)),
                            requests: PodRequests(milliValues: Array(repeating: 100, count: Int(size)))))
                ])
            try add(.observation(observation))
            try add(.decision(evaluate(spec, observation, history: &history)))
        }
        return bytes
    }

    private static func write(rows: Int, to path: String) {
        guard let file = fopen(path, "w") else { return }
        fputs("time,demand\n", file)
        for index in 0..<rows { fputs("\(1_767_323_040 + index * 15),\(demand(index).rounded())\n", file) }
        fclose(file)
    }

    private static func measure(_ name: String, _ rounds: Int, _ body: () throws -> Int) throws -> Run {
        let before = resident()
        var (decisions, seconds): (Int, [Double]) = (0, [])
        for _ in 0..<rounds {
            let start = cpuSeconds()
            decisions = try body()
            seconds.append(cpuSeconds() - start)
        }
        return Run(
            name: name, decisions: decisions, seconds: seconds.sorted()[rounds / 2],
            bytes: max(resident() - before, 0))
    }

    static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Most bytes that were ever resident.
    static func resident() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }
}
