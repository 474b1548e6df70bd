import Autoscaling
import FoundationEssentials
import HTTPService
import Locking
import Testing

@testable import Controller

/// Answers that may not be all there is: they hold a size against shrinking, and a journal knows it.
@Suite(.timeLimit(.minutes(1))) struct PartialAnswerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Beside the result.
        var members: String
        var value: String
        var policy = PartialAnswers.holdDown
        var size: Int32
        /// What the condition says; `nil` where nothing is held.
        var held: String?
    }

    private static let query = "sum(queue_depth)"

    @Test(arguments: [
        Case(testDescription: "a whole answer", members: "", value: "1", size: 1),
        Case(
            testDescription: "a whole answer of VictoriaMetrics", members: #","isPartial":false"#, value: "1", size: 1),
        Case(testDescription: "a hint about the query", members: #","infos":["a gauge"]"#, value: "1", size: 1),
        Case(
            testDescription: "a store of Thanos that is gone", members: #","warnings":["store sidecar-0: EOF"]"#,
            value: "1", size: 2,
            held:
                "1 replicas wanted; Prometheus says that data may be partial: store sidecar-0: EOF; query 'sum(queue_depth)'"
        ),
        Case(
            testDescription: "a node of VictoriaMetrics that is gone", members: #","isPartial":true"#, value: "1",
            size: 2,
            held: "1 replicas wanted; Prometheus says that data may be partial: the answer has isPartial: true; query "
                + "'sum(queue_depth)'"),
        Case(
            testDescription: "growth is not held", members: #","warnings":["store"]"#, value: "4", size: 4,
            held: "Prometheus says that data may be partial: store; query 'sum(queue_depth)'"),
        Case(
            testDescription: "accepted as it is", members: #","warnings":["store"]"#, value: "1", policy: .accept,
            size: 1),
    ])
    func whatMayBePartialDoesNotShrinkAnything(_ test: Case) async throws {
        try await World.run { world in
            try await world.addDeployment("kitchen")
            let body =
                #"{"status":"success","data":{"resultType":"scalar","result":[1,"\#(test.value)"]}\#(test.members)}"#
            world.faults.prometheus.withLock { $0 = { _ in .answer(.json(Array(body.utf8))) } }
            var autoscaler = NamedMetricTests.kitchen(
                world, [NamedMetricTests.query(Self.query, .averageValue(milli: 1_000))])
            autoscaler.spec.behavior = ScalingBehavior()
            autoscaler.spec.behavior?.scaleDown.stabilizationWindowSeconds = 0
            var configuration = ControllerConfiguration()
            configuration.partialAnswers = test.policy
            var store = HistoryStore()
            let report = try #require(
                try await world.tick(&store, [autoscaler], configuration: configuration).first)
            #expect(report.decision.desiredReplicas == test.size)
            #expect(report.decision.restraint?.condition.message == test.held)
            #expect(report.decision.restraint?.condition.reason == (test.held == nil ? nil : "PartialData"))
            // As a journal has it, it decides again so.
            let recorded = try JSONDecoder().decode(
                Observation.self, from: try JSONEncoder().encode(report.observation))
            var history = report.historyBefore
            let again = evaluate(autoscaler.spec, recorded, history: &history, flags: configuration.flags)
            #expect(again == report.decision)
        }
    }
}
