import CommandLine
import FoundationEssentials
import Testing

/// The report of a shadow run, as a person and as a script read it.
@Suite(.timeLimit(.minutes(1))) struct ShadowReportTests {
    private static let began =
        #"{"version":1,"kind":"began","namespace":"shop","name":"web","time":"2026-03-13T18:00:15Z","ours":3,"theirs":2,"#
        + #""seconds":45,"explanation":"2 → 3: cpu 95 % / 70 % = 1.357","theirMetrics":["cpu 71 %"],"#
        + #""theirReasons":["AbleToScale ReadyForNewScale"]}"#
    private static let ended =
        #"{"version":1,"kind":"ended","namespace":"shop","name":"web","time":"2026-03-13T18:01:45Z","ours":3,"theirs":3,"#
        + #""seconds":90}"#

    private static func summary(_ name: String, _ ticks: Int, _ agreed: Int) -> String {
        #"{"version":1,"kind":"summary","namespace":"shop","name":"\#(name)","time":"2026-03-13T18:05:00Z","#
            + #""ticks":\#(ticks),"agreed":\#(agreed)}"#
    }

    private func report(_ lines: [String], _ options: String...) async throws -> Call {
        let path = "\(ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp")/shadow-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
        var call = try await Call.inProcess(["shadow-report", path] + options)
        call.errors = call.errors.replacing(path, with: "FILE")
        return call
    }

    @Test func aDifferenceIsToldWholeAndFails() async throws {
        let call = try await report([
            Self.began, Self.ended, Self.summary("web", 20, 14), Self.summary("api", 20, 20),
        ])
        #expect(call.code == 1)
        #expect(
            call.output == """
                AUTOSCALER  TICKS   AGREED  DIFFERENCES  LONGEST  WIDEST
                shop/api       20  100.0 %            0        -       -
                shop/web       20   70.0 %            1    1m30s   1 pod

                shop/web
                  2026-03-13T18:00:15Z for 1m30s: ours 3, theirs 2
                    ours:   2 → 3: cpu 95 % / 70 % = 1.357
                    theirs: cpu 71 %; AbleToScale ReadyForNewScale

                """)
    }

    @Test func agreementIsZero() async throws {
        let call = try await report([Self.summary("web", 20, 20)], "-o", "json")
        #expect(call.code == 0)
        #expect(call.output.contains("\"agreed\" : 20"))
    }

    @Test func aFileThatIsNoLogNamesTheLine() async throws {
        let call = try await report([Self.summary("web", 20, 20), "nonsense", Self.ended])
        #expect(call.code == 1)
        #expect(call.errors == "swiftlet: FILE:2: this is no line of a shadow log\n")
        let missing = try await Call.inProcess(["shadow-report", "/nonexistent/shadow.jsonl"])
        #expect(missing.code == 1)
        #expect(missing.errors.contains("name a file that --shadow-log wrote"))
    }
}
