internal import FoundationEssentials

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
    }

    /// Keys in order of the alphabet, so that equal runs give equal bytes.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
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
    package func junit(suite: String) -> String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<testsuite name=\"\(Markup.escaped(suite))\" tests=\"\(count)\" failures=\"\(count { !$0.hasPassed })\">\n"
        for result in self {
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

/// Text inside XML and HTML.
enum Markup {
    /// Characters that mean something become entities; control characters, which XML forbids, are left out.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            default: if scalar.value >= 0x20 { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
