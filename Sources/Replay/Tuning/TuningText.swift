/// What a search found, as tables and sentences.
extension TuningOutcome {
    /// Rows of the front at most; more are thinned evenly, and the number is said.
    private static let largestFront = 20

    /// What was tried and how.
    package var howItSearched: String {
        let fields = tuning.ranges.dimensions.map { dimension in
            let values = dimension.values.map { NumberText.short($0) }
            let shown =
                values.count > 6
                ? "\(values[0]) to \(values[values.count - 1]), \(values.count) values" : values.joined(separator: ", ")
            return "\(dimension.parameter.rawValue) (\(shown))"
        }
        let all = tuning.ranges.count
        let count = all == .max ? "more than can be counted" : "\(all)"
        var text =
            triesAll
            ? "Tried all \(trials.count) combinations"
            : "Tried \(trials.count) of \(count) combinations, half of them at random (seed \(tuning.seed)) and half next "
                + "to the best ones"
        text += " of " + fields.joined(separator: ", ") + "."
        if impossible > 0 { text += " \(impossible) more have minReplicas above maxReplicas." }
        if isCut { text += " Stopped before the end: this is the best so far." }
        return text
    }

    private func row(_ trial: TuningTrial, _ mark: String) -> [String] {
        [mark] + tuning.ranges.dimensions.map { $0.parameter.text(in: trial.spec) ?? "–" } + [
            NumberText.short(trial.cost), NumberText.short(trial.deficit), NumberText.short(trial.reversals),
            trial.mean(.unservedShare).map(NumberText.short) ?? "–", "\(trial.failureCount)",
        ]
    }

    private var header: [String] {
        [""] + tuning.ranges.dimensions.map(\.parameter.rawValue) + [
            ScoreName.podHours.rawValue, ScoreName.deficitPodSeconds.rawValue, ScoreName.reversals.rawValue,
            ScoreName.unservedShare.rawValue, "failed",
        ]
    }

    /// The front, the cheapest first, with the choice marked and the base below.
    package var frontTable: TextTable {
        let front = front
        let chosen = choice.values
        var table = TextTable(header: header)
        let stride = max((front.count + TuningOutcome.largestFront - 1) / TuningOutcome.largestFront, 1)
        for (index, trial) in front.enumerated() {
            let isChoice = trial.values == chosen && chosen != nil
            guard index.isMultiple(of: stride) || isChoice || trial.values == nil else { continue }
            table.rows.append(row(trial, isChoice ? "choice" : trial.values == nil ? "base" : ""))
        }
        if let chosen, !front.contains(where: { $0.values == chosen }) { table.rows.append(row(choice, "choice")) }
        if !front.contains(where: { $0.values == nil }) { table.rows.append(row(base, "base")) }
        return table
    }

    /// How many of the front the table has; `nil` when it has all.
    package var frontNote: String? {
        let count = front.count
        return count > TuningOutcome.largestFront ? "Of \(count) on the front some are shown, evenly spaced." : nil
    }

    /// The choice in one sentence.
    package var verdict: String {
        let saved = base.cost - choice.cost
        let share = base.cost > 0 ? NumberText.fixed(saved.magnitude / base.cost * 100, places: 1) : "0"
        let cost =
            choice.values == nil
            ? "is the policy as it is"
            : "costs \(NumberText.short(choice.cost)) pod-hours, "
                + (saved == 0
                    ? "as the policy as it is" : "\(share) % \(saved > 0 ? "less" : "more") than the policy as it is")
        if tuning.expectations == nil {
            return "The cheapest that is short of no more and turns no more often \(cost)."
        }
        return isFound
            ? "The cheapest that holds to the expectations \(cost)."
            : "None holds to the expectations. The nearest fails \(choice.failureCount) and \(cost)."
    }

    /// The choice and the base on each part, side by side.
    package var heldOutTable: TextTable? {
        guard let chosen = heldOutChoice, let before = heldOutBase else { return nil }
        var table = TextTable(header: [
            "", "trace", "podHours", "deficitPodSeconds", "reversals", "unservedShare", "failed",
        ])
        func add(_ name: String, _ trial: TuningTrial) {
            for result in trial.results {
                let names: [ScoreName] = [.podHours, .deficitPodSeconds, .reversals, .unservedShare]
                table.rows.append(
                    [name, result.trace] + names.map { result.scores[$0].map(NumberText.short) ?? "–" }
                        + ["\(result.failures.count)"])
            }
        }
        add("choice", choice)
        add("choice", chosen)
        add("base", base)
        add("base", before)
        return table
    }

    /// How sure the choice is, and what is to be warned of.
    package var certainty: [(text: String, isWarning: Bool)] {
        var notes: [(text: String, isWarning: Bool)] = []
        switch holdsOut {
        case true?: notes.append(("It is as good on what was held out of the search.", false))
        case false?:
            let failures = (heldOutChoice?.results ?? []).flatMap { result in
                result.failures.map { "\(result.trace): \($0.name): \($0.message)" }
            }
            notes.append(
                (
                    failures.isEmpty
                        ? "On what was held out it is short of more, or turns more often, than the policy as it is: "
                            + "the choice may fit the past that it was made on, and no other."
                        : "On what was held out it fails: " + failures.joined(separator: "; "), true
                ))
        case nil:
            notes.append(
                isCut && !tuning.heldOut.isEmpty
                    ? ("Stopped before the choice was tried on what was held out.", true)
                    : (
                        "Nothing was held out, so the choice is proven on what it was made on alone: add --hold-out-trace "
                            + "with another day, or --hold-out.", true
                    ))
        }
        let unchecked = Set((heldOutChoice?.results ?? []).flatMap(\.unchecked)).sorted()
        if !unchecked.isEmpty {
            notes.append(
                (
                    "Not checked on what was held out, which has not their time: \(unchecked.joined(separator: "; ")).",
                    false
                ))
        }
        if neighbours.tried > 0 {
            notes.append(
                (
                    "\(neighbours.goodEnough) of \(neighbours.tried) tried neighbours, one step in one field, are good "
                        + "enough as well.", neighbours.goodEnough * 2 < neighbours.tried
                ))
        }
        if let seeds {
            notes.append(
                (
                    "With \(seeds.goodEnough) of \(seeds.tried) other seeds of the workload model it is good enough.",
                    seeds.goodEnough < seeds.tried
                ))
        }
        for edge in edges {
            notes.append(
                (
                    "\(edge.parameter.rawValue) is at the \(edge.isUpper ? "upper" : "lower") end of its range: there may "
                        + "be better beyond.", false
                ))
        }
        if let needed = tuning.neededUtilization {
            notes.append(
                (
                    "The need, and with it the deficit, is counted at \(NumberText.short(needed)) % of the request for "
                        + "all of them; replay --need-at \(NumberText.short(needed)) gives the same numbers.", false
                ))
        }
        return notes
    }
}
