import Autoscaling
import FoundationEssentials
import KubernetesTypes
import Testing

@Suite struct HorizontalAutoscalerTests {
    static let text = """
        {"apiVersion":"swiftlet.dev/v1alpha1","kind":"HorizontalAutoscaler","metadata":{"name":"web"},\
        "spec":{"duringRollout":"ScaleUpOnly","fallback":{"steps":[{"action":"AtLeast","afterSeconds":60,"replicas":3}]},\
        "formula":"current","hold":{"direction":"Down","until":"2026-03-13T20:00:00Z"},"maxReplicas":4,"minReplicas":2,"mode":"Shadow","scaleTargetRef":\
        {"apiVersion":"apps/v1","kind":"Deployment","name":"web"},\
        "scaleToZero":{"activation":[{"metric":"queue","value":"5"}],"cooldownSeconds":60}},\
        "status":{"currentReplicas":2,"desiredReplicas":3,"foreignPods":["stray"],"history":{"failure":{"lastGood":{"r":3,"t":"2026-03-13T18:00:00Z"},\
        "since":"2026-03-13T18:00:15Z"},"idleSince":"2026-03-13T17:00:00Z","recommendations":\
        [{"r":3,"t":"2026-03-13T18:00:00.123456789Z"},{"r":2,"t":"2026-03-13T18:00:15Z"}],"scaleUps":\
        [{"d":1,"t":"2026-03-13T18:00:00.5Z"}],"target":"8d6f"},"selector":"app=web"}}
        """

    @Test func bothSetsOfFieldsStandInOneObject() throws {
        let object = try JSONDecoder().decode(HorizontalAutoscaler.self, from: Data(Self.text.utf8))
        #expect(object.spec?.autoscaling.maxReplicas == 4)
        let eight = Timestamp(nanoseconds: 1_773_432_000_000_000_000)
        #expect(
            object.spec?.extensions
                == .init(
                    mode: .shadow, duringRollout: .scaleUpOnly, hold: .init(direction: .down, until: Time(eight)),
                    fallback: .init(steps: [.init(afterSeconds: 60, action: .atLeast, replicas: 3)]),
                    scaleToZero: .init(
                        cooldownSeconds: 60, activation: [.init(metric: "queue", value: Quantity(units: 5))]),
                    formula: "current"))
        #expect(object.status?.autoscaling.desiredReplicas == 3)
        #expect(object.status?.extensions.foreignPods == ["stray"])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let written = String(decoding: try encoder.encode(object), as: UTF8.self)
        #expect(written == Self.text.replacing(".5Z", with: ".500Z"))
    }

    @Test func namesOfANewerVersionAreReadAndNotTakenForOthers() throws {
        let text = Self.text.replacing("\"Shadow\"", with: "\"Advise\"")
        let object = try JSONDecoder().decode(HorizontalAutoscaler.self, from: Data(text.utf8))
        #expect(object.spec?.extensions.mode?.value == nil)
        let unknown = try #require(object.spec?.extensions.unknownChoices)
        #expect(unknown.map(\.field) == ["mode"])
        #expect(unknown.map(\.text) == ["Advise"])
        #expect(unknown.map(\.supported) == [["Active", "Shadow", "Paused"]])
    }

    @Test func aHistoryComesBackToTheNanosecond() throws {
        let start = Timestamp(nanoseconds: 1_773_424_800_123_456_789)
        let histories = [
            History(), History(recommendations: []),
            History(
                recommendations: [
                    .init(time: start, replicas: 3), .init(time: start.advanced(bySeconds: 1), replicas: 0),
                ],
                scaleUpEvents: [.init(time: start, change: 2)],
                scaleDownEvents: [.init(time: Timestamp(nanoseconds: .max), change: 1)]),
            History(
                recommendations: [], failure: .init(since: start, lastGood: .init(time: start, replicas: 3)),
                idleSince: start),
            History(recommendations: [], failure: .init(since: start)),
        ]
        for history in histories {
            let stored = HorizontalAutoscaler.StoredHistory(history, target: "8d6f")
            let bytes = try JSONEncoder().encode(stored)
            let read = try JSONDecoder().decode(HorizontalAutoscaler.StoredHistory.self, from: bytes)
            #expect(read == stored)
            #expect(read.history == history)
        }
    }
}
