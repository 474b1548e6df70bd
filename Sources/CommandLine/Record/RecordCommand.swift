internal import Autoscaling
internal import Controller
internal import Journal
internal import PrometheusClient
internal import Replay

/// The options of `record`.
enum RecordOptions {
    /// Where sizes and pods are taken from.
    enum State: String, CaseIterable, Sendable {
        case metrics, cluster
    }

    static let from = Option<RecordTime?>.time(
        "from", "The first moment, e.g. 2026-03-13T17:30:00Z or 24h for a day ago")
    static let to = Option<RecordTime?>.time("to", "The last moment", defaultText: "now")
    static let step = Option<Duration>.duration("step", default: .seconds(15), "From one observation to the next")
    static let state = Option<State>.choice(
        "state", default: .metrics,
        "Sizes and pods as kube-state-metrics told Prometheus, or those that the cluster has now")
    static let output = Option<String?>.text(
        "output", letter: "o", "FILE", completes: .files, "Where the trace is written", defaultText: "standard output")
    static let resume = Option<Bool>.flag("resume", "Go on behind the last whole step of the file")
    static let demand = Option<String?>.text(
        "demand", "PROMQL", "Record this too, one number at each moment: units of demand per second")

    static let all: [OptionSpec] =
        [PlanOptions.files.spec, from.spec, to.spec, step.spec, output.spec, resume.spec, state.spec, demand.spec]
        + MetricOptions.all + [HPAFlags.scaleToZero.spec] + ServerOptions.all
}

/// A moment as it is written: an instant, or how long ago.
enum RecordTime: Sendable {
    case instant(Timestamp)
    case ago(Duration)

    func timestamp(now: Timestamp) -> Timestamp {
        switch self {
        case .instant(let time): time
        case .ago(let duration): now.advanced(byNanoseconds: -duration.nanoseconds)
        }
    }
}

extension Option where Value == RecordTime? {
    fileprivate static func time(_ name: String, _ summary: String, defaultText: String? = nil) -> Option {
        Option(name, value: .init("TIME"), summary: summary, defaultText: defaultText) { (texts) throws(UsageError) in
            guard let text = texts.last else { return nil }
            if let duration = DurationText.duration(text) { return .ago(duration) }
            guard let time = TraceTime.parse(text, zone: .utc) else {
                throw UsageError("'\(text)' is no time, write one like 2026-03-13T17:30:00Z, or 24h for a day ago")
            }
            return .instant(time)
        }
    }
}

extension Command {
    /// `swiftlet record`.
    static let record = Command(
        CommandSpec(
            "record", "Write a trace of the past from Prometheus, for replay",
            discussion: [
                "Asks Prometheus what a controller would have seen at each step of a time range and writes it as a "
                    + "trace: usage, requests and readiness of each pod, and the size. Sizes and pods come from "
                    + "kube-state-metrics. With --state=cluster they are those that the cluster has now, as far back as "
                    + "each pod was there: pods that are gone are missing.",
                "Only whole steps are written: after Ctrl-C, or when a server is gone, what is there is a trace, and "
                    + "--resume goes on with it. Ranges that are too large for Prometheus' limits are asked for in "
                    + "smaller pieces.",
                "Exit code 0: recorded. 1: a manifest is invalid, or nothing is known of a target. 3: a server could "
                    + "not be reached, or refused.",
            ],
            options: RecordOptions.all,
            examples: [
                .init(
                    "swiftlet record -f hpa.yaml --from 24h -o day.jsonl --prometheus-url http://prometheus:9090",
                    "The last day"),
                .init("swiftlet record -f hpa.yaml --from 24h -o day.jsonl --resume", "The rest of it, after a Ctrl-C"),
                .init(
                    "swiftlet record -f hpa.yaml --from 168h -o week.jsonl --demand 'sum(rate(http_requests_total[1m]))'",
                    "With the demand, for a closed loop"),
            ]),
        run: { arguments, console in try await RecordCall(arguments: arguments, console: console).run() })
}

/// One call of `record`: its arguments become a ``RecordRun``.
struct RecordCall {
    let arguments: Arguments
    let console: Console

    func run() async throws -> ExitCode {
        let paths = try arguments[PlanOptions.files]
        if paths.isEmpty { throw usage("-f is missing: swiftlet record -f hpa.yaml --from 24h -o day.jsonl") }
        guard let from = try arguments[RecordOptions.from] else {
            throw usage("--from is missing: swiftlet record -f hpa.yaml --from 24h -o day.jsonl")
        }
        let now = SystemClock().now()
        let step = try arguments[RecordOptions.step]
        guard step >= .seconds(1), step.nanoseconds.isMultiple(of: 1_000_000) else {
            throw usage("--step is at least 1s, and of whole milliseconds")
        }
        // A step of Prometheus is a whole second at best, and so a run that is resumed meets the same ones.
        let start = wholeSeconds(from.timestamp(now: now))
        let end = try arguments[RecordOptions.to]?.timestamp(now: now) ?? now
        guard start <= end else { throw usage("--from is later than --to") }
        let output = try arguments[RecordOptions.output] ?? "-"
        let resumes = try arguments[RecordOptions.resume]
        if resumes, output == "-" { throw usage("--resume goes on with a file: add -o FILE") }
        let autoscalers = try AutoscalerFiles(
            arguments, console, defaultNamespace: try arguments[ServerOptions.namespace] ?? "default"
        ).read(paths).validAutoscalers
        let demand = try arguments[RecordOptions.demand]
        if demand != nil, autoscalers.count > 1 {
            throw usage("--demand is of one autoscaler, and there are \(autoscalers.count)")
        }
        let settings = try ConfigurationFile(arguments)
        var run = RecordRun(
            autoscalers: autoscalers, start: start, end: end, step: step, demand: demand,
            configuration: try settings.applied(
                to: ControllerConfiguration(cpuRateWindow: try arguments[MetricOptions.rateWindow]), arguments),
            console: console, file: RecordFile(output, console))
        if resumes, RecordFile.exists(output) {
            run.last = try RecordFile.resume(output, autoscalers, hasDemand: demand != nil)
        } else if output != "-", RecordFile.exists(output) {
            throw CommandFailure(.no, "\(output): exists; --resume goes on with it, or name another file")
        }
        return try await record(run, settings)
    }

    private func record(_ run: RecordRun, _ settings: ConfigurationFile) async throws -> ExitCode {
        let prometheus = try PrometheusAccess(arguments, settings, console).connect()
        do {
            let collector = RangeCollector(prometheus.api)
            let code: ExitCode
            switch try arguments[RecordOptions.state] {
            case .metrics: code = try await run.run(collector, try PastState.metrics(run.autoscalers))
            case .cluster:
                code = try await run.run(collector, try await PastState.cluster(run.autoscalers, arguments, console))
            }
            await prometheus.shutDown()
            return code
        } catch {
            await prometheus.shutDown()
            throw error
        }
    }

    private func usage(_ message: String) -> UsageError { UsageError(message, command: "record") }

    private func wholeSeconds(_ time: Timestamp) -> Timestamp {
        Timestamp(nanoseconds: time.nanoseconds / 1_000_000_000 * 1_000_000_000)
    }
}
