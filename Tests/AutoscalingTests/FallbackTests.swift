import Autoscaling
import DecisionProperties
import FoundationEssentials
import Testing

/// What is done while metrics fail, by how long they have.
@Suite struct FallbackTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [FallbackPolicy.Step]
        /// The size at the last good decision, and what the queue held then.
        var size: Int32 = 4
        var queue: Int64 = 120
        /// The size after each further decision, 15 seconds apart, the first without data included.
        var sizes: [Int32]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "no step: the size is kept", steps: [], sizes: [4, 4, 4, 4]),
        Case(
            name: "before the first step it is kept", steps: [.init(afterSeconds: 45, .fixed(replicas: 6))],
            sizes: [4, 4, 4, 6, 6]),
        Case(name: "at once", steps: [.init(afterSeconds: 0, .fixed(replicas: 6))], sizes: [6]),
        Case(
            name: "step after step",
            steps: [
                .init(afterSeconds: 15, .hold), .init(afterSeconds: 30, .atLeast(replicas: 5)),
                .init(afterSeconds: 60, .fixed(replicas: 2)),
            ], sizes: [4, 4, 5, 5, 2, 2]),
        Case(name: "at least is no ceiling", steps: [.init(afterSeconds: 0, .atLeast(replicas: 3))], sizes: [4, 4]),
        Case(name: "never above the maximum", steps: [.init(afterSeconds: 0, .fixed(replicas: 50))], sizes: [8, 10]),
        Case(name: "never below the minimum", steps: [.init(afterSeconds: 0, .fixed(replicas: 0))], sizes: [1]),
        Case(
            name: "what was last asked for goes on being asked for", steps: [.init(afterSeconds: 0, .lastGood)],
            size: 2,
            queue: 270, sizes: [9]),
    ])
    func aStepIsInForceFromItsTimeOn(_ one: Case) {
        var service = QueueService(size: one.size, ScalingExtensions(fallback: FallbackPolicy(steps: one.steps)))
        service.tick(one.queue)
        let sizes = one.sizes.map { _ in service.tick(nil).desiredReplicas }
        #expect(sizes == one.sizes)
        #expect(service.history.failure?.since == OrderService.dinner.advanced(bySeconds: 15))
        // The data come back, and that is all it takes.
        let back = service.tick(Int64(service.size) * 30)
        #expect(back.fallback == nil)
        #expect(service.history.failure == nil)
        #expect(!service.status.conditions.isTrue(.fallbackActive))
    }

    @Test func withoutAGoodDecisionThereIsNothingToGoBackTo() {
        var service = QueueService(
            size: 4, ScalingExtensions(fallback: FallbackPolicy(steps: [.init(afterSeconds: 0, .lastGood)])))
        let decision = service.tick(nil)
        #expect(decision.desiredReplicas == 4)
        #expect(decision.fallback?.lastGood == nil)
    }

    /// Data that come and go are data: no step is reached, and what good ticks ask for goes the usual way.
    @Test func everyOtherTickWithoutDataIsNoLongFailure() {
        var service = QueueService(
            size: 4, ScalingExtensions(fallback: FallbackPolicy(steps: [.init(afterSeconds: 30, .fixed(replicas: 9))])))
        service.spec.behavior?.scaleDown.stabilizationWindowSeconds = 300
        for index in 0..<40 {
            let decision = service.tick(index.isMultiple(of: 2) ? 120 : nil)
            #expect(decision.desiredReplicas == 4)
        }
        // With a step at once the size goes there, and the window keeps it from swinging back each time.
        service.spec.extensions?.fallback = FallbackPolicy(steps: [.init(afterSeconds: 0, .atLeast(replicas: 6))])
        let sizes = (0..<40).map { service.tick($0.isMultiple(of: 2) ? nil : 120).desiredReplicas }
        #expect(Set(sizes) == [6])
    }

    struct Beside: Sendable, CustomTestStringConvertible {
        var name: String
        var action: FallbackPolicy.Action
        /// Millicores of 100 in each of 4 pods, of which 70 are wanted.
        var cpu: Int64
        var desired: Int32
        var isFallback: Bool
        var testDescription: String { name }
    }

    @Test(arguments: [
        Beside(
            name: "a metric that works raises", action: .fixed(replicas: 3), cpu: 100, desired: 6, isFallback: false),
        Beside(
            name: "and does not lower", action: .atLeast(replicas: 6), cpu: 100, desired: 6, isFallback: false),
        Beside(name: "the fallback is more", action: .atLeast(replicas: 8), cpu: 100, desired: 8, isFallback: true),
        Beside(name: "the metric asks for less", action: .fixed(replicas: 6), cpu: 10, desired: 6, isFallback: true),
        Beside(name: "both ask for less", action: .fixed(replicas: 1), cpu: 35, desired: 2, isFallback: true),
        Beside(name: "held", action: .hold, cpu: 10, desired: 4, isFallback: true),
    ])
    func metricsThatWorkMayOnlyRaise(_ one: Beside) {
        var service = QueueService(
            size: 4, ScalingExtensions(fallback: FallbackPolicy(steps: [.init(afterSeconds: 15, one.action)])),
            metrics: [QueueService.queue, QueueService.cpu])
        service.tick(120, 70)
        service.tick(nil, 70)
        let decision = service.tick(nil, one.cpu)
        #expect(decision.desiredReplicas == one.desired)
        guard case .fallback(let invalid) = decision.basis else {
            #expect(!one.isFallback)
            return
        }
        #expect(one.isFallback)
        #expect(invalid?.first == 0)
        #expect(invalid?.count == 1)
    }

    @Test func fromZeroItComesBackByAFloorAlone() {
        let zero = ScaleToZeroPolicy(cooldownSeconds: 0)
        var service = QueueService(
            size: 0, minReplicas: 0,
            ScalingExtensions(
                fallback: FallbackPolicy(steps: [
                    .init(afterSeconds: 0, .hold), .init(afterSeconds: 15, .lastGood),
                    .init(afterSeconds: 30, .atLeast(replicas: 3)),
                ]), scaleToZero: zero), metrics: [QueueService.queue, QueueService.cpu])
        service.isScaledToZero = true
        service.tick(0, nil)
        // The pods' cpu is not known, and that is no failure where there are none.
        #expect(service.history.failure == nil)
        #expect((0..<3).map { _ in service.tick(nil, nil).desiredReplicas } == [0, 0, 3])
        // Somebody else has switched this one off.
        service.size = 0
        service.isScaledToZero = false
        #expect(service.tick(nil, nil).basis == .disabledAtZero)
        #expect(service.history.failure == nil)
    }

    @Test func whatIsNotKnownIsNotZero() {
        var service = QueueService(
            size: 1, minReplicas: 0,
            ScalingExtensions(
                fallback: FallbackPolicy(steps: [.init(afterSeconds: 0, .lastGood)]),
                scaleToZero: ScaleToZeroPolicy(cooldownSeconds: 600)))
        service.tick(0)
        #expect(service.history.recommendations.last?.replicas == 0)
        for _ in 0..<80 { #expect(service.tick(nil).desiredReplicas == 1) }
    }

    @Test func itIsToldByWordsConditionsAndEvents() {
        var service = QueueService(
            size: 2,
            ScalingExtensions(
                fallback: FallbackPolicy(steps: [
                    .init(afterSeconds: 30, .atLeast(replicas: 4)), .init(afterSeconds: 600, .fixed(replicas: 3)),
                ])))
        service.tick(60)
        let kept = service.tick(nil)
        #expect(
            service.line(kept)
                == "stays at 2: unable to get metric queue: Prometheus does not answer; metrics have failed for 0s, since "
                + "18:00:15 UTC; the first step of the fallback is at 18:00:45 UTC")
        #expect(service.condition(.fallbackActive) == nil)
        service.tick(nil)
        let raised = service.tick(nil)
        #expect(
            service.line(raised)
                == "2 → 4: metrics have failed for 30s, since 18:00:15 UTC; the fallback wants at least 4; the next step "
                + "of the fallback is at 18:10:15 UTC; unable to get metric queue: Prometheus does not answer")
        #expect(service.condition(.scalingActive)?.status == "False")
        #expect(service.condition(.scalingActive)?.reason == "FailedGetPrometheusMetric")
        #expect(service.condition(.fallbackActive)?.reason == "AtLeast")
        let message = "metrics have failed since 18:00:15 UTC; the fallback wants at least 4"
        #expect(service.condition(.fallbackActive)?.message == message)
        #expect(service.events.contains(.init(isWarning: true, reason: "FallbackActive", message: message)))
        #expect(
            service.events.contains {
                $0.message
                    == "New size: 4; reason: Metrics have failed since 18:00:15 UTC, the fallback wants at least 4"
            })
        #expect(service.status.desiredReplicas == 4)
        // Nothing new: the status stays as it is, word for word.
        let former = service.status.conditions
        service.tick(nil)
        #expect(service.condition(.fallbackActive) == former.first { $0.type == "FallbackActive" })
        #expect(!service.events.contains { $0.reason == "FallbackActive" })
        service.tick(120)
        #expect(service.condition(.fallbackActive)?.status == "False")
    }

    @Test func aHistoryThatIsReadAgainGoesOn() throws {
        var service = QueueService(
            size: 4, ScalingExtensions(fallback: FallbackPolicy(steps: [.init(afterSeconds: 60, .lastGood)])))
        service.tick(240)
        for _ in 0..<3 { service.tick(nil) }
        let read = try JSONDecoder().decode(History.self, from: JSONEncoder().encode(service.history))
        #expect(read == service.history)
        #expect(read.failure?.lastGood?.replicas == 8)
        #expect(service.history.compacted(at: service.now).failure == service.history.failure)
        // A history from before there were such things is still one.
        let old = try JSONDecoder().decode(
            History.self,
            from: Data(#"{"isStarted":true,"recommendations":[],"scaleUpEvents":[],"scaleDownEvents":[]}"#.utf8))
        #expect(old == History(recommendations: []))
        // Taken out of the spec, and nothing of it is left.
        service.spec.extensions = nil
        service.tick(nil)
        #expect(service.history.failure == nil)
    }
}
