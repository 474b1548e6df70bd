import Autoscaling
import FoundationEssentials
import KubernetesTypes
import Manifests
import Recordings
import Testing

/// The recorded form of observations and decisions, over every world that the conformance data knows.
@Suite struct RecordedObservationTests {
    @Test func anObservationReadBackGivesTheSameDecision() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let decoder = JSONDecoder()
        let worlds: [WholeDecisionCase] = try ConformanceFolder.load("multi_metric.json")
        for world in worlds {
            let spec = AutoscalerSpec(world.spec)
            let observation = world.observation(of: spec)
            let copy = try decoder.decode(Observation.self, from: try encoder.encode(observation))
            #expect(copy == observation, "\(world.id)")

            var history = world.initialHistory
            var secondHistory = try decoder.decode(History.self, from: try encoder.encode(history))
            let first = evaluate(spec, observation, history: &history, flags: world.controllerFlags)
            let second = evaluate(spec, copy, history: &secondHistory, flags: world.controllerFlags)
            #expect(try encoder.encode(first) == encoder.encode(second), "\(world.id)")
            #expect(history == secondHistory, "\(world.id)")
            #expect(try decoder.decode(Decision.self, from: try encoder.encode(first)) == first, "\(world.id)")
        }
    }

    @Test func everyDecisionHasWords() throws {
        let worlds: [WholeDecisionCase] = try ConformanceFolder.load("multi_metric.json")
        for world in worlds {
            let spec = AutoscalerSpec(world.spec)
            var history = world.initialHistory
            let flags = world.controllerFlags
            let decision = evaluate(spec, world.observation(of: spec), history: &history, flags: flags)
            let explanation = Explanation(decision, spec: spec, namespace: "test-namespace", flags: flags)
            #expect(!explanation.line.isEmpty && !explanation.line.contains("\n"), "\(world.id)")
            #expect(
                explanation.line.contains("\(decision.desiredReplicas)") || decision.currentReplicas == 0, "\(world.id)"
            )
            _ = try JSONEncoder().encode(explanation)
        }
    }
}
