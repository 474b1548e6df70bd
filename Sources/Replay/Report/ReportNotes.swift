internal import HTML

extension Report {
    /// What a reader must know before the numbers mean anything: the three traps, each with what it means for these runs,
    /// and what the runs themselves have to say.
    func writeNotes(to html: inout HTMLWriter) {
        html.element("ul", ["class": "notes"]) { html in
            note("Open or closed loop.", loop, isWarning: !runs.allSatisfy(\.outcome.isClosedLoop), &html)
            let (censored, isCensored) = censorship
            note("Censored demand.", censored, isWarning: isCensored, &html)
            let (coarse, isCoarse) = resolution
            note("A trace too coarse.", coarse, isWarning: isCoarse, &html)
            if let targets = differentTargets { note("Different targets.", targets, isWarning: true, &html) }
            for text in otherNotes { note(nil, text, isWarning: false, &html) }
        }
    }

    private func note(_ title: String?, _ text: String, isWarning: Bool, _ html: inout HTMLWriter) {
        html.element("li", ["class": isWarning ? "warn" : "note"]) { html in
            if let title {
                html.element("strong", title)
                html.text(" ")
            }
            html.text(text)
        }
    }

    private var loop: String {
        runs.allSatisfy(\.outcome.isClosedLoop)
            ? "This is a closed loop: decisions have consequences, as the workload model works them out. The model is not "
                + "the service; it judges policies against each other better than in absolute terms."
            : "This is an open loop: the size stayed the recorded one, so it shows when a policy would have asked for "
                + "what, and nothing of what that would have led to. The same wish is repeated as long as its cause lasts."
    }

    private var censorship: (String, Bool) {
        let isUsage = runs.contains { run in
            switch run.meaning {
            case .rate, .total: false
            case .cores, .utilization: true
            }
        }
        let atMax = runs.compactMap { $0.outcome.scores[.heldByMax] }.max() ?? 0
        let max =
            atMax > 0
            ? " At up to \(NumberText.short(atMax)) % of the decisions maxReplicas held, where the need was higher than what was tried."
            : ""
        return isUsage
            ? (
                "The trace is recorded usage: where the recorded pods were at their limit, more was asked for than the "
                    + "trace knows, and any policy looks better than it was." + max, true
            )
            : ("The trace is what was asked for, so pods at their limit hide none of it." + max, atMax > 0)
    }

    private var resolution: (String, Bool) {
        let coarse = runs.flatMap(\.outcome.notes).first { $0.hasPrefix(Report.coarseNote) }
        return coarse.map { ($0, true) }
            ?? ("The samples are about as close as the decisions, so reactions can be judged by them.", false)
    }

    /// How ``RunRecord`` begins its note about the spacing.
    private static let coarseNote = "The trace has one sample in"

    /// The need is counted by a policy's own target, so a higher target alone lowers its deficit.
    private var differentTargets: String? {
        let targets = Set(runs.compactMap { $0.run.neededUtilization ?? $0.targetUtilization }).sorted()
        guard targets.count > 1 else { return nil }
        let list = targets.map { "\(NumberText.short($0)) %" }.joined(separator: ", ")
        return "Replicas needed, and with them deficit and over-provisioning, are counted by each policy's own target "
            + "(\(list)). Between targets compare what is not served, pod-hours and utilisation, or count the need at one "
            + "utilisation for all with --need-at."
    }

    /// Notes of the runs that are not said above, each once, with its trace where there are several.
    private var otherNotes: [String] {
        var notes: [String] = []
        for run in runs {
            for text in run.outcome.notes
            where !text.hasPrefix(Report.coarseNote) && !text.hasPrefix("An open loop says")
                && !text.hasPrefix("The trace is recorded usage")
            {
                let note = traces.count > 1 ? "\(run.outcome.trace): \(text)" : text
                if !notes.contains(note) { notes.append(note) }
            }
        }
        return notes
    }
}
