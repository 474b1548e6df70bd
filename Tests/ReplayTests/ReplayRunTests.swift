import Autoscaling
import Manifests
import Testing

@testable import Replay

/// One pod serves 10 units per second at 100 % and the target is 50 %: so 5 units for each replica.
@Suite struct ReplayRunTests {
    private let model = WorkloadModel(
        coresPerUnit: 0.1, requestCores: 1, limitCores: 1, startUp: .fixed(.seconds(5)),
        readiness: .fixed(.seconds(10)), window: .seconds(45), initialReplicas: 2)

    private func spec(min: Int32 = 1, max: Int32 = 10, behavior: ScalingBehavior? = nil) -> AutoscalerSpec {
        AutoscalerSpec(
            scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "shop"), minReplicas: min,
            maxReplicas: max, metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(50))],
            behavior: behavior)
    }

    /// A minute for each value.
    private func trace(_ values: [Double]) -> DemandTrace {
        DemandTrace(
            name: "made",
            source: .samples(
                values.enumerated().map {
                    DemandSample(time: Timestamp(nanoseconds: Int64($0.offset) * 60_000_000_000), value: $0.element)
                }))
    }

    private func run(
        _ values: [Double], spec: AutoscalerSpec, model: WorkloadModel? = nil
    ) throws -> ReplayOutcome {
        try ReplayRun(name: "p", spec: spec, mode: .closed(model ?? self.model)).run(trace(values))
    }

    @Test func scoresOfAFixedSizeAreThoseWorkedOutByHand() throws {
        // Two pods throughout (min = max = 2); needed are 2, 4, 1 and 6 for a minute each.
        let scores = try run([10, 20, 5, 30], spec: spec(min: 2, max: 2)).scores
        let expected: [ScoreName: Double] = [
            .underProvisioning: (2.0 / 4 + 4.0 / 6) / 4 * 100, .overProvisioning: (1.0 / 1) / 4 * 100,
            .timeUnderProvisioned: 50, .timeOverProvisioned: 25,
            // The need changes at 3 of the 15 steps between ticks, the supply never does.
            .instability: 3.0 / 15 * 100,
            .podHours: 2.0 * 240 / 3600, .meanReplicas: 2, .deficitPodSeconds: (2 + 4) * 60,
            .unavoidableDeficitPodSeconds: (2 + 4) * 60, .longestDeficitMinutes: 1,
            // Two pods serve 20 units per second: 30 are 10 too many for a minute.
            .unserved: 600, .unservedShare: 600.0 / (65 * 60) * 100, .overLimitMinutes: 1,
            .longestOverLimitMinutes: 1,
            // 50 %, 100 %, 25 % and 100 %, a minute each.
            .meanUtilization: 68.75, .p50Utilization: 50, .p95Utilization: 100, .p99Utilization: 100,
            .scaleUps: 0, .scaleDowns: 0, .reversals: 0, .podsStartedInVain: 0, .highestReplicas: 2,
            .oraclePodHours: 2.0 * 240 / 3600, .regretPodHours: 0,
        ]
        for (name, value) in expected {
            let found = try #require(scores[name])
            #expect(abs(found - value) < 1e-9, "\(name.rawValue) is \(found), not \(value)")
        }
        #expect(scores.ticks == 16)
        #expect(scores.scoredSeconds == 240)
    }

    @Test func aQueueServesLaterWhatALossNeverDoes() throws {
        var queued = model
        queued.overload = .queue(limit: 200)
        // 30 units per second against 20: 600 too many, of which 200 wait and are served in the next minute.
        let scores = try run([30, 5], spec: spec(min: 2, max: 2), model: queued).scores
        #expect(scores[.unserved] == 400)
        // The queue is empty again within the first 15 seconds of the second minute.
        #expect(scores[.overLimitMinutes] == 1)
    }

    @Test func demandMovesTheReplicasAndTheyMoveTheUtilisation() throws {
        var ticks: [ReplayTick] = []
        let replay = ReplayRun(name: "p", spec: spec(), mode: .closed(model))
        let outcome = try replay.run(trace(Array(repeating: 10, count: 3) + Array(repeating: 40, count: 10))) {
            ticks.append($0)
        }
        #expect(ticks.first?.decision.desiredReplicas == 2)
        #expect(ticks.last?.readyReplicas == 8)
        #expect(try #require(ticks.last?.utilization).rounded() == 50)
        #expect(try #require(outcome.scores[.scaleUps]) >= 1)
        #expect(outcome.scores[.scaleDowns] == 0)
        #expect(outcome.changes.first?.from == 2)
        #expect(outcome.changes.first?.explanation.isEmpty == false)
    }

    @Test func aGapIsDecidedOnButNotScored() throws {
        let samples = [0, 60, 120, 1200, 1260].map {
            DemandSample(time: Timestamp(nanoseconds: $0 * 1_000_000_000), value: 10)
        }
        let gap = DemandTrace(name: "gap", source: .samples(samples))
        let outcome = try ReplayRun(name: "p", spec: spec(), mode: .closed(model)).run(gap)
        #expect(outcome.scores.scoredSeconds == 300)
        #expect(outcome.scores.ticksInGaps == (1200 - 180) / 15)
        #expect(outcome.scores[.scaleUps] == 0)
    }

    @Test func anOpenLoopSaysWhatWouldHaveBeenDecided() throws {
        var options = DemandTrace.Options()
        options.meaning = .utilization(replicas: 4)
        var trace = trace([50, 100])
        trace.options = options
        var desired: [Int32] = []
        let outcome = try ReplayRun(name: "p", spec: spec(), mode: .open(requestCores: 1)).run(trace) {
            desired.append($0.decision.desiredReplicas)
        }
        #expect(desired == [4, 4, 4, 4, 8, 8, 8, 8])
        #expect(outcome.scores[.unserved] == nil)
        #expect(outcome.scores[.heldByTolerance] == 50)
        #expect(outcome.scores[.deficitPodSeconds] == 240)
    }

    @Test func equalSeedsGiveEqualBytes() throws {
        var noisy = model
        noisy.noise = 0.1
        noisy.startUp = .lognormal(median: .seconds(5), p95: .seconds(20))
        let values = (0..<120).map { Double(($0 * 37) % 60) }
        let texts = try [UInt64(1), 1, 2].map { seed in
            noisy.seed = seed
            return try ReplayDocument(try run(values, spec: spec(), model: noisy)).json()
        }
        #expect(texts[0] == texts[1])
        #expect(texts[0] != texts[2])
    }

    @Test func theTimelineStaysSmallAndKeepsExtremes() throws {
        let values = (0..<1500).map { $0 == 777 ? 90.0 : 5.0 }
        let timeline = try run(values, spec: spec(min: 2, max: 2)).timeline
        #expect(timeline.bins.count <= 2000)
        #expect(timeline.bins.reduce(0) { $0 + $1.ticks } == 6000)
        #expect(timeline.bins.map(\.highestDemand).max() == 90)
    }

    @Test func expectationsNameTheMomentAndTheReason() throws {
        let expectations = try Expectations(
            yaml: Array(
                """
                expect:
                - {score: unserved, atMost: 10}
                - {score: reversals, atMost: 0}
                - {by: "00:02", replicas: {atLeast: 3}}
                - {between: ["00:00", "00:01"], readyReplicas: {atLeast: 2}}
                """.utf8), file: "e.yaml")
        let replay = ReplayRun(name: "p", spec: spec(min: 2, max: 2), mode: .closed(model))
        let comparison = try Comparison(
            [replay], traces: [trace([10, 20, 5, 30])], expectations: expectations)
        let results = try #require(comparison.rows.first?.entries.first?.expectations)
        #expect(results.map(\.hasPassed) == [false, true, false, true])
        let message = "unserved is 600 units, not at most 10; 10 units per second not served at 1970-01-01 00:03:15: "
        #expect(results[0].message.hasPrefix(message))
        #expect(results[0].time == Timestamp(nanoseconds: 195_000_000_000))
        #expect(results[2].message.hasPrefix("replicas is 2 at 1970-01-01 00:02:00, not at least 3: "))
        #expect(results[2].place == "e.yaml:4:3")
        #expect(results.junit(suite: "p <1>").contains("<testsuite name=\"p &lt;1&gt;\" tests=\"4\" failures=\"2\">"))
        #expect(comparison.table.markdown.hasPrefix("| rank | policy | failed |"))
    }

    /// Ten units a second for two pods that can serve ten each: half busy.
    @Test func memoryAndLatencyFollowTheLoad() throws {
        var model = model
        model.memory = .init(requestBytes: 400, idleBytes: 100, bytesPerUnit: 20)
        model.series = ["p95": .init(measures: .latency, factor: 3)]
        var spec = spec(min: 2, max: 2)
        spec.metrics = [
            MetricSpec(source: .resource(name: "memory"), target: .utilization(50)),
            MetricSpec(source: .prometheus(.init(name: "p95", query: "q")), target: .value(milli: 1_000)),
            MetricSpec(source: .pods(.init(name: "p95")), target: .averageValue(milli: 1_000)),
        ]
        func last(_ demand: [Double]) throws -> [MetricEvaluation.Outcome] {
            var outcomes: [MetricEvaluation.Outcome] = []
            _ = try ReplayRun(name: "p", spec: spec, mode: .closed(model)).run(trace(demand)) {
                outcomes = $0.decision.metrics.map(\.outcome)
            }
            return outcomes
        }
        let busy = try last([10, 10, 10]).map { outcome -> Int64? in
            if case .proposal(let proposal) = outcome { return proposal.usage }
            return nil
        }
        // 100 and 20 for each of 5 units; 1/10 s, doubled by the others, three times the mean.
        #expect(busy == [200_000, 600, 600])
        let idle = try last([0, 0, 0])
        let reason = "p95 yields NaN: nothing was served in its window"
        #expect(idle.dropFirst().allSatisfy { $0 == .failed(.reading(.source(reason))) })
    }

    @Test func comparisonPutsFewerFailuresFirstAndMeasuresSpeedup() throws {
        let small = ReplayRun(name: "small", spec: spec(min: 2, max: 2), mode: .closed(model))
        let free = ReplayRun(name: "free", spec: spec(), mode: .closed(model))
        let comparison = try Comparison([small, free], traces: [trace([10, 40, 40, 40, 40, 40, 40, 40, 40, 40])])
        #expect(comparison.rows.map(\.policy) == ["free", "small"])
        // A policy that never has too much leaves the ratio undefined.
        #expect(comparison.elasticSpeedup(of: "free", over: "small") == nil)
    }
}
