internal import Autoscaling
internal import Controller
internal import Manifests
internal import Replay

/// The options of `replay`; `compare` has most of them as well.
enum ReplayOptions {
    /// How the result is written.
    enum Format: String, CaseIterable, Sendable {
        case table, json, csv, junit
    }

    static let trace = Option<String?>.text(
        "trace", "FILE", completes: .files,
        "The recorded past: CSV, JSON of Prometheus' query_range, a journal or another trace, or - for input")
    static let workload = Option<String?>.text(
        "workload", "FILE", completes: .files, "The workload model, which lets decisions have consequences")
    static let expect = Option<String?>.text(
        "expect", "FILE", completes: .files, "What the replay must hold to")
    static let request = Option<Double?>(
        "request", value: .init("QUANTITY"), summary: "Without --workload: the cpu that a pod requests, e.g. 100m"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return nil }
        guard let nano = (try? Quantity(text))?.nanoValue, nano > 0, nano < 1_000_000_000_000_000 else {
            throw UsageError("'\(text)' is no quantity of cpu above 0, write one like 250m or 1.5")
        }
        return Double(nano) / 1e9
    }
    static let output = Option<Format>.choice("output", letter: "o", default: .table, "How to write the result")
    static let report = Option<String?>.text(
        "report", "FILE", completes: .files,
        "Also write an HTML report with charts to this file, which needs no network")
    static let needAt = Option<Double?>(
        "need-at", value: .init("PERCENT"),
        summary: "Count the need of replicas at this utilisation of the request instead of at the policy's own target, "
            + "so that policies with different targets can be compared"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return nil }
        guard let value = Double(text), (1...10_000).contains(value) else {
            throw UsageError("'\(text)' is not a number from 1 to 10000, write percent of the request like 70")
        }
        return value
    }

    /// The flag where it is given, else what the policy says, else the default.
    ///
    /// - Throws: ``UsageError`` below a second, which no scrape is as fast as.
    static func syncPeriod(
        _ arguments: Arguments, of spec: AutoscalerSpec, command: String
    ) throws(UsageError) -> Duration {
        let period = try arguments[RunOptions.syncPeriod]
        if let own = spec.syncPeriod, !arguments.contains(RunOptions.syncPeriod) { return own }
        if period < .seconds(1) { throw UsageError("--sync-period is at least 1s", command: command) }
        return period
    }
}

extension Command {
    /// `swiftlet replay`.
    static let replay = Command(
        CommandSpec(
            "replay", "Try a policy on a recorded past, and score what it does",
            discussion: [
                "With --workload the trace is demand and the model turns replicas into utilisation, so that decisions "
                    + "have consequences (closed loop). Without it the trace is recorded utilisation, and the result "
                    + "is what would have been decided at each moment (open loop): --values utilization, with "
                    + "--request and the pods that there were.",
                "A journal of 'swiftlet run --journal', or a trace that 'swiftlet record' wrote, has its own policies: "
                    + "without -f the decisions are made again and must be the recorded ones to the byte; with -f "
                    + "another policy is tried, and what it would have decided otherwise is named.",
                "The guards of --config hold a closed loop as they would hold the autoscaler if it were the only one. With "
                    + "several autoscalers in -f each has a workload of its own, all with the demand of the trace, and "
                    + "the guards are over all of them.",
                "Decisions are those of the controller. The same files give the same bytes. docs/replay.md describes "
                    + "traces, model, scores and expectations.",
                "Exit code 0: replayed, and every expectation holds. 1: one does not, a recorded decision is made "
                    + "otherwise by the recorded policy, or a file is invalid.",
            ],
            options: [
                PlanOptions.files.spec, ReplayOptions.trace.spec, ReplayOptions.workload.spec,
                ReplayOptions.expect.spec, ReplayOptions.output.spec, ReplayOptions.report.spec,
                ReplayOptions.needAt.spec, ConfigurationFile.option.spec,
            ] + TraceOptions.all + [ReplayOptions.request.spec, RunOptions.syncPeriod.spec] + HPAFlags.all,
            examples: [
                .init("swiftlet replay -f hpa.yaml --trace rush.csv --workload workload.yaml", "A rush, closed loop"),
                .init(
                    "swiftlet replay -f hpa.yaml --trace rush.csv --workload workload.yaml --expect expect.yaml -o junit",
                    "In CI: exit code 1 and a test report when the policy is not good enough"),
                .init(
                    "swiftlet replay -f hpa.yaml --trace rush.csv --workload workload.yaml --report rush.html",
                    "With charts, for a browser"),
                .init(
                    "swiftlet replay -f hpa.yaml --trace cpu.csv --values utilization --replicas 4 --request 100m",
                    "Recorded utilisation of four pods, open loop"),
                .init("swiftlet replay --trace journal.jsonl", "What a controller decided, decided again"),
                .init(
                    "swiftlet replay -f new.yaml --trace journal.jsonl", "What another policy would have decided there"),
            ]),
        run: { arguments, console in try ReplayCall(arguments: arguments, console: console).run() })
}
