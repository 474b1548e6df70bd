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
        "trace", "FILE", completes: .files, "The recorded past: CSV, JSON of Prometheus' query_range, or - for input")
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

    /// - Throws: ``UsageError`` below a second, which no scrape is as fast as.
    static func syncPeriod(_ arguments: Arguments, command: String) throws(UsageError) -> Duration {
        let period = try arguments[RunOptions.syncPeriod]
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
                "Decisions are those of the controller. The same files give the same bytes. docs/replay.md describes "
                    + "traces, model, scores and expectations.",
                "Exit code 0: replayed, and every expectation holds. 1: one does not, or a file is invalid.",
            ],
            options: [
                PlanOptions.files.spec, ReplayOptions.trace.spec, ReplayOptions.workload.spec,
                ReplayOptions.expect.spec, ReplayOptions.output.spec, ReplayOptions.report.spec,
                ReplayOptions.needAt.spec,
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
            ]),
        run: { arguments, console in try ReplayCall(arguments: arguments, console: console).run() })
}

/// One call of `replay`.
struct ReplayCall {
    let arguments: Arguments
    let console: Console

    func run() throws -> ExitCode {
        let paths = try arguments[PlanOptions.files]
        guard !paths.isEmpty else { throw usage("-f is missing: swiftlet replay -f hpa.yaml --trace rush.csv") }
        guard let tracePath = try arguments[ReplayOptions.trace] else {
            throw usage("--trace is missing: swiftlet replay -f hpa.yaml --trace rush.csv")
        }
        let format = try arguments[ReplayOptions.output]
        let expectPath = try arguments[ReplayOptions.expect]
        if format == .junit, expectPath == nil {
            throw usage("-o junit writes a test for each expectation: it needs --expect")
        }
        let workloadPath = try arguments[ReplayOptions.workload]
        try ReplayFiles.checkStandardInput(
            paths + [tracePath] + [workloadPath, expectPath].compactMap { $0 }, command: "replay")
        let options = try DemandTrace.Options(arguments, command: "replay")
        let openRequest = try request(hasWorkload: workloadPath != nil, options)
        let syncPeriod = try ReplayOptions.syncPeriod(arguments, command: "replay")
        let policy = try onlyPolicy(paths)
        let mode: ReplayRun.Mode =
            if let workloadPath {
                .closed(try ReplayFiles.workload(workloadPath, console))
            } else {
                .open(requestCores: openRequest)
            }
        let run = ReplayRun(
            name: policy.name, spec: policy.spec, mode: mode, flags: try ControllerFlags(arguments),
            syncPeriod: syncPeriod, neededUtilization: try arguments[ReplayOptions.needAt])
        let expectations = try expectPath.map { try ReplayFiles.expectations($0, console) }
        let reportPath = try arguments[ReplayOptions.report]
        let result = try ReplayResult(
            run, on: ReplayFiles.trace(tracePath, options, console), expectations: expectations,
            reportOf: reportPath == nil ? nil : policy.manifest)
        if let reportPath, let part = result.report {
            try ReplayFiles.write(Report(runs: [part], zone: options.zone).html(), to: reportPath)
        }
        try write(result, as: format, zone: options.zone)
        return report(result.expectations)
    }

    private func usage(_ message: String) -> UsageError { UsageError(message, command: "replay") }

    /// Cores that a pod requests in an open loop; 0 in a closed one, where the model says it.
    private func request(hasWorkload: Bool, _ options: DemandTrace.Options) throws(UsageError) -> Double {
        let request = try arguments[ReplayOptions.request]
        if hasWorkload {
            if request != nil { throw usage("--request goes without --workload, whose model has the request") }
            return 0
        }
        guard case .utilization = options.meaning else {
            throw usage("demand needs a model: add --workload, or say --values utilization for recorded utilisation")
        }
        guard let request else { throw usage("--request is missing: the cpu that a pod requests, e.g. 100m") }
        return request
    }

    private func onlyPolicy(_ paths: [String]) throws -> ReplayPolicy {
        let found = try ReplayPolicy.read(paths, arguments, console)
        guard let first = found.first, found.count == 1 else {
            let names = found.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .no, "a replay is of one autoscaler, and there are \(found.count): \(names); see 'swiftlet compare'")
        }
        return first
    }

    private func write(_ result: ReplayResult, as format: ReplayOptions.Format, zone: ZoneOffset) throws {
        switch format {
        case .table: try ReplayTable(result: result, zone: zone, console: console).write()
        case .json:
            try console.output.write(try ReplayDocument(result.outcome, expectations: result.expectations).json())
        case .csv: try console.output.write(result.outcome.scoreTable.csv)
        case .junit:
            let suite = "\(result.outcome.policy) on \(result.outcome.trace)"
            try console.output.write(result.expectations.junit(suite: suite))
        }
    }

    /// Names each expectation that failed, whatever the format of the result.
    private func report(_ expectations: [ExpectationResult]) -> ExitCode {
        let failed = expectations.filter { !$0.hasPassed }
        if failed.isEmpty { return .done }
        let names = failed.map(\.name).joined(separator: "; ")
        console.complain("swiftlet: \(failed.count) of \(expectations.count) expectations failed: \(names)")
        return .no
    }
}

/// What one replay came to, with its expectations.
struct ReplayResult {
    var outcome: ReplayOutcome
    var expectations: [ExpectationResult]
    /// Between two decisions.
    var syncPeriod: Duration
    /// For a report, where one is wanted.
    var report: ReportRun?

    /// Replays.
    ///
    /// - Parameters:
    ///   - manifest: The policy as YAML, when there is to be a report.
    ///   - entries: Decisions that the report lists at most.
    /// - Throws: The first fault of the trace.
    init(
        _ run: ReplayRun, on trace: DemandTrace, expectations: Expectations?, reportOf manifest: String? = nil,
        entries: Int = Report.decisions(runs: 1)
    ) throws(Diagnostic) {
        var checker = expectations.map { ExpectationChecker($0, spec: run.spec, flags: run.flags) }
        var log = manifest.map { _ in DecisionLog(run: run, largestCount: entries) }
        outcome = try run.run(trace) { tick in
            checker?.observe(tick)
            log?.observe(tick)
        }
        self.expectations = checker?.finish(outcome.scores) ?? []
        syncPeriod = run.syncPeriod
        if let log, let manifest {
            report = ReportRun(
                run: run, trace: trace, outcome: outcome, expectations: self.expectations, decisions: log,
                manifest: manifest)
        }
    }
}
