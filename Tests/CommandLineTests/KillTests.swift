import Autoscaling
import Controller
import LoopbackClient
import Recordings
import Testing

/// `run` killed at any moment: what a restart needs is on the disk.
@Suite(.timeLimit(.minutes(3))) struct KillTests {
    @Test func aKillAtAnyMomentLosesNoWindow() async throws {
        try await PlanWorld.run(millicores: 20) { world in
            let state = StateFile(path: world.folder + "/state.json")
            var random = SeededGenerator(seed: 1)
            var first: Timestamp?
            var count = 0
            var lives = 0
            // Under a sanitizer a life must be longer to decide in it.
            while lives < 20 || (count <= 20 && lives < 100) {
                lives += 1
                let life = Int.random(in: 1...400 * ((lives + 19) / 20), using: &random)
                try await kill(after: life, world, state)
                let loaded = state.load()
                #expect(loaded.warning == nil)
                // A life can be too short for a first decision.
                guard let history = loaded.store.memories.values.first?.history, history.isStarted else {
                    #expect(first == nil, "a history that was there is gone")
                    continue
                }
                first = first ?? history.recommendations.first?.time
                // The oldest recommendation is what a scale-down waits for: no restart begins the window anew.
                #expect(history.recommendations.first?.time == first)
                #expect(history.recommendations.count >= count)
                count = history.recommendations.count
            }
            #expect(first != nil)
            #expect(count > 20, "the lives were too short to decide in: \(count) decisions")
        }
    }

    private func kill(after milliseconds: Int, _ world: PlanWorld, _ state: StateFile) async throws {
        let bash = try #require(ChildProcess.find("bash"))
        let script = "exec timeout -s KILL \(Double(milliseconds) / 1_000) \"$@\""
        let words = [
            "run", "-f", world.folder + "/hpa.yaml", "--state-file", state.path, "--sync-period", "5ms",
            "--metrics-bind-address", "off",
        ]
        let process = try await ChildProcess.run(
            bash, ["-c", script, "bash", BuiltProgram.path] + words + world.servers)
        // 137: killed; the program itself said nothing of an error that ended it.
        #expect(process.status == 137 || process.status == 9, "\(process.errors)")
        #expect(!process.errors.contains("state file"))
    }
}
