internal import Autoscaling
internal import Controller
internal import Manifests
internal import Replay

/// The options of `compare` that `replay` does not have.
enum CompareOptions {
    /// How the ranking is written.
    enum Format: String, CaseIterable, Sendable {
        case table, csv, markdown
    }

    static let files = Option<[String]>.list(
        "filename", letter: "f", "PATH", completes: .files,
        "A manifest or a folder of them; each autoscaler is a policy")
    static let baseline = Option<String?>.text(
        "baseline", "PATH", completes: .files,
        "The policy that there is now: it is compared as well, but what it fails does not count, and -o markdown says "
            + "what becomes better and worse")
    static let traces = Option<[String]>.list(
        "trace", "FILE", completes: .files, "A recorded past: CSV, or JSON of Prometheus' query_range")
    static let output = Option<Format>.choice("output", letter: "o", default: .table, "How to write the ranking")
}

extension Command {
    /// `swiftlet compare`.
    static let compare = Command(
        CommandSpec(
            "compare", "Rank several policies on the same recorded past",
            discussion: [
                "Replays every policy on every trace, closed loop, and ranks them: by failed expectations, then by the "
                    + "mean deviation from the ideal, then by pod-hours. Over several traces each score has its mean "
                    + "and, in brackets, its lowest and highest.",
                "With --baseline and -o markdown: a summary for a pull request of what changes from that policy to the "
                    + "others, and which expectations fail or hold now.",
                "Exit code 0: compared, and with --expect at least one policy, the baseline aside, holds to all of it. "
                    + "1: none does, or a file is invalid.",
            ],
            options: [
                CompareOptions.files.spec, CompareOptions.baseline.spec, CompareOptions.traces.spec,
                ReplayOptions.workload.spec,
                ReplayOptions.expect.spec, CompareOptions.output.spec, ReplayOptions.report.spec,
                ReplayOptions.needAt.spec,
            ] + TraceOptions.all + [RunOptions.syncPeriod.spec] + HPAFlags.all,
            examples: [
                .init(
                    "swiftlet compare -f old.yaml -f new.yaml --trace rush.csv --workload workload.yaml",
                    "Two policies, one rush"),
                .init(
                    "swiftlet compare --baseline old.yaml -f new.yaml --trace rush.csv --workload workload.yaml "
                        + "--expect expect.yaml -o markdown", "A pull request: what the change makes better and worse"),
                .init(
                    "swiftlet compare -f policies/ --trace mon.csv --trace fri.csv --workload workload.yaml --report all.html",
                    "Many policies, two days, with charts side by side"),
            ]),
        run: { arguments, console in try CompareCall(arguments: arguments, console: console).run() })
}

/// One call of `compare`.
struct CompareCall {
    let arguments: Arguments
    let console: Console

    func run() throws -> ExitCode {
        let usage = "swiftlet compare -f a.yaml -f b.yaml --trace rush.csv --workload workload.yaml"
        func missing(_ option: String) -> UsageError {
            UsageError("\(option) is missing: \(usage)", command: "compare")
        }
        let (paths, tracePaths) = (try arguments[CompareOptions.files], try arguments[CompareOptions.traces])
        if paths.isEmpty { throw missing("-f") }
        if tracePaths.isEmpty { throw missing("--trace") }
        guard let workloadPath = try arguments[ReplayOptions.workload] else { throw missing("--workload") }
        let expectPath = try arguments[ReplayOptions.expect]
        let others = [workloadPath, expectPath, try arguments[CompareOptions.baseline]]
        try check(paths, tracePaths, others: others.compactMap { $0 })
        let options = try DemandTrace.Options(arguments, command: "compare")
        let baselinePath = try arguments[CompareOptions.baseline]
        let policies = try ReplayPolicy.readNamed(
            [baselinePath].compactMap { $0 } + paths, arguments, console)
        let baseline = try baseline(baselinePath, policies)
        let model = try ReplayFiles.workload(workloadPath, console)
        let expectations = try expectPath.map { try ReplayFiles.expectations($0, console) }
        let reportPath = try arguments[ReplayOptions.report]
        let entries = Report.decisions(runs: policies.count * tracePaths.count)
        var results: [ReplayResult] = []
        for policy in policies {
            let run = try policy.run(.closed(model), arguments, command: "compare")
            for path in tracePaths {
                results.append(
                    try ReplayResult(
                        run, on: DemandTrace(file: path, options: options), expectations: expectations,
                        reportOf: reportPath == nil ? nil : policy.manifest, entries: entries))
            }
        }
        let comparison = Comparison(
            results.map { Comparison.Entry(outcome: $0.outcome, expectations: $0.expectations) })
        if let reportPath {
            try ReplayFiles.write(
                Report(runs: results.compactMap(\.report), zone: options.zone).html(), to: reportPath)
        }
        try write(comparison, baseline: baseline)
        guard let best = comparison.rows.first(where: { $0.policy != baseline }), best.failures > 0 else {
            return .done
        }
        console.complain(
            "swiftlet: no policy holds to all expectations; the best, \(best.policy), fails \(best.failures)")
        return .no
    }

    private func check(_ paths: [String], _ traces: [String], others: [String]) throws(UsageError) {
        try ReplayFiles.checkStandardInput(paths + others, command: "compare")
        if traces.contains("-") {
            throw UsageError("a trace is read once for each policy, so it is a file and not '-'", command: "compare")
        }
        if Set(traces).count < traces.count {
            throw UsageError("a trace is written twice, and would count twice", command: "compare")
        }
    }

    /// The name of the policy to compare with.
    private func baseline(_ path: String?, _ policies: [ReplayPolicy]) throws -> String? {
        guard let path else { return nil }
        let own = policies.filter { $0.name == path || $0.name.hasPrefix(path + ":") }
        guard let first = own.first, own.count == 1 else {
            throw UsageError("--baseline \(path) must be a file with one autoscaler", command: "compare")
        }
        if policies.count == 1 { throw UsageError("-f has no policy to compare with --baseline", command: "compare") }
        return first.name
    }

    private func write(_ comparison: Comparison, baseline: String?) throws {
        switch try arguments[CompareOptions.output] {
        case .csv: try console.output.write(comparison.table.csv)
        case .markdown:
            if baseline == nil || comparison.rows.count > 2 { try console.output.write(comparison.table.markdown) }
            for row in comparison.rows where row.policy != baseline {
                guard let change = baseline.flatMap({ PolicyChange(comparison, from: $0, to: row.policy) }) else {
                    continue
                }
                try console.output.write((comparison.rows.count > 2 ? "\n" : "") + change.markdown)
            }
        case .table:
            try console.output.write(comparison.table.text)
            try writeFailures(comparison)
            try writeNotes(comparison)
        }
    }

    private func writeFailures(_ comparison: Comparison) throws {
        for row in comparison.rows where row.failures > 0 {
            try console.print("")
            try console.print(console.style(.heading, "\(row.policy) fails:"))
            for entry in row.entries {
                for result in entry.expectations where !result.hasPassed {
                    try console.print("  \(entry.outcome.trace): \(result.name): \(result.message)")
                }
            }
        }
    }

    /// What a reader of the ranking should know, once for all policies that it holds for.
    private func writeNotes(_ comparison: Comparison) throws {
        var notes: [String] = []
        if let best = comparison.rows.first {
            for row in comparison.rows.dropFirst() {
                guard let speedup = comparison.elasticSpeedup(of: best.policy, over: row.policy) else { continue }
                notes.append(
                    "\(best.policy) over \(row.policy): elastic speed-up \(NumberText.fixed(speedup, decimals: 2))")
            }
        }
        for entry in comparison.rows.flatMap(\.entries) {
            for note in entry.outcome.notes {
                let text = "\(entry.outcome.trace): \(note)"
                if !notes.contains(text) { notes.append(text) }
            }
        }
        if notes.isEmpty { return }
        try console.print("")
        for note in notes { try console.print(note) }
    }
}
