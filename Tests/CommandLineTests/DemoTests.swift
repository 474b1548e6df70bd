import CommandLine
import LoopbackClient
import Testing

@Suite(.timeLimit(.minutes(2))) struct DemoTests {
    @Test func theRushIsToldToItsEnd() async throws {
        let call = try await Call.built(["demo", "--speed", "400"])
        #expect(call.code == 0)
        #expect(call.errors.isEmpty)
        let parts = call.output.split(separator: "The rush is over\n")
        try #require(parts.count == 2)
        // Up, the moment at the limit with what an operator sees, the window that holds, and down again.
        for part in ["▲", "held at the maximum of 10", "TooManyReplicas", "recent recommendations were higher", "▼"] {
            #expect(parts[0].contains(part), "\(part)")
        }
        #expect(parts[1].contains("replicas    2 → 10"))
        #expect(!call.output.contains("\u{1B}"))
    }

    /// Signals it once it has begun to tell.
    private func interrupted(by signal: String) async throws -> ChildProcess {
        let shell = try #require(ChildProcess.find("bash"))
        let script = """
            coproc DEMO { exec "$0" demo --speed 10; }
            read -r line <&"${DEMO[0]}"
            exec {rest}<&"${DEMO[0]}"
            kill -$1 "$DEMO_PID"
            id=$DEMO_PID
            cat <&"$rest" >/dev/null
            wait "$id"
            echo "$?"
            """
        return try await ChildProcess.run(shell, ["-c", script, BuiltProgram.path, signal])
    }

    @Test(arguments: ["INT", "TERM"])
    func aSignalStopsItInOrder(_ signal: String) async throws {
        let process = try await interrupted(by: signal)
        #expect(process.output == (signal == "INT" ? "130\n" : "143\n"))
        #expect(process.errors == "interrupted; the demo's servers are stopped\n")
    }

    @Test func speedHasBounds() async throws {
        let call = try await Call.inProcess(["demo", "--speed", "0"])
        #expect(call.code == 2)
        #expect(call.errors.hasPrefix("swiftlet: --speed: '0' is not a number from 1 to 2000"))
    }
}
