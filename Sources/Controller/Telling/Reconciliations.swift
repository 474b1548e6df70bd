internal import Exposition

/// Decisions counted by what was done and whether something was wrong. The counters are looked up once: each tick adds to
/// them for every autoscaler.
struct Reconciliations: Sendable {
    /// As the HPA controller's own metric names what is done.
    private enum Action: Int, CaseIterable {
        case none, scaleUp, scaleDown

        var word: String {
            switch self {
            case .none: "none"
            case .scaleUp: "scale_up"
            case .scaleDown: "scale_down"
            }
        }

        init(_ outcome: AutoscalerReport.Outcome) {
            switch outcome {
            case .scaled(let from, let to): self = to > from ? .scaleUp : .scaleDown
            case .kept, .withheld, .superseded, .failed: self = .none
            }
        }
    }

    /// For each action two: without an error and with one.
    private let counters: [Counter]

    init(_ registry: MetricRegistry) throws {
        let family = try registry.counters(
            "swiftlet_reconciliations_total", help: "Decisions, by what was done and whether something was wrong.",
            labels: ["action", "error"], limit: Action.allCases.count * 2)
        counters = Action.allCases.flatMap { [family[$0.word, "none"], family[$0.word, "internal"]] }
    }

    func record(_ reports: [AutoscalerReport]) {
        var counts = Array(repeating: 0, count: counters.count)
        for report in reports {
            counts[Action(report.outcome).rawValue * 2 + (report.problem == nil ? 0 : 1)] += 1
        }
        for (counter, count) in zip(counters, counts) where count > 0 { counter.increment(by: Double(count)) }
    }
}
