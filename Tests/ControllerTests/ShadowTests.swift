import Autoscaling
import DecisionProperties
import FoundationEssentials
import KubernetesTypes
import Testing

@testable import Controller

/// What a shadow run says of the controller in charge.
@Suite struct ShadowTests {
    /// One tick: what we would do, what the other one says.
    private func report(ours millicores: Int64, pods: Int, theirs: Int32?, at now: Timestamp) -> AutoscalerReport {
        var service = OrderService()
        let observation = service.observation(at: now, millicores: Array(repeating: millicores, count: pods))
        let decision = service.decide(observation)
        var autoscaler = Autoscaler(key: AutoscalerKey(namespace: "bytebites", name: "orders"), spec: service.spec)
        let status = HorizontalPodAutoscaler.Status(
            currentReplicas: Int32(pods), desiredReplicas: theirs,
            currentMetrics: [
                .init(type: "Resource", resource: .init(name: "cpu", current: .init(averageUtilization: 71)))
            ],
            conditions: [.init(type: "AbleToScale", status: "True", reason: "ReadyForNewScale")])
        autoscaler.object = AutoscalerObject(
            kind: .horizontalPodAutoscaler, uid: "u", resourceVersion: "1", generation: nil,
            status: .init(autoscaling: status))
        return AutoscalerReport(
            autoscaler: autoscaler, observation: observation, decision: decision, outcome: .kept,
            historyBefore: History(), history: service.history,
            report: DecisionReport(
                decision, spec: service.spec, namespace: "bytebites",
                previous: .init(currentReplicas: 0, desiredReplicas: 0), write: .none, flags: service.flags),
            target: .unavailable(.notReadable("")))
    }

    private func run(_ ticks: [(ours: Int64, theirs: Int32?)]) -> (records: [ShadowRecord], ShadowComparison) {
        var comparison = ShadowComparison(syncPeriod: .seconds(15))
        var records: [ShadowRecord] = []
        var now = OrderService.dinner
        for tick in ticks {
            let report = report(ours: tick.ours, pods: 2, theirs: tick.theirs, at: now)
            records += comparison.note([report], flags: ControllerFlags(), at: now)
            now = now.advanced(bySeconds: 15)
        }
        return (records + comparison.finish(at: now), comparison)
    }

    // 95m of 100m wants 3, 70m wants the 2 there are.
    @Test func whatIsGoneWhenBothHaveLookedAgainIsTiming() {
        let (records, comparison) = run([(70, 2), (95, 2), (95, 2), (95, 3), (95, 3)])
        #expect(records.map(\.kind) == [.summary])
        #expect(records.first?.ticks == 5)
        #expect(records.first?.agreed == 3)
        #expect(comparison.divergences == 0)
    }

    @Test func whatLastsIsToldWithItsBeginningAndItsReason() throws {
        let (records, comparison) = run([(70, 2)] + Array(repeating: (95, 2), count: 6) + [(95, 3), (70, 2)])
        #expect(records.map(\.kind) == [.began, .ended, .summary])
        let began = try #require(records.first)
        #expect(began.time == "2026-03-13T18:00:15Z")
        #expect(began.ours == 3)
        #expect(began.theirs == 2)
        #expect(began.explanation == "2 → 3: cpu 95 % / 70 % = 1.357, × 2 pods = 2.71, rounded up to 3")
        #expect(began.theirMetrics == ["cpu 71 %"])
        #expect(began.ourMetrics == ["cpu 95 %"])
        #expect(began.theirReasons == ["AbleToScale ReadyForNewScale"])
        #expect(records[1].seconds == 90)
        #expect(comparison.divergences == 1)
        #expect(comparison.diverging == 0)
    }

    @Test func whereTheOtherHasNotDecidedNothingIsCompared() {
        let (records, comparison) = run([(95, nil), (95, nil)])
        #expect(records.isEmpty)
        #expect(comparison.ticks == 0)
    }

    @Test func aLogIsReadBack() throws {
        let (records, _) = run([(70, 2)] + Array(repeating: (95, 2), count: 6) + [(95, 3), (95, 2)])
        let encoder = JSONEncoder()
        var bytes: [UInt8] = []
        for record in records { bytes += [UInt8](try encoder.encode(record)) + [10] }
        let summary = try ShadowSummary(reading: bytes + Array("{\"version\":1,\"kind\":\"be".utf8))
        #expect(summary.autoscalers.count == 1)
        #expect(summary.autoscalers.first?.ticks == 9)
        #expect(summary.divergenceCount == 1)
        #expect(summary.autoscalers.first?.divergences.first?.seconds == 90)
        #expect(throws: ShadowSummary.Unreadable.self) { try ShadowSummary(reading: Array("nonsense\n{}\n".utf8)) }
        #expect(throws: ShadowSummary.Unreadable.self) {
            try ShadowSummary(
                reading: Array(
                    "{\"version\":9,\"kind\":\"summary\",\"namespace\":\"a\",\"name\":\"b\",\"time\":\"\"}\n".utf8))
        }
    }
}
