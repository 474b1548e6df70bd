internal import Autoscaling
internal import Replay

/// A replay as a person reads it: scores, each change with its reason, what to beware of, and the expectations.
struct ReplayTable {
    let result: ReplayResult
    /// The zone that times are shown in: that of the trace.
    let zone: ZoneOffset
    let console: Console

    /// Longer lines are hard to read, however wide the terminal is.
    private static let widest = 100

    func write() throws {
        let outcome = result.outcome
        let loop = outcome.isClosedLoop ? "closed loop" : "open loop"
        try console.print(console.style(.heading, "\(outcome.policy) on \(outcome.trace), \(loop)"))
        let pace = result.syncPeriod.map { ", one each \(DurationText.text($0))" } ?? ""
        try console.print(
            "\(time(outcome.start)) to \(time(outcome.end)) \(zone.text), \(outcome.scores.ticks) decisions\(pace)")
        try console.print("")
        try console.output.write(outcome.scoreTable.text)
        try writeChanges(outcome)
        try writeDifferences(outcome)
        if !outcome.notes.isEmpty {
            try heading("NOTES")
            for note in outcome.notes { try item(note, mark: "• ") }
        }
        if !result.expectations.isEmpty {
            try heading("EXPECTATIONS")
            for expectation in result.expectations { try write(expectation) }
        }
    }

    private func writeChanges(_ outcome: ReplayOutcome) throws {
        try heading(outcome.isClosedLoop ? "CHANGES" : "DECISIONS THAT ASK FOR A CHANGE")
        if outcome.changes.isEmpty { try console.print("  none") }
        for change in outcome.changes {
            try item(change.explanation, mark: time(change.time) + "  ", change.to > change.from ? .up : .down)
        }
        if outcome.furtherChanges > 0 { try console.print("  and \(outcome.furtherChanges) more") }
    }

    /// Differences that a person reads; `-o json` has more of them.
    private static let shownDifferences = 20

    private func writeDifferences(_ outcome: ReplayOutcome) throws {
        guard let agreement = outcome.agreement, agreement.differing > 0 else { return }
        try heading(agreement.isSamePolicy ? "NOT AS RECORDED" : "WHAT WOULD HAVE BEEN DIFFERENT")
        for difference in agreement.differences.prefix(Self.shownDifferences) {
            try item("recorded: " + difference.recordedExplanation, mark: time(difference.time) + "  ")
            try item("now: " + difference.explanation, mark: "line \(difference.line)".padded(to: 19) + "  ")
        }
        let more = agreement.differing - Self.shownDifferences
        if more > 0 { try console.print("  and \(more) more") }
    }

    private func write(_ expectation: ExpectationResult) throws {
        let place = expectation.hasPassed ? "" : " (\(expectation.place))"
        try item(
            "\(expectation.name): \(expectation.message)\(place)",
            mark: expectation.hasPassed ? "passed  " : "FAILED  ",
            expectation.hasPassed ? .good : .bad)
    }

    private func heading(_ text: String) throws {
        try console.print("")
        try console.print(console.style(.heading, text))
    }

    /// A paragraph that begins with a mark and hangs under its own first word.
    private func item(_ text: String, mark: String, _ role: TextStyle.Role = .faint) throws {
        let width = min(console.width() ?? Self.widest, Self.widest) - 2 - mark.count
        let indent = String(repeating: " ", count: mark.count)
        for (index, line) in Paragraph.lines(text, width: width).enumerated() {
            try console.print("  " + (index == 0 ? console.style(role, mark) : indent) + line)
        }
    }

    private func time(_ time: Timestamp) -> String { TraceTime.text(time, zone: zone) }
}

extension String {
    /// With blanks behind it, so many characters long.
    fileprivate func padded(to length: Int) -> String {
        self + String(repeating: " ", count: max(length - count, 0))
    }
}
