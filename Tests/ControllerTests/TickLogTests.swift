import FoundationEssentials
import KubernetesTypes
import Locking
import Testing

@testable import Autoscaling
@testable import Controller

/// Which lines ticks leave: one for each thing that is new, and none for what goes on.
@Suite(.timeLimit(.minutes(1))) struct TickLogTests {
    // MARK: - The ledger

    private struct Note: Sendable {
        var at: Int64
        var text: String?
        var change: FailureLedger.Change?
    }

    @Test func aFailureIsToldWhenItBeginsChangesLastsAndEnds() {
        var ledger = FailureLedger()
        let web = FailureLedger.Subject.autoscaler(AutoscalerKey(namespace: "shop", name: "web"))
        let notes: [Note] = [
            Note(at: 0, text: nil, change: nil),
            Note(at: 15, text: "timed out after 1000 ms", change: .began("timed out after 1000 ms")),
            Note(at: 30, text: "timed out after 1001 ms", change: nil),
            Note(at: 45, text: "refused", change: .changed("refused", after: .init(count: 2, seconds: 30))),
            Note(at: 60, text: "refused", change: nil),
            Note(at: 75, text: nil, change: .ended(after: .init(count: 2, seconds: 30))),
            Note(at: 90, text: nil, change: nil),
            Note(at: 100, text: "refused", change: .began("refused")),
            Note(at: 3_699, text: "refused", change: nil),
            Note(at: 3_700, text: "refused", change: .lasting("refused", .init(count: 3, seconds: 3_600))),
            Note(at: 3_715, text: "refused", change: nil),
            // A clock that was set back makes nothing of less than nothing.
            Note(at: 50, text: nil, change: .ended(after: .init(count: 4, seconds: 0))),
        ]
        for note in notes {
            let change = ledger.note(web, note.text, at: Timestamp(nanoseconds: note.at * 1_000_000_000))
            #expect(change == note.change, "at \(note.at)")
        }
        let now = Timestamp(nanoseconds: 0)
        #expect(ledger.note(web, "refused", at: now) == .began("refused"))
        #expect(ledger.note(.prometheus, "refused", at: now) == .began("refused"))
        ledger.keep { _ in false }
        #expect(ledger.note(web, "refused", at: now) == .began("refused"))
        #expect(ledger.note(.prometheus, "refused", at: now) == nil)
    }

    // MARK: - Lines

    /// One tick of a made-up fleet: how many autoscalers fail, and what became of the first one.
    private struct Tick: Sendable {
        var failing = 0
        var outcome = AutoscalerReport.Outcome.kept
        var hold: Hold?
        var problems: [String] = []
        /// `event subject key=value`, sorted by the log's own order.
        var lines: [String]
    }

    private static let pause = Hold(
        .both, reason: "Paused", message: "spec.mode is Paused",
        until: Timestamp(nanoseconds: 1_773_427_500_000_000_000))

    private static let ticks: [Tick] = [
        Tick(lines: []),
        Tick(outcome: .scaled(from: 2, to: 3), lines: ["scaled web-0 from=2 to=3"]),
        // Of many that fail at once, twenty are told and the rest counted; at the next tick none is new.
        Tick(failing: 30, lines: (0..<20).map { "failing web-\($0)" } + ["also-failing autoscalers=10"]),
        Tick(failing: 30, lines: []),
        Tick(
            failing: 1,
            lines: (1..<21).map { "recovered web-\($0) failures=2 seconds=30" } + ["also-recovered autoscalers=9"]),
        Tick(problems: ["the state cannot be saved"], lines: ["recovered web-0 failures=3 seconds=45", "failing"]),
        Tick(lines: ["recovered failures=1 seconds=15"]),
        Tick(hold: pause, lines: ["held web-0 held=Paused until=2026-03-13T18:45:00Z wanted=5"]),
        Tick(hold: pause, lines: []),
        Tick(lines: ["hold-ended web-0 held=Paused"]),
        Tick(outcome: .withheld(from: 2, to: 3), lines: ["would-scale web-0 from=2 to=3"]),
        Tick(outcome: .withheld(from: 2, to: 3), lines: []),
        Tick(outcome: .withheld(from: 2, to: 4), lines: ["would-scale web-0 from=2 to=4"]),
        Tick(outcome: .superseded(by: 7), lines: ["superseded web-0 by=7"]),
        Tick(outcome: .withheld(from: 2, to: 4), lines: ["would-scale web-0 from=2 to=4"]),
    ]

    @Test func whatIsNewIsALineAndWhatGoesOnIsNone() async throws {
        let fleet = try await Fleet.make()
        let written = Locked<[String]>([])
        let log = TickLog(EventLog(format: .json) { line in written.withLock { $0.append(line) } })
        for (number, tick) in Self.ticks.enumerated() {
            var reports = fleet
            for index in 0..<tick.failing { reports[index].report.error = "no answer from port \(40_000 + number)" }
            reports[0].outcome = tick.outcome
            reports[0].decision.restraint = tick.hold.map { .init(hold: $0, withheldReplicas: 5) }
            log.record(
                TickReport(
                    number: number, time: Timestamp(nanoseconds: Int64(number) * 15_000_000_000),
                    duration: .milliseconds(5), autoscalers: reports, warnings: [], problems: tick.problems))
            let lines = try written.withLock { lines in
                defer { lines = [] }
                return try lines.map(Self.summary)
            }
            #expect(lines == tick.lines, "tick \(number)")
        }
    }

    /// Event, autoscaler and the fields that say how much; every field must be one that the documentation names.
    private static func summary(_ line: String) throws -> String {
        let object = try JSONDecoder().decode([String: JSONValue].self, from: Data(line.utf8))
        let event = try #require(object["event"]?.stringValue)
        let unknown = Set(object.keys).subtracting(try ObservingDocumentTests.fields(of: event))
        #expect(unknown.isEmpty, "\(event) has undocumented fields \(unknown)")
        var parts = [event]
        if let name = object["autoscaler"]?.stringValue { parts.append(name) }
        for name in ["autoscalers", "by", "failures", "from", "held", "seconds", "to", "until", "wanted"] {
            guard let value = object[name] else { continue }
            if event == "superseded", name == "from" || name == "to" { continue }
            parts.append("\(name)=\(value.stringValue ?? value.intValue.map { "\($0)" } ?? "?")")
        }
        return parts.joined(separator: " ")
    }
}
