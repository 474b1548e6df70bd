internal import Autoscaling
internal import Journal

/// Knows what a journal's reader knows, so that each tick adds only what is new to it.
///
/// A spec is written when it is new, and a history when the lines before it would lead to another one: at the beginning
/// of a file, and where the controller learnt something between two decisions, e.g. that a write with a lost answer did
/// go through. So a replay of any one file decides as the controller did.
struct JournalBook {
    private struct Page {
        var spec: AutoscalerSpec
        /// What replaying the lines so far leaves.
        var history: History
    }

    private var pages: [AutoscalerKey: Page] = [:]

    /// The lines of one autoscaler in one tick.
    mutating func lines(of report: AutoscalerReport) -> [TraceLine] {
        let (key, spec) = (report.autoscaler.key, report.autoscaler.spec)
        var bodies: [TraceLine.Body] = []
        if pages[key]?.spec != spec { bodies.append(.spec(spec)) }
        if pages[key]?.history != report.historyBefore { bodies.append(.history(report.historyBefore)) }
        bodies += [.observation(report.observation), .decision(report.decision)]
        if case .scaled(let from, let to) = report.outcome {
            bodies.append(.scaled(.init(time: report.decision.time, from: from, to: to)))
        }
        pages[key] = Page(spec: spec, history: report.history)
        return bodies.map { TraceLine(namespace: key.namespace, name: key.name, $0) }
    }

    /// Forgets the autoscalers that are gone.
    mutating func keep(_ keys: Set<AutoscalerKey>) {
        for key in pages.keys where !keys.contains(key) { pages[key] = nil }
    }
}
