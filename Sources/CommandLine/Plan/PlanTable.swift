internal import Autoscaling
internal import Controller
internal import KubernetesTypes

/// The plan as a person reads it: a table of all metrics, then each decision in words.
struct PlanTable {
    let plans: [Plan]
    let isWide: Bool
    let console: Console

    /// Longer lines are hard to read, however wide the terminal is.
    private static let widest = 100

    func write() throws {
        for line in table.lines(style: console.style) { try console.print(line) }
        for plan in plans {
            try console.print("")
            try words(of: plan)
        }
    }

    private var table: TextTable {
        var table = TextTable(columns: [
            .init(title: "AUTOSCALER"), .init(title: "TARGET"), .init(title: "REPLICAS"), .init(title: "METRIC"),
            .init(title: "VALUE", alignment: .right), .init(title: "TARGET VALUE", alignment: .right),
            .init(title: "RATIO", alignment: .right), .init(title: "WANTS", alignment: .right),
            .init(title: "LIMITED BY"), .init(title: "UNTIL"),
        ])
        if isWide {
            table.columns += [
                .init(title: "MIN", alignment: .right), .init(title: "MAX", alignment: .right),
                .init(title: "PODS"),
            ]
        }
        for plan in plans { table.rows += rows(of: plan) }
        return table
    }

    private func rows(of plan: Plan) -> [[String]] {
        let reference = plan.autoscaler.spec.scaleTargetRef
        let first = ["\(plan.autoscaler.key)", "\(reference.kind)/\(reference.name)", move(of: plan.decision)]
        let steps = plan.explanation.steps.filter { $0.kind == .metric }
        if steps.isEmpty { return [first + ["-", "-", "-", "-", "-"] + limitCells(plan) + wideCells(plan, nil)] }
        return steps.enumerated().map { index, step in
            let cells = [
                step.metric ?? "-", step.value ?? "?", step.target ?? "-",
                step.usageRatio.map { "\(($0 * 1000).rounded() / 1000)" } ?? "-",
                step.replicas.map { "\($0)" } ?? "-",
            ]
            return (index == 0 ? first : ["", "", ""]) + cells + (index == 0 ? limitCells(plan) : ["", ""])
                + wideCells(plan, index)
        }
    }

    private func move(of decision: Decision) -> String {
        if case .targetUnavailable = decision.basis { return "?" }
        return decision.rescales
            ? "\(decision.currentReplicas) → \(decision.desiredReplicas)" : "\(decision.currentReplicas)"
    }

    /// What keeps the size from being what the metrics ask for, and when that ends.
    private func limitCells(_ plan: Plan) -> [String] {
        if let limitation = plan.decision.limitation, limitation.isLimited {
            return [limitation.condition.reason, time(limitation.limitedUntil)]
        }
        if let stabilization = plan.decision.stabilization, stabilization.reason != .unchanged {
            return [stabilization.condition.reason, time(stabilization.heldUntil)]
        }
        return ["-", "-"]
    }

    /// The time of day in UTC.
    private func time(_ time: Timestamp?) -> String {
        guard let time else { return "-" }
        return "\(RFC3339.format(time, fractionDigits: 0).drop { $0 != "T" }.dropFirst().dropLast()) UTC"
    }

    private func wideCells(_ plan: Plan, _ index: Int?) -> [String] {
        guard isWide else { return [] }
        let metrics = plan.decision.metrics
        let tally = index.flatMap { $0 < metrics.count ? metrics[$0].proposal?.pods : nil }
        let pods =
            tally.map { "\($0.ready) counted, \($0.unready) unready, \($0.missing) missing, \($0.ignored) ignored" }
            ?? "-"
        if let index, index > 0 { return ["", "", pods] }
        let spec = plan.autoscaler.spec.raised(by: plan.decision.schedules)
        return ["\(spec.minReplicas)", "\(spec.maxReplicas)", pods]
    }

    private func words(of plan: Plan) throws {
        let role: TextStyle.Role = plan.failure != nil ? .bad : plan.decision.rescales ? .up : .heading
        try console.print(console.style(role, "\(plan.autoscaler.key): \(plan.explanation.line)"))
        let width = min(console.width() ?? Self.widest, Self.widest)
        let paragraph = plan.explanation.paragraph
        for line in Paragraph.lines(paragraph, width: width, indent: "  ") { try console.print(line) }
        for insight in plan.insights {
            for (index, line) in Paragraph.lines(insight, width: width - 4).enumerated() {
                try console.print((index == 0 ? "  • " : "    ") + line)
            }
        }
        guard let older = plan.older else { return }
        try console.print("  against the older policy: \(older.explanation.line)")
        try console.print(
            older.decision.desiredReplicas == plan.decision.desiredReplicas
                ? "  both ask for \(plan.decision.desiredReplicas)"
                : "  new \(plan.decision.desiredReplicas), old \(older.decision.desiredReplicas)")
    }
}
