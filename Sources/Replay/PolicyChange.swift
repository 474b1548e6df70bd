internal import HTML

/// An old policy against a new one on the same traces, in Markdown: what a reviewer of the change wants to know.
package struct PolicyChange: Sendable {
    private let old: Comparison.Row
    private let new: Comparison.Row

    /// `nil` when one of the names is none of the comparison's.
    package init?(_ comparison: Comparison, from old: String, to new: String) {
        guard let before = comparison.rows.first(where: { $0.policy == old }),
            let after = comparison.rows.first(where: { $0.policy == new })
        else { return nil }
        self.old = before
        self.new = after
    }

    /// The scores of the summary; the details have all of them.
    private static let headlines: [ScoreName] = [
        .podHours, .deficitPodSeconds, .longestDeficitMinutes, .unservedShare, .overLimitMinutes, .p95Utilization,
        .reversals, .scaleUps, .scaleDowns, .deviation,
    ]

    /// Expectations as they stand with the old and the new policy, over all traces.
    private struct Standing {
        var name: String
        var trace: String
        var before: Bool
        var after: ExpectationResult
    }

    private var standings: [Standing] {
        zip(old.entries, new.entries).flatMap { before, after in
            zip(before.expectations, after.expectations).map {
                Standing(name: $0.name, trace: after.outcome.trace, before: $0.hasPassed, after: $1)
            }
        }
    }

    package var markdown: String {
        var text = "### Scaling policy: \(Self.inline(old.policy)) → \(Self.inline(new.policy))\n\n"
        text += verdict + "\n\n" + table(Self.headlines, old.spread, new.spread) + "\n"
        text += expectations
        for (before, after) in zip(old.entries, new.entries) {
            text += "<details><summary>\(Markup.escaped(Self.plain(after.outcome.trace)))</summary>\n\n"
            text += table(
                ScoreName.allCases,
                { name in before.outcome.scores[name].map { Comparison.Spread(mean: $0, lowest: $0, highest: $0) } },
                { name in after.outcome.scores[name].map { Comparison.Spread(mean: $0, lowest: $0, highest: $0) } })
            for note in after.outcome.notes { text += "\n- \(Self.inline(note))" }
            text += after.outcome.notes.isEmpty ? "\n" : "\n\n"
            text += "</details>\n\n"
        }
        return text
    }

    private var verdict: String {
        let count = new.entries.count
        let place = count == 1 ? "one trace, which proves little" : "\(count) traces"
        let all = standings
        if all.isEmpty { return "Replayed on \(place); no expectations were given." }
        let failed = all.count { !$0.after.hasPassed }
        return failed == 0
            ? "✅ The new policy holds to all \(all.count) expectations, on \(place)."
            : "❌ The new policy fails \(failed) of \(all.count) expectations, on \(place)."
    }

    private func table(
        _ names: [ScoreName], _ before: (ScoreName) -> Comparison.Spread?, _ after: (ScoreName) -> Comparison.Spread?
    ) -> String {
        var table = TextTable(header: ["score", "before", "after", "change", ""])
        for name in names {
            let (was, now) = (before(name), after(name))
            if was == nil, now == nil { continue }
            table.rows.append(
                [
                    name.title == name.unit ? name.title : "\(name.title), \(name.unit)", was?.text ?? "undefined",
                    now?.text ?? "undefined",
                    Self.change(was?.mean, now?.mean), Self.judgement(name, was?.mean, now?.mean),
                ])
        }
        return table.markdown
    }

    /// `+1.5 (+12 %)`; a share of 0 is no number.
    private static func change(_ before: Double?, _ after: Double?) -> String {
        guard let before, let after else { return "" }
        let difference = after - before
        if difference == 0 { return "same" }
        let sign = difference > 0 ? "+" : "−"
        let text = sign + NumberText.short(difference.magnitude)
        guard before != 0 else { return text }
        return text + " (\(sign)\(NumberText.fixed((difference / before).magnitude * 100, places: 0)) %)"
    }

    private static func judgement(_ name: ScoreName, _ before: Double?, _ after: Double?) -> String {
        guard name.isBetterLower, let before, let after, before != after else { return "" }
        return after < before ? "better" : "**worse**"
    }

    /// What fails now and did not, what holds now and did not, and what fails as before.
    private var expectations: String {
        let groups: [(String, (Standing) -> Bool)] = [
            ("Fails now", { $0.before && !$0.after.hasPassed }),
            ("Holds now", { !$0.before && $0.after.hasPassed }),
            ("Fails as before", { !$0.before && !$0.after.hasPassed }),
        ]
        var text = ""
        for (title, belongs) in groups {
            let standings = standings.filter(belongs)
            if standings.isEmpty { continue }
            text += "**\(title)**\n\n"
            for standing in standings {
                let trace = new.entries.count > 1 ? " on \(Self.inline(standing.trace))" : ""
                text += "- \(Self.inline(standing.name))\(trace): \(Self.inline(standing.after.message))\n"
            }
            text += "\n"
        }
        return text
    }

    /// Text in a line of Markdown: nothing in it is markup, a link or a mention.
    private static func inline(_ text: String) -> String {
        var result = ""
        for character in plain(text) {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~", "!", "&": result += "\\\(character)"
            // A name with an @ would be told about it.
            case "@": result += "@\u{200B}"
            default: result.append(character)
            }
        }
        return result
    }

    private static func plain(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}
