internal import Autoscaling

/// One replay as a report shows it.
package struct ReportRun: Sendable {
    package var outcome: ReplayOutcome
    package var expectations: [ExpectationResult]
    package var decisions: DecisionLog
    /// The policy as YAML.
    package var manifest: String
    let run: ReplayRun
    let meaning: DemandTrace.Meaning

    package init(
        run: ReplayRun, trace: DemandTrace, outcome: ReplayOutcome, expectations: [ExpectationResult],
        decisions: DecisionLog, manifest: String
    ) {
        self.run = run
        meaning = trace.options.meaning
        self.outcome = outcome
        self.expectations = expectations
        self.decisions = decisions
        self.manifest = manifest
    }

    var spec: AutoscalerSpec { outcome.spec }

    private var model: WorkloadModel? {
        if case .closed(let model) = run.mode { model } else { nil }
    }

    /// Units per second that a ready pod can serve; `nil` where nothing limits it, and in an open loop.
    var capacity: Double? { model.map(\.capacity).flatMap { $0.isFinite && $0 > 0 ? $0 : nil } }

    /// Of all the pods that were ever ready at once, in units per second; 0 where nothing limits it.
    var highestCapacity: Double {
        (capacity ?? 0) * Double(outcome.timeline.bins.map(\.highestReady).max() ?? 0)
    }

    private var requestCores: Double {
        switch run.mode {
        case .closed(let model): model.requestCores
        case .open(let request): request
        }
    }

    /// Percent of the request that the pods are to use; `nil` without a target for cpu.
    var targetUtilization: Double? {
        spec.metrics.compactMap { metric -> Double? in
            guard metric.source.isCPU else { return nil }
            if let average = metric.target.averageValue { return Double(average) / 1000 / requestCores * 100 }
            return metric.target.averageUtilization.map(Double.init)
        }.filter { $0 > 0 }.min()
    }

    /// Percent of the request that a pod can use; `nil` where nothing limits it.
    var limitUtilization: Double? {
        guard let model, model.limitCores.isFinite else { return nil }
        return model.limitCores / model.requestCores * 100
    }

    var failures: [ExpectationResult] { expectations.filter { !$0.hasPassed } }
}

/// One or more replays as one HTML file that needs no network: charts, decisions, scores, expectations, policies.
///
/// Equal runs give equal bytes. The size is bounded, below ``largestBytes`` for one replay whatever its length; several
/// share the room, so that the file grows by little with each.
package struct Report: Sendable {
    /// Of the report of one replay, with explanations and names of ordinary length.
    package static let largestBytes = 2_000_000

    /// Decisions listed and columns drawn, over all runs of a report.
    private static let allDecisions = 1_500
    private static let allColumns = 6_000

    package var runs: [ReportRun]
    /// The zone that times are shown in: that of the traces.
    package var zone: ZoneOffset

    package init(runs: [ReportRun], zone: ZoneOffset) {
        self.runs = runs
        self.zone = zone
    }

    /// Entries for the ``DecisionLog`` of each of so many runs.
    package static func decisions(runs: Int) -> Int { min(max(allDecisions / max(runs, 1), 24), 1_000) }

    /// Columns for each chart.
    var columns: Int { min(max(Report.allColumns / max(runs.count, 1), 120), 1_000) }

    /// Traces in the order of the runs.
    var traces: [String] {
        var names: [String] = []
        for run in runs where !names.contains(run.outcome.trace) { names.append(run.outcome.trace) }
        return names
    }

    /// Policies in the order of the runs.
    var policies: [String] {
        var names: [String] = []
        for run in runs where !names.contains(run.outcome.policy) { names.append(run.outcome.policy) }
        return names
    }

    /// Ranked as `compare` ranks them.
    var comparison: Comparison {
        Comparison(runs.map { Comparison.Entry(outcome: $0.outcome, expectations: $0.expectations) })
    }
}
