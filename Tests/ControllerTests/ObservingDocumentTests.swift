import Autoscaling
import Exposition
import FoundationEssentials
import Recordings
import Testing

@testable import Controller

/// `docs/observing.md` against what the code exports and logs: both ways, word for word.
@Suite struct ObservingDocumentTests {
    /// The cells of the table rows whose first cell is code.
    static func rows(under heading: String) throws -> [[String]] {
        let text = String(
            decoding: try Data(contentsOf: URL(filePath: RepositoryPath.root + "/docs/observing.md")), as: UTF8.self)
        let section = try #require(text.ranges(of: "\n## \(heading)\n").first, "no section '\(heading)'")
        let rest = text[section.upperBound...]
        let body = rest[..<(rest.ranges(of: "\n## ").first?.lowerBound ?? rest.endIndex)]
        return body.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
    }

    @Test func everyMetricIsInTheTable() throws {
        let metrics = try ControllerMetrics(version: "1", book: StatusBook())
        let exported = metrics.families.map { family in
            [
                "`\(family.name)`", family.kind.rawValue,
                family.labels.isEmpty ? "–" : family.labels.map { "`\($0)`" }.joined(separator: ", "), family.help,
            ]
        }
        // The tables of labels have fewer columns.
        let documented = try Self.rows(under: "Metrics").filter { $0.count == 4 }
        let missing = exported.filter { !documented.contains($0) }.map { "| \($0.joined(separator: " | ")) |" }
        #expect(missing == [], "add to docs/observing.md")
        #expect(documented.filter { !exported.contains($0) } == [])
    }

    /// Prometheus' own rules: counters end in `_total`, nothing else does, and units are the base ones.
    @Test func namesFollowTheRules() throws {
        for family in try ControllerMetrics(version: "1", book: StatusBook()).families {
            let name = family.name.description
            #expect(name.hasSuffix("_total") == (family.kind == .counter), "\(name)")
            for unit in ["milli", "_ms", "minutes", "percent", "kilobytes"] { #expect(!name.contains(unit), "\(name)") }
            #expect(family.help.hasSuffix("."), "\(family.help)")
        }
    }

    @Test func everyLogEventIsInTheTable() throws {
        let documented = try Self.rows(under: "Log")
        #expect(Set(documented.map { $0[0] }) == Set(LogEvent.allCases.map { "`\($0.rawValue)`" }))
        #expect(documented.count == LogEvent.allCases.count)
    }

    /// The fields that an event may have, beside the three of every line.
    static func fields(of event: String) throws -> Set<String> {
        let row = try #require(try rows(under: "Log").first { $0[0] == "`\(event)`" }, "\(event)")
        return Set(row[2].split { !($0.isLetter || $0 == "_") }.map(String.init)).union(["time", "level", "event"])
    }
}
