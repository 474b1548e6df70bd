import Autoscaling
import FoundationEssentials
import Glibc
import Journal
import Manifests
import Testing

@testable import Replay

/// A trace written by hand: two ready pods of 100m each at a target of 50 %.
struct WrittenTrace {
    static let spec = AutoscalerSpec(
        scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "web"), minReplicas: 1, maxReplicas: 4,
        metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(50))], behavior: ScalingBehavior())

    private let encoder = TraceEncoder()
    var bytes: [UInt8] = []
    var name = "web"

    init(header: TraceHeader = TraceHeader(writtenBy: "test", flags: ControllerFlags(), syncPeriod: .seconds(15)))
        throws
    {
        bytes = try encoder.bytes(of: header) + [0x0A]
    }

    mutating func add(_ body: TraceLine.Body) throws {
        bytes += try encoder.bytes(of: TraceLine(namespace: "shop", name: name, body)) + [0x0A]
    }

    static func observation(
        at seconds: Int64, milli: Int64?, replicas: Int = 2, target: TargetState? = nil
    ) -> Observation {
        let time = Timestamp(nanoseconds: seconds * 1_000_000_000)
        var pods = PodSet()
        for index in 0..<replicas {
            let old = Timestamp(nanoseconds: -86_400_000_000_000)
            pods.append(
                PodState(phase: .running, readiness: .true, readyTransition: old, startTime: old), named: "web-\(index)"
            )
        }
        let size = Int32(replicas)
        return Observation(
            time: time, target: target ?? .found(ObservedScale(specReplicas: size, statusReplicas: size)), pods: pods,
            readings: [
                milli.map { milli in
                    .pods(
                        PodReadings(
                            samples: Array(
                                repeating: PodSample(value: milli, time: time, windowNanoseconds: 0), count: replicas),
                            requests: PodRequests(milliValues: Array(repeating: 100, count: replicas))))
                } ?? .failed(.source("nobody answers"))
            ])
    }

    func replay(_ policies: [TraceReplay.Policy] = []) throws -> [TraceReplay.Result] {
        try TraceReplay(policies: policies).run(ByteSource(bytes: bytes, name: "t.jsonl"))
    }
}

@Suite struct TraceReplayTests {
    private func written(_ body: (inout WrittenTrace) throws -> Void) throws -> WrittenTrace {
        var trace = try WrittenTrace()
        try trace.add(.spec(WrittenTrace.spec))
        try body(&trace)
        return trace
    }

    @Test func scoresOfATraceAreThoseWorkedOutByHand() throws {
        // 50 % for 30 s: 2 pods are needed, 2 are there. Then 150 % for 60 s: 150 / 50 × 2 = 6 needed, 4 allowed.
        let trace = try written { trace in
            for second: Int64 in [0, 15] {
                try trace.add(.observation(WrittenTrace.observation(at: second, milli: 50)))
            }
            for second: Int64 in [30, 45] {
                try trace.add(.observation(WrittenTrace.observation(at: second, milli: 150)))
            }
            for second: Int64 in [60, 75] {
                try trace.add(.observation(WrittenTrace.observation(at: second, milli: 75, replicas: 4)))
            }
        }
        let result = try #require(try trace.replay().first)
        let scores = result.outcome.scores
        #expect(scores.ticks == 6)
        #expect(scores.scoredSeconds == 90)
        // 30 s with 4 of 6 missing, and 30 s with 75 / 50 × 4 = 6 needed and 2 missing.
        #expect(scores[.deficitPodSeconds] == Double(4 * 30 + 2 * 30))
        let accuracy = try #require(scores[.underProvisioning])
        let expected: Double = (4.0 / 6.0 * 30.0 + 2.0 / 6.0 * 30.0) / 90.0 * 100.0
        #expect(abs(accuracy - expected) < 1e-9)
        let share = try #require(scores[.timeUnderProvisioned])
        #expect(abs(share - 60.0 / 90.0 * 100.0) < 1e-9)
        #expect(scores[.unavoidableDeficitPodSeconds] == 120)
        let podHours: Double = 240.0 / 3600.0
        #expect(scores[.podHours] == podHours)
        // One step, at 30 s; the decision there asks for more at once, and enough are never there.
        #expect(scores[.demandSteps] == 1)
        #expect(scores[.meanReactionSeconds] == 0)
        #expect(scores[.meanRecoverySeconds] == nil)
        #expect(scores[.meanOvershoot] == nil)
        // With four replicas, which is the maximum, and six needed, the demand is censored: 2 of 6 moments.
        #expect(scores[.censoredShare] == 2.0 / 6 * 100)
        #expect(result.outcome.agreement == nil)
        #expect(result.outcome.notes.contains { $0.hasPrefix("At 33.33 % of the moments the recorded pods were") })
    }

    @Test func aChangedDecisionIsFoundAndNamed() throws {
        var history = History()
        let observations = [50, 150, 150].enumerated().map {
            WrittenTrace.observation(at: Int64($0.offset) * 15, milli: $0.element)
        }
        let decisions = observations.map { evaluate(WrittenTrace.spec, $0, history: &history) }
        for changed in [Int?.none, 1] {
            let trace = try written { trace in
                for (index, observation) in observations.enumerated() {
                    try trace.add(.observation(observation))
                    var decision = decisions[index]
                    if index == changed { decision.desiredReplicas = 3 }
                    try trace.add(.decision(decision))
                }
            }
            let agreement = try #require(try trace.replay().first?.outcome.agreement)
            #expect(agreement.isSamePolicy)
            #expect(agreement.compared == 3)
            #expect(agreement.isBroken == (changed != nil))
            guard changed != nil else { continue }
            let difference = try #require(agreement.differences.first)
            // Header, spec, then two lines for each decision.
            #expect(difference.line == 6)
            #expect(difference.recordedReplicas == 3)
            #expect(difference.replicas == 4)
        }
    }

    @Test func anotherPolicyHasItsOwnReadings() throws {
        var both = WrittenTrace.spec
        both.metrics.append(MetricSpec(source: .resource(name: "memory"), target: .utilization(50)))
        var trace = try WrittenTrace()
        try trace.add(.spec(both))
        var observation = WrittenTrace.observation(at: 0, milli: 50)
        observation.readings.append(.failed(.source("no memory")))
        try trace.add(.observation(observation))
        var history = History()
        try trace.add(.decision(evaluate(both, observation, history: &history)))
        var memory = both
        memory.metrics.removeFirst()
        let key = TraceReplay.Key(namespace: "shop", name: "web")
        for (metrics, isValid) in [(WrittenTrace.spec, true), (memory, false)] {
            var decisions: [Decision] = []
            let replay = TraceReplay(policies: [.init(name: "p", key: key, spec: metrics)])
            _ = try replay.run(ByteSource(bytes: trace.bytes, name: "t")) { _, _, tick in
                decisions.append(tick.decision)
            }
            let isDecided = decisions.map { if case .metric = $0.basis { true } else { false } }
            #expect(isDecided == [isValid])
        }
    }

    @Test func withoutDecisionsEveryChangeOfSizeCountsForThePolicies() throws {
        // At most one pod more in 60 s. At 15 s somebody made 3 of 2; so at 30 s none may be added yet.
        var spec = WrittenTrace.spec
        spec.maxReplicas = 9
        spec.behavior?.scaleUp.policies = [ScalingPolicy(kind: .pods, value: 1, periodSeconds: 60)]
        var trace = try WrittenTrace()
        try trace.add(.spec(spec))
        for (second, replicas): (Int64, Int) in [(0, 2), (15, 3), (30, 3), (90, 3)] {
            try trace.add(.observation(WrittenTrace.observation(at: second, milli: 150, replicas: replicas)))
        }
        var desired: [Int32] = []
        _ = try TraceReplay().run(ByteSource(bytes: trace.bytes, name: "t")) { _, _, tick in
            desired.append(tick.decision.desiredReplicas)
        }
        #expect(desired == [3, 3, 3, 4])
    }

    @Test func severalAutoscalersAreToldApart() throws {
        var trace = try written { try $0.add(.observation(WrittenTrace.observation(at: 0, milli: 50))) }
        trace.name = "api"
        try trace.add(.spec(WrittenTrace.spec))
        try trace.add(.observation(WrittenTrace.observation(at: 0, milli: 150)))
        trace.name = "web"
        try trace.add(.observation(WrittenTrace.observation(at: 15, milli: 50)))
        let results = try trace.replay()
        #expect(results.map(\.key.description) == ["shop/api", "shop/web"])
        #expect(results.map(\.outcome.scores.ticks) == [1, 2])
        var replay = TraceReplay()
        replay.chosen = "shop/web"
        #expect(try replay.run(ByteSource(bytes: trace.bytes, name: "t")).map(\.key.name) == ["web"])
        replay.chosen = "none"
        let error = #expect(throws: Diagnostic.self) { try replay.run(ByteSource(bytes: trace.bytes, name: "t")) }
        #expect(error?.description == "t: has no observation of none, but of shop/api, shop/web")
    }

    @Test func aTraceOfObservationsIsDemandAsWell() throws {
        let trace = try written { trace in
            for (second, milli): (Int64, Int64?) in [(0, 50), (60, 100), (120, nil), (180, 150)] {
                try trace.add(.observation(WrittenTrace.observation(at: second, milli: milli)))
            }
        }
        var reader = try DemandTrace(name: "t", source: .bytes(trace.bytes)).open()
        var samples: [Double] = []
        while let sample = try reader.next() { samples.append(sample.value) }
        // Two pods at 50m, 100m and 150m; the moment without samples says nothing.
        #expect(samples == [0.1, 0.2, 0.3])
        #expect(reader.omissions.withoutValue == 1)
        #expect(reader.meaning == .cores)
        let model = WorkloadModel(coresPerUnit: 0.01, requestCores: 0.1, limitCores: 0.15)
        let run = ReplayRun(name: "p", spec: WrittenTrace.spec, mode: .closed(model))
        let outcome = try run.run(DemandTrace(name: "t", source: .bytes(trace.bytes)))
        // From 180 s on, for the two minutes that a sample lasts here, each recorded pod used all of its 150m: 8 of 20.
        #expect(outcome.scores[.censoredShare] == 40)
    }

    @Test func demandLinesGoBeforeUsage() throws {
        var trace = try WrittenTrace(header: TraceHeader(writtenBy: "test", demand: .rate))
        for second: Int64 in [0, 60, 120] {
            let time = Timestamp(nanoseconds: second * 1_000_000_000)
            try trace.add(.demand(.init(time: time, value: Double(second) + 1)))
            try trace.add(.observation(WrittenTrace.observation(at: second, milli: 50)))
        }
        var reader = try DemandTrace(name: "t", source: .bytes(trace.bytes)).open()
        var samples: [Double] = []
        while let sample = try reader.next() { samples.append(sample.value) }
        #expect(samples == [1, 61, 121])
        #expect(reader.meaning == .rate)
    }
}
