internal import FoundationEssentials
internal import HTML

extension ReplayOutcome {
    /// One row for each score: name, what it is, value and unit.
    package var scoreTable: TextTable {
        TextTable(
            header: ["score", "meaning", "value", "unit"],
            rows: ScoreName.allCases.map {
                [$0.rawValue, $0.title, scores[$0].map(NumberText.short) ?? "undefined", $0.unit]
            })
    }
}

/// What a replay came to, for other programs: scores (null where undefined), expectations, notes and changes.
package struct ReplayDocument: Encodable {
    private struct Score: Encodable {
        var value: Double?
        var unit: String

        private enum Keys: String, CodingKey {
            case value, unit
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(value, forKey: .value)
            try container.encode(unit, forKey: .unit)
        }
    }

    private struct Change: Encodable {
        var time: String
        var from: Int32
        var to: Int32
        var explanation: String
    }

    private struct Expectation: Encodable {
        var name: String
        var passed: Bool
        var place: String
        var message: String
    }

    private var policy: String
    private var trace: String
    private var mode: String
    private var start: String
    private var end: String
    private var decisions: Int
    private var scores: [String: Score] = [:]
    private var expectations: [Expectation]
    private var notes: [String]
    private var changes: [Change]
    private var recorded: Recorded?

    /// How the decisions compare with the recorded ones.
    private struct Recorded: Encodable {
        struct Difference: Encodable {
            var time: String
            var line: Int
            var current: Int32
            var recorded: Int32
            var decided: Int32
            var recordedExplanation: String
            var explanation: String
        }

        var samePolicy: Bool
        var compared: Int
        var differing: Int
        var differences: [Difference]

        init(_ agreement: Agreement) {
            samePolicy = agreement.isSamePolicy
            compared = agreement.compared
            differing = agreement.differing
            differences = agreement.differences.map {
                Difference(
                    time: TraceTime.text($0.time), line: $0.line, current: $0.currentReplicas,
                    recorded: $0.recordedReplicas, decided: $0.replicas, recordedExplanation: $0.recordedExplanation,
                    explanation: $0.explanation)
            }
        }
    }

    package init(_ outcome: ReplayOutcome, expectations: [ExpectationResult] = []) {
        policy = outcome.policy
        trace = outcome.trace
        mode = outcome.isClosedLoop ? "Closed" : "Open"
        start = TraceTime.text(outcome.start)
        end = TraceTime.text(outcome.end)
        decisions = outcome.scores.ticks
        for name in ScoreName.allCases { scores[name.rawValue] = Score(value: outcome.scores[name], unit: name.unit) }
        self.expectations = expectations.map {
            Expectation(name: $0.name, passed: $0.hasPassed, place: $0.place, message: $0.message)
        }
        notes = outcome.notes
        changes = outcome.changes.map {
            Change(time: TraceTime.text($0.time), from: $0.from, to: $0.to, explanation: $0.explanation)
        }
        recorded = outcome.agreement.map(Recorded.init)
    }

    /// Keys in order of the alphabet, so that equal runs give equal bytes.
    package func json() throws -> String { try ReplayDocument.json(self) }

    fileprivate static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}

extension [ReplayDocument] {
    /// All of them in an array.
    package func json() throws -> String { try ReplayDocument.json(self) }
}

extension [ExpectationResult] {
    /// One row for each expectation.
    package var table: TextTable {
        TextTable(
            header: ["result", "expectation", "found", "place"],
            rows: map { [$0.hasPassed ? "passed" : "FAILED", $0.name, $0.message, $0.place] })
    }

    /// JUnit's XML: a test case for each expectation.
    ///
    /// - Parameter suite: Name of the test suite, e.g. policy and trace.
    package func junit(suite: String) -> String { [JUnitSuite(name: suite, results: self)].junit() }
}

/// The expectations of one replay, as JUnit groups them.
package struct JUnitSuite {
    package var name: String
    package var results: [ExpectationResult]

    package init(name: String, results: [ExpectationResult]) {
        self.name = name
        self.results = results
    }

    fileprivate var text: String {
        let suite = name
        let failures = results.count { !$0.hasPassed }
        var text =
            "<testsuite name=\"\(Markup.escaped(suite))\" tests=\"\(results.count)\" failures=\"\(failures)\">\n"
        for result in results {
            let name = "  <testcase classname=\"\(Markup.escaped(suite))\" name=\"\(Markup.escaped(result.name))\""
            if result.hasPassed {
                text += name + "/>\n"
            } else {
                text += name + ">\n    <failure message=\"\(Markup.escaped(result.message))\">"
                text += Markup.escaped(result.place + ": " + result.message) + "</failure>\n  </testcase>\n"
            }
        }
        return text + "</testsuite>\n"
    }
}

extension [JUnitSuite] {
    /// JUnit's XML; several suites stand in `testsuites`.
    package func junit() -> String {
        let suites = map(\.text).joined()
        let body = count == 1 ? suites : "<testsuites>\n" + suites + "</testsuites>\n"
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body
    }
}
