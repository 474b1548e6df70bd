internal import Autoscaling
internal import Controller
internal import FoundationEssentials
internal import KubernetesTypes
internal import Manifests
internal import Replay

/// The options of `tune` that `replay` and `compare` do not have.
enum TuneOptions {
    /// How the result is written.
    enum Format: String, CaseIterable, Sendable {
        case table, json, yaml
    }

    static let vary = Option<[String]>.list(
        "vary", "FIELD=VALUES",
        "A field of the policy and the values to try: averageUtilization=40..90/5, minReplicas=2,3,4; also "
            + "maxReplicas, and of scaleUp. and scaleDown.: stabilizationWindowSeconds, tolerance, percent, pods, "
            + "periodSeconds")
    static let ranges = Option<String?>.text(
        "ranges", "FILE", completes: .files, "The same as YAML: fields and their values",
        defaultText: "target, bounds and window of the way down, around those of the policy")
    static let heldOutTraces = Option<[String]>.list(
        "hold-out-trace", "FILE", completes: .files, "A recorded past that judges the choice and is not searched on")
    static let holdOut = Option<Double?>(
        "hold-out", value: .init("PERCENT"), summary: "The part of each --trace, at its end, that judges the choice",
        defaultText: "30 of traces of two days or more, where no --hold-out-trace is given"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return nil }
        guard let value = Double(text), (0...90).contains(value) else {
            throw UsageError("'\(text)' is not a number from 0 to 90, write percent like 30")
        }
        return value
    }
    static let tries = Option<Int>.integer(
        "tries", default: 500, in: 1...1_000_000,
        "Policies to try at most: all combinations where they are no more, else random ones and those next to the best")
    static let seed = Option<Int>.integer("seed", default: 1, in: 0...1_000_000_000, "Of the random ones")
    static let jobs = Option<Int?>(
        "jobs", letter: "j", value: .init("NUMBER"), summary: "Policies to work out at the same time",
        defaultText: "as many as there are cores"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return nil }
        guard let value = Int(text), (1...1_024).contains(value) else {
            throw UsageError("'\(text)' is not a whole number from 1 to 1024")
        }
        return value
    }
    static let write = Option<String?>.text(
        "write", "FILE", completes: .files, "Also write the chosen policy to this file, as YAML")
    static let output = Option<Format>.choice("output", letter: "o", default: .table, "How to write the result")
}

extension Command {
    /// `swiftlet tune`.
    static let tune = Command(
        CommandSpec(
            "tune", "Find the cheapest policy that is good enough on a recorded past",
            discussion: [
                "Replays variations of a policy, closed loop, on all cores, and shows those that no other beats in "
                    + "pod-hours, deficit and reversals. It names the cheapest that holds to the expectations; without "
                    + "--expect the cheapest that is short of no more and turns no more often than the policy as it is.",
                "What is held out of the search judges the choice. Ctrl-C ends the search with the best so far. The "
                    + "same files and seed give the same bytes on any number of cores.",
                "Exit code 0: a policy is good enough. 1: none is, or a file is invalid.",
            ],
            options: [
                PlanOptions.files.spec, CompareOptions.traces.spec, TuneOptions.heldOutTraces.spec,
                TuneOptions.holdOut.spec, ReplayOptions.workload.spec, ReplayOptions.expect.spec,
                TuneOptions.vary.spec, TuneOptions.ranges.spec, TuneOptions.tries.spec, TuneOptions.seed.spec,
                TuneOptions.jobs.spec, TuneOptions.output.spec, TuneOptions.write.spec, ReplayOptions.report.spec,
                ReplayOptions.needAt.spec,
            ] + TraceOptions.all + [RunOptions.syncPeriod.spec] + HPAFlags.all,
            examples: [
                .init(
                    "swiftlet tune -f hpa.yaml --trace rush.csv --workload workload.yaml --expect expect.yaml",
                    "The usual fields, around what the policy has"),
                .init(
                    "swiftlet tune -f hpa.yaml --trace mon.csv --hold-out-trace fri.csv --workload workload.yaml "
                        + "--vary averageUtilization=40..90/5 --vary scaleDown.stabilizationWindowSeconds=0,60,300",
                    "Two fields, and another day to judge the choice"),
                .init(
                    "swiftlet tune -f hpa.yaml --trace rush.csv --workload workload.yaml --expect expect.yaml -o yaml "
                        + "| kubectl diff -f -", "What would change in the cluster"),
            ]),
        run: { arguments, console in try await TuneCall(arguments: arguments, console: console).run() })
}

/// One call of `tune`.
struct TuneCall {
    let arguments: Arguments
    let console: Console

    func run() async throws -> ExitCode {
        let paths = try arguments[PlanOptions.files]
        let tracePaths = try arguments[CompareOptions.traces]
        let heldOutPaths = try arguments[TuneOptions.heldOutTraces]
        if paths.isEmpty { throw missing("-f") }
        if tracePaths.isEmpty { throw missing("--trace") }
        guard let workloadPath = try arguments[ReplayOptions.workload] else { throw missing("--workload") }
        try check(paths, tracePaths + heldOutPaths, workloadPath)
        let options = try DemandTrace.Options(arguments, command: "tune")
        let policy = try onlyPolicy(paths)
        let share: Double? =
            try arguments[TuneOptions.holdOut].map { $0 / 100 } ?? (heldOutPaths.isEmpty ? nil : 0)
        let parts = try tracePaths.map { try TraceParts(DemandTrace(file: $0, options: options), share: share) }
        let others = try heldOutPaths.map {
            try TraceParts(DemandTrace(file: $0, options: options), share: 0).learned
        }
        let model = try ReplayFiles.workload(workloadPath, console)
        let expectPath = try arguments[ReplayOptions.expect]
        var tuning = Tuning(
            base: policy.object, extensions: policy.spec.extensions, ranges: try ranges(policy), model: model,
            flags: try ControllerFlags(arguments),
            syncPeriod: try ReplayOptions.syncPeriod(arguments, of: policy.spec, command: "tune"),
            neededUtilization: try arguments[ReplayOptions.needAt] ?? target(policy),
            expectations: try expectPath.map { try ReplayFiles.expectations($0, console) },
            traces: parts.map(\.learned), heldOut: parts.compactMap(\.heldOut) + others,
            limit: try arguments[TuneOptions.tries], seed: UInt64(try arguments[TuneOptions.seed]))
        tuning.calendar = policy.calendar
        let outcome = try await search(tuning)
        try write(outcome, policy, zone: options.zone)
        // The shell sees that it was cut short.
        if outcome.isCut { throw CancellationError() }
        if outcome.isFound { return .done }
        console.complain("swiftlet: no policy that was tried holds to all expectations")
        return .no
    }

    private func missing(_ option: String) -> UsageError {
        usage("\(option) is missing: swiftlet tune -f hpa.yaml --trace rush.csv --workload workload.yaml")
    }

    private func usage(_ message: String) -> UsageError { UsageError(message, command: "tune") }

    private func check(_ paths: [String], _ traces: [String], _ workload: String) throws(UsageError) {
        let others = [workload, try arguments[ReplayOptions.expect], try arguments[TuneOptions.ranges]]
        try ReplayFiles.checkStandardInput(paths + others.compactMap { $0 }, command: "tune")
        if traces.contains("-") { throw usage("a trace is a file and not '-', which can be read once only") }
        if Set(traces).count < traces.count {
            throw usage("a trace is written twice; it would count twice, or judge what was made from it")
        }
    }

    private func onlyPolicy(_ paths: [String]) throws -> ReplayPolicy {
        let found = try ReplayPolicy.read(paths, arguments, console)
        guard let first = found.first, found.count == 1 else {
            let names = found.map(\.name).joined(separator: ", ")
            throw CommandFailure(.no, "a search begins with one autoscaler, and there are \(found.count): \(names)")
        }
        return first
    }

    private func ranges(_ policy: ReplayPolicy) throws -> TuningRanges {
        let texts = try arguments[TuneOptions.vary]
        let file = try arguments[TuneOptions.ranges].map { try ReplayFiles.ranges($0, console) }
        do throws(TuningError) {
            var ranges: TuningRanges
            if let file {
                ranges = file
            } else {
                ranges = texts.isEmpty ? try TuningRanges(around: policy.object.spec ?? .init()) : try TuningRanges([])
            }
            for text in texts { try ranges.add(try TuningRanges.dimension(text)) }
            return ranges
        } catch {
            throw usage("--vary: \(error)")
        }
    }

    /// The utilisation that the policy wants of cpu.
    private func target(_ policy: ReplayPolicy) -> Double? {
        TuningParameter.averageUtilization.text(in: policy.spec).flatMap { Double($0) }
    }

    private func search(_ tuning: Tuning) async throws -> TuningOutcome {
        let jobs = try arguments[TuneOptions.jobs] ?? ProcessInfo.processInfo.activeProcessorCount
        var bar = ProgressBar(console: console)
        defer { bar.clear() }
        do {
            return try await tuning.run(jobs: jobs) { bar.show($0, of: $1) }
        } catch let error as TuningError {
            throw CommandFailure(.no, error.description)
        }
    }
}
