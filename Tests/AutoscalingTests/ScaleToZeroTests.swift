import Autoscaling
import DecisionProperties
import Testing

/// When a target goes to zero, and when it comes back.
@Suite struct ScaleToZeroTests {
    private func service(
        size: Int32, cooldown: Int32 = 60, threshold: Int64? = nil, metrics: [MetricSpec] = [QueueService.queue]
    ) -> QueueService {
        var policy = ScaleToZeroPolicy(cooldownSeconds: cooldown)
        if let threshold { policy.activation = [.init(metric: "queue", milliValue: threshold * 1000)] }
        var service = QueueService(
            size: size, minReplicas: 0, ScalingExtensions(scaleToZero: policy), metrics: metrics)
        service.isScaledToZero = size == 0
        return service
    }

    @Test func toZeroAfterTheCoolDownAlone() {
        var service = service(size: 1)
        let sizes = (0..<6).map { _ in service.tick(0).desiredReplicas }
        #expect(sizes == [1, 1, 1, 1, 0, 0])
        #expect(service.condition(.scaledToZero)?.status == "True")
        #expect(service.tick(31).desiredReplicas == 2)
        #expect(service.condition(.scaledToZero)?.status == "False")
        #expect(service.history.idleSince == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var queue: [Int64?]
        var sizes: [Int32]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(
            name: "one message begins the cool-down anew", queue: [0, 0, 0, 6, 0, 0, 0, 0, 0],
            sizes: [1, 1, 1, 1, 1, 1, 1, 1, 0]),
        Case(
            name: "a failure does as well: unknown is not zero", queue: [0, 0, 0, nil, 0, 0, 0, 0, 0],
            sizes: [1, 1, 1, 1, 1, 1, 1, 1, 0]),
        Case(
            name: "data that come and go keep a pod", queue: [0, nil, 0, nil, 0, nil, 0, nil, 0],
            sizes: Array(repeating: 1, count: 9)),
        Case(
            name: "at the threshold it is idle, whatever its target asks for", queue: [5, 5, 5, 5, 5],
            sizes: [1, 1, 1, 1, 0]),
        Case(name: "from more than one by way of the metric", queue: [90, 0, 0, 0, 0, 0], sizes: [3, 1, 1, 1, 1, 0]),
        Case(
            name: "at zero a threshold is to be passed", queue: [0, 0, 0, 0, 0, 5, nil, 5, 6],
            sizes: [1, 1, 1, 1, 0, 0, 0, 0, 1]),
    ])
    func betweenThereIsAtLeastOne(_ one: Case) {
        var service = service(size: 1, threshold: 5)
        let sizes = one.queue.map { service.tick($0).desiredReplicas }
        #expect(sizes == one.sizes)
    }

    /// A queue whose forecast is above its threshold is waited for, and one at the threshold is not.
    @Test(
        arguments: [
            (forecast: 90, error: 10, sizes: [3, 3, 3]), (forecast: 6, error: 10, sizes: [1, 1, 1]),
            (forecast: 5, error: 10, sizes: [0, 0, 0]), (forecast: 90, error: 40, sizes: [0, 0, 0]),
        ] as [(forecast: Int64, error: Int32, sizes: [Int32])])
    func whatIsExpectedWakesAsWhatIsThereDoes(_ test: (forecast: Int64, error: Int32, sizes: [Int32])) {
        var service = service(size: 0, cooldown: 0, threshold: 5)
        service.spec.extensions?.prediction = PredictionPolicy()
        // A window in which nothing was wanted does not keep it asleep.
        service.spec.behavior?.scaleUp.stabilizationWindowSeconds = 600
        service.spec.behavior?.scaleUp.policies = [ScalingPolicy(kind: .percent, value: 300, periodSeconds: 15)]
        service.forecast = PredictionTests.foreseen(test.forecast * 1_000, error: test.error)
        let first = service.tick(0)
        #expect(first.desiredReplicas == min(test.sizes[0], 1))
        #expect(first.isDormant == (test.sizes[0] == 0))
        if test.sizes[0] > 0 {
            #expect(service.condition(.scaledToZero)?.status == "False")
            #expect(service.line(first).contains("no metric is above its activation threshold yet"))
        }
        service.spec.behavior?.scaleUp.stabilizationWindowSeconds = 0
        #expect(test.sizes.map { _ in service.tick(0).desiredReplicas } == test.sizes)
        // When nothing is expected any more it rests again.
        service.forecast = PredictionTests.foreseen(0)
        #expect(service.tick(0).desiredReplicas == 0)
    }

    @Test func theWindowOfTheWayDownCountsBesideTheCoolDown() {
        var service = service(size: 1)
        service.spec.behavior?.scaleDown.stabilizationWindowSeconds = 120
        service.tick(30)
        let sizes = (0..<10).map { _ in service.tick(0).desiredReplicas }
        #expect(sizes == [1, 1, 1, 1, 1, 1, 1, 0, 0, 0])
    }

    @Test func workOnOneMetricKeepsPodsWhileAnotherIsIdle() {
        var service = service(size: 4, metrics: [QueueService.queue, QueueService.cpu])
        // The queue is empty, and what was in it is still worked on.
        for _ in 0..<10 { #expect(service.tick(0, 70).desiredReplicas == 4) }
        service.tick(0, 5)
        #expect(service.size == 0)
        // At zero nothing is known of pods, and nothing is wrong with that.
        let resting = service.tick(0, nil)
        #expect(resting.isDormant)
        #expect(resting.basis == .metric(index: 0, invalid: nil))
        #expect(service.events.isEmpty)
        #expect(service.condition(.scalingActive)?.status == "True")
        #expect(
            service.line(resting)
                == "stays at 0: no metric is above its activation threshold; queue 0 a pod / 30 = 0, × 0 pods, rounded up "
                + "to 0")
        #expect(service.tick(1, nil).desiredReplicas == 1)
    }

    @Test func aMetricOfPodsThatFailsKeepsTheLastOne() {
        var service = service(size: 1, cooldown: 0, metrics: [QueueService.queue, QueueService.cpu])
        #expect(service.tick(0, nil).desiredReplicas == 1)
        #expect(service.tick(0, 10).desiredReplicas == 0)
    }

    @Test func thePoliciesDoNotKeepItAsleep() {
        var service = service(size: 0)
        // A hundred percent of nothing is nothing.
        service.spec.behavior?.scaleUp = ScalingRules(
            stabilizationWindowSeconds: 0, policies: [ScalingPolicy(kind: .percent, value: 100, periodSeconds: 15)])
        #expect(service.tick(300).desiredReplicas == 1)
        service.size = 0
        service.isScaledToZero = true
        service.spec.behavior?.scaleUp.selectPolicy = .disabled
        #expect(service.tick(300).desiredReplicas == 0)
    }

    @Test func whoSwitchedItOffSwitchesItOn() {
        var service = service(size: 0)
        service.isScaledToZero = false
        #expect(service.tick(300).basis == .disabledAtZero)
        #expect(service.size == 0)
        // The controller's own flag is another matter, and so is a policy that was taken out while at zero.
        service.isScaledToZero = true
        service.spec.minReplicas = 2
        let back = service.tick(0)
        #expect(back.basis == .belowMinimum)
        #expect(back.desiredReplicas == 2)
    }

    @Test func theTimeThatIsLeftIsTold() {
        var service = service(size: 1)
        service.tick(0)
        let waiting = service.tick(0)
        #expect(
            service.line(waiting)
                == "stays at 1: 0 wanted, held at 1; no metric above its activation threshold since 18:00:00 UTC, zero is "
                + "possible in 45s, at 18:01:00 UTC; queue 0 a pod / 30 = 0, × 1 pod, rounded up to 0")
        service.tick(0)
        service.tick(0)
        let resting = service.tick(0)
        #expect(service.line(resting).hasPrefix("1 → 0: no metric above its activation threshold since 18:00:00 UTC"))
        let unknown = Explanation(
            service.tick(nil), spec: service.spec, namespace: "shop", flags: service.flags)
        #expect(unknown.steps.contains { $0.kind == .activation && $0.text.contains("unknown is not zero") })
    }

    @Test(
        arguments: [
            (QueueService.cpu, "cpu"), (QueueService.queue, "queue"),
            (MetricSpec(source: .containerResource(name: "cpu", container: "app"), target: .utilization(1)), "app/cpu"),
            (MetricSpec(source: .external(.init(name: "orders")), target: .value(milli: 1)), "orders"),
            (MetricSpec(source: .prometheus(.init(query: "up")), target: .value(milli: 1)), nil),
        ] as [(MetricSpec, String?)])
    func metricsAreSpokenOfByTheirNames(metric: MetricSpec, name: String?) {
        #expect(metric.referenceName == name)
    }
}
