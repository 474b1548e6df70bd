import LoopbackClient
import Testing

/// The simulation as a program of its own: it takes over the clock and the executor of the whole process.
@Suite(.timeLimit(.minutes(10))) struct SimulationTests {
    /// It is built with the tests, beside `swiftlet`.
    private func simulate(_ arguments: String...) async throws -> ChildProcess {
        try await ChildProcess.run(BuiltProgram.path + "-simulate", arguments)
    }

    @Test func nothingGoesWrongInTheFirstSeeds() async throws {
        let run = try await simulate("20", "1")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.hasSuffix("nothing wrong\n"))
        // Something has happened: faults, and changes of size all the same.
        let kinds = [
            "request lost", "controller killed", "changes of size", "decisions to rescale", "lease deleted",
            "bounds changed", "target deleted",
        ]
        for kind in kinds {
            #expect(run.output.contains("  \(kind): "), "no \(kind)")
        }
    }

    @Test func aSeedIsTheSameInEveryProcess() async throws {
        let (first, second) = (try await simulate("trace", "7"), try await simulate("trace", "7"))
        #expect(first.output.contains("seed 7: "))
        #expect(first.output == second.output)
        let other = try await simulate("trace", "8")
        #expect(first.output != other.output)
    }

    /// A controller that did one of these would be seen.
    @Test(arguments: ["unclamped", "unelected", "unconditional", "repeated", "silent"])
    func aPlantedFlawIsFound(_ flaw: String) async throws {
        let run = try await simulate("flaw", flaw, "10")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("\(flaw): found by seed"))
    }
}
