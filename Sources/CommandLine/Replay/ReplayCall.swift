internal import Autoscaling
internal import Controller
internal import Manifests
internal import Replay

/// One call of `replay`.
struct ReplayCall {
    let arguments: Arguments
    let console: Console

    func run() throws -> ExitCode {
        let paths = try arguments[PlanOptions.files]
        guard let tracePath = try arguments[ReplayOptions.trace] else {
            if paths.isEmpty { throw usage("-f is missing: swiftlet replay -f hpa.yaml --trace rush.csv") }
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
        if workloadPath == nil, !arguments.contains(TraceOptions.values) {
            // Read from here on: standard input can be opened once.
            let source = try ReplayFiles.source(tracePath, console)
            if try source.beginsAsTrace() { return try replayObservations(source, paths, expectPath, options.zone) }
        }
        if paths.isEmpty { throw usage("-f is missing: swiftlet replay -f hpa.yaml --trace rush.csv") }
        let openRequest = try request(hasWorkload: workloadPath != nil, options)
        let policies = try policies(paths, hasWorkload: workloadPath != nil)
        let mode: ReplayRun.Mode =
            if let workloadPath {
                .closed(try ReplayFiles.workload(workloadPath, console))
            } else {
                .open(requestCores: openRequest)
            }
        var runs = try policies.map { try $0.run(mode, arguments, command: "replay") }
        let fleet = try ConfigurationFile(arguments).fleet
        if workloadPath == nil, !fleet.isEmpty {
            throw usage(
                "guards of --config go with --workload; elsewhere the size stays as recorded whatever they hold")
        }
        let guards = fleet.isEmpty ? nil : fleet
        let expectations = try expectPath.map { try ReplayFiles.expectations($0, console) }
        let hasReport = try arguments[ReplayOptions.report] != nil
        if runs.count > 1 {
            if tracePath == "-" {
                throw usage("a trace is read once for each autoscaler, so it is a file and not '-'")
            }
            var results = try ReplayResult.fleet(
                Array(zip(runs, policies.map(\.manifest))), guards, on: DemandTrace(file: tracePath, options: options),
                expectations: expectations, hasReport: hasReport)
            for index in results.indices {
                if let note = policies[index].note { results[index].note(note) }
            }
            return try finish(chosen(results, policies), options.zone)
        }
        runs[0].fleet = guards
        var result = try ReplayResult(
            runs[0], on: ReplayFiles.trace(tracePath, options, console), expectations: expectations,
            reportOf: hasReport ? policies[0].manifest : nil)
        if let note = policies[0].note { result.note(note) }
        // Standard input can be read once.
        if tracePath != "-", let plain = runs[0].withoutPrediction {
            let outcome = try plain.run(ReplayFiles.trace(tracePath, options, console))
            result.note(outcome.comparedWithPrediction(result.outcome))
        }
        return try finish([result], options.zone)
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

    /// One policy, or in a closed loop those of several autoscalers of one controller.
    private func policies(_ paths: [String], hasWorkload: Bool) throws -> [ReplayPolicy] {
        let found = try ReplayPolicy.read(paths, arguments, console)
        let isFleet = hasWorkload && Set(found.map(\.key)).count == found.count
        if found.isEmpty || (found.count > 1 && !isFleet) {
            let names = found.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .no, "a replay is of one autoscaler, and there are \(found.count): \(names); see 'swiftlet compare'")
        }
        let periods = try Set(found.map { try ReplayOptions.syncPeriod(arguments, of: $0.spec, command: "replay") })
        if periods.count > 1 {
            throw CommandFailure(
                .no, "autoscalers that are replayed together have one sync period; say which with --sync-period")
        }
        return found
    }

    /// The results that are asked for.
    private func chosen(_ results: [ReplayResult], _ policies: [ReplayPolicy]) throws -> [ReplayResult] {
        guard let name = try arguments[TraceOptions.autoscaler] else { return results }
        let chosen = zip(results, policies).filter { $1.key.description == name || $1.key.name == name }
        if chosen.isEmpty {
            throw CommandFailure(.no, "no autoscaler \(name), but \(policies.map(\.name).joined(separator: ", "))")
        }
        return chosen.map(\.0)
    }

    /// Replays a journal, or another trace of observations, of any number of autoscalers.
    private func replayObservations(
        _ source: ByteSource, _ paths: [String], _ expectPath: String?, _ zone: ZoneOffset
    ) throws -> ExitCode {
        if try arguments[ReplayOptions.request] != nil {
            throw usage("--request goes with --values utilization; a trace of observations has the requests")
        }
        if arguments.contains(ReplayOptions.needAt) {
            throw usage("--need-at goes with demand or utilisation; a trace of observations has its own need")
        }
        if arguments.contains(ConfigurationFile.option) {
            throw usage("--config goes with --workload; a trace of observations has the holds of its guards")
        }
        let policies = try paths.isEmpty ? [] : ReplayPolicy.read(paths, arguments, console)
        var replay = TraceReplay(
            policies: policies.map {
                TraceReplay.Policy(name: $0.name, key: $0.key, spec: $0.spec, calendar: $0.calendar)
            },
            expectations: try expectPath.map { try ReplayFiles.expectations($0, console) })
        replay.chosen = try arguments[TraceOptions.autoscaler]
        let arguments = arguments
        _ = try ControllerFlags(arguments)
        replay.flags = { recorded in (try? recorded?.replaced(by: arguments) ?? ControllerFlags(arguments)) ?? .init() }
        let hasReport = try arguments[ReplayOptions.report] != nil
        var logs: [TraceReplay.Key: DecisionLog] = [:]
        let results = try replay.run(source) { key, run, tick in
            if hasReport { logs[key, default: DecisionLog(run: run)].observe(tick) }
        }.map { result in
            let manifest = policies.count == 1 ? policies.first : policies.first(where: { $0.key == result.key })
            return ReplayResult(
                outcome: result.outcome, expectations: result.expectations, syncPeriod: result.period,
                report: try logs[result.key].map {
                    ReportRun(
                        run: result.run, trace: DemandTrace(recorded: result.outcome.trace), outcome: result.outcome,
                        expectations: result.expectations, decisions: $0,
                        manifest: try manifest?.manifest ?? YAMLEncoder().encode(result.run.spec))
                })
        }
        return try finish(results, zone)
    }

    private func finish(_ results: [ReplayResult], _ zone: ZoneOffset) throws -> ExitCode {
        if let path = try arguments[ReplayOptions.report] {
            try ReplayFiles.write(Report(runs: results.compactMap(\.report), zone: zone).html(), to: path)
        }
        try ReplayWriter(results: results, zone: zone, console: console).write(as: arguments[ReplayOptions.output])
        let expectations = results.flatMap(\.expectations)
        var code = report(expectations)
        for result in results {
            guard let agreement = result.outcome.agreement, agreement.isBroken else { continue }
            let place = agreement.differences.first.map { ", the first in line \($0.line)" } ?? ""
            console.complain(
                "swiftlet: \(result.outcome.policy): \(agreement.differing) of \(agreement.compared) recorded decisions "
                    + "are made otherwise\(place)")
            code = .no
        }
        return code
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
    /// Between two decisions; `nil` where a trace does not say.
    var syncPeriod: Duration?
    /// For a report, where one is wanted.
    var report: ReportRun?
}

extension ReplayResult {
    /// Adds what a reader should know, to the report as well.
    mutating func note(_ text: String) {
        outcome.notes.append(text)
        report?.outcome.notes.append(text)
    }

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
        var onlooker = ReplayOnlooker(run, expectations, reportOf: manifest, entries: entries)
        let outcome = try run.run(trace) { onlooker.observe($0) }
        self = onlooker.result(outcome, of: trace)
    }

    /// Replays autoscalers of one controller together.
    ///
    /// - Parameter runs: Each with its policy as YAML.
    /// - Throws: The first fault of the trace.
    static func fleet(
        _ runs: [(run: ReplayRun, manifest: String)], _ guards: FleetPolicy?, on trace: DemandTrace,
        expectations: Expectations?, hasReport: Bool
    ) throws(Diagnostic) -> [ReplayResult] {
        var onlookers = runs.map {
            ReplayOnlooker(
                $0.run, expectations, reportOf: hasReport ? $0.manifest : nil,
                entries: Report.decisions(runs: runs.count))
        }
        let outcomes = try FleetReplay(runs.map(\.run), guards: guards).run(trace) { onlookers[$0].observe($1) }
        return zip(onlookers, outcomes).map { $0.result($1, of: trace) }
    }
}

/// What looks on while a policy is replayed.
private struct ReplayOnlooker {
    private let run: ReplayRun
    private var checker: ExpectationChecker?
    private var log: DecisionLog?
    private let manifest: String?

    init(_ run: ReplayRun, _ expectations: Expectations?, reportOf manifest: String?, entries: Int) {
        self.run = run
        self.manifest = manifest
        checker = expectations.map { ExpectationChecker($0, spec: run.spec, flags: run.flags) }
        log = manifest.map { _ in DecisionLog(run: run, largestCount: entries) }
    }

    mutating func observe(_ tick: ReplayTick) {
        checker?.observe(tick)
        log?.observe(tick)
    }

    func result(_ outcome: ReplayOutcome, of trace: DemandTrace) -> ReplayResult {
        var result = ReplayResult(outcome: outcome, expectations: [], syncPeriod: run.syncPeriod)
        let checker = checker
        result.expectations = checker?.finish(outcome.scores) ?? []
        if let log, let manifest {
            result.report = ReportRun(
                run: run, trace: trace, outcome: outcome, expectations: result.expectations, decisions: log,
                manifest: manifest)
        }
        return result
    }
}

extension DemandTrace {
    /// Stands for a trace of observations where a report asks what its values are: percent of the request.
    fileprivate init(recorded name: String) {
        var options = Options()
        options.meaning = .utilization(replicas: 1)
        self.init(name: name, source: .samples([]), options: options)
    }
}
