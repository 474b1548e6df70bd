package import Manifests

/// Several policies against several traces. One trace proves little: the spread over all of them is shown.
package struct Comparison: Sendable {
    /// One policy against one trace.
    package struct Entry: Sendable {
        package var outcome: ReplayOutcome
        package var expectations: [ExpectationResult]

        package init(outcome: ReplayOutcome, expectations: [ExpectationResult] = []) {
            self.outcome = outcome
            self.expectations = expectations
        }
    }

    /// One policy over all traces.
    package struct Row: Sendable {
        package var policy: String
        package var entries: [Entry]

        package var failures: Int { entries.reduce(0) { $0 + $1.expectations.count { !$0.hasPassed } } }

        /// Mean, lowest and highest over the traces for which a score is defined; `nil` if there is none.
        package func spread(_ name: ScoreName) -> Spread? {
            let values = entries.compactMap { $0.outcome.scores[name] }
            guard let low = values.min(), let high = values.max() else { return nil }
            return Spread(mean: values.reduce(0, +) / Double(values.count), lowest: low, highest: high)
        }
    }

    package struct Spread: Hashable, Sendable {
        package var mean: Double
        package var lowest: Double
        package var highest: Double

        package var text: String {
            let mean = NumberText.short(mean)
            return lowest == highest ? mean : "\(mean) (\(NumberText.short(lowest)) to \(NumberText.short(highest)))"
        }
    }

    /// Best first: by failed expectations, then mean deviation from the ideal, then mean pod-hours, then name.
    package private(set) var rows: [Row]

    package init(_ entries: [Entry]) {
        var rows: [Row] = []
        for entry in entries {
            if let index = rows.firstIndex(where: { $0.policy == entry.outcome.policy }) {
                rows[index].entries.append(entry)
            } else {
                rows.append(Row(policy: entry.outcome.policy, entries: [entry]))
            }
        }
        self.rows = rows.sorted { Comparison.isBetter($0, $1) }
    }

    /// Replays every policy against every trace.
    package init(
        _ runs: [ReplayRun], traces: [DemandTrace], expectations: Expectations? = nil
    ) throws(Diagnostic) {
        var entries: [Entry] = []
        for run in runs {
            for trace in traces {
                var checker = expectations.map { ExpectationChecker($0, spec: run.spec, flags: run.flags) }
                let outcome = try run.run(trace) { checker?.observe($0) }
                entries.append(Entry(outcome: outcome, expectations: checker?.finish(outcome.scores) ?? []))
            }
        }
        self.init(entries)
    }

    private static func isBetter(_ left: Row, _ right: Row) -> Bool {
        if left.failures != right.failures { return left.failures < right.failures }
        for name in [ScoreName.deviation, .podHours] {
            let (mine, theirs) = (left.spread(name)?.mean ?? .infinity, right.spread(name)?.mean ?? .infinity)
            if mine != theirs { return mine < theirs }
        }
        return left.policy < right.policy
    }

    /// How much better one policy is than another on the same traces: the geometric mean of the ratios of their mean
    /// accuracies and time shares; above 1 the first one is better. `nil` where one of them is 0 or undefined.
    package func elasticSpeedup(of policy: String, over baseline: String) -> Double? {
        guard let mine = rows.first(where: { $0.policy == policy }),
            let theirs = rows.first(where: { $0.policy == baseline })
        else { return nil }
        var product = 1.0
        for name in [ScoreName.underProvisioning, .overProvisioning, .timeUnderProvisioned, .timeOverProvisioned] {
            guard let own = mine.spread(name)?.mean, let other = theirs.spread(name)?.mean, own > 0, other > 0 else {
                return nil
            }
            product *= other / own
        }
        return product.squareRoot().squareRoot()
    }

    /// The scores of the ranked table.
    package static let columns: [ScoreName] = [
        .deviation, .timeUnderProvisioned, .deficitPodSeconds, .unservedShare, .podHours, .regretPodHours, .reversals,
        .p95Utilization,
    ]

    /// The ranked table: one row for each policy, each score with its mean and, over several traces, its spread.
    package var table: TextTable {
        var table = TextTable(
            header: ["rank", "policy", "failed"] + Comparison.columns.map { "\($0.rawValue) [\($0.unit)]" })
        for (index, row) in rows.enumerated() {
            table.rows.append(
                ["\(index + 1)", row.policy, "\(row.failures)"]
                    + Comparison.columns.map { row.spread($0)?.text ?? "undefined" })
        }
        return table
    }
}
