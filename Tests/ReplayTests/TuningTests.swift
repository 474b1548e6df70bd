import Autoscaling
import KubernetesTypes
import Manifests
import Testing

@testable import Replay

/// One pod serves 10 units a second at 100 %, and the policy wants 50 %.
@Suite(.timeLimit(.minutes(2))) struct TuningTests {
    private static func base(max: Int32 = 10, behavior: Bool = false) -> HorizontalPodAutoscaler {
        HorizontalPodAutoscaler(
            apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: ObjectMeta(name: "web"),
            spec: HorizontalPodAutoscaler.Spec(
                scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "web"), minReplicas: 1,
                maxReplicas: max,
                metrics: [
                    .init(
                        type: "Resource",
                        resource: .init(name: "cpu", target: .init(type: "Utilization", averageUtilization: 50)))
                ]))
    }

    private static let model = WorkloadModel(
        coresPerUnit: 0.1, requestCores: 1, limitCores: 1, startUp: .uniform(from: .seconds(2), to: .seconds(20)),
        window: .seconds(45), noise: 0.05, initialReplicas: 2)

    /// Two samples a minute; a wave that climbs higher in its second half.
    private static let trace = DemandTrace(
        name: "wave",
        source: .samples(
            (0..<240).map { index in
                DemandSample(
                    time: Timestamp(nanoseconds: Int64(index) * 30_000_000_000),
                    value: 10 + Double(index % 40) * (index < 120 ? 0.5 : 1.5))
            }))

    private static func tuning(
        _ ranges: [String], limit: Int = 500, seed: UInt64 = 1, expect: String? = nil, traces: [DemandTrace] = [trace],
        heldOut: [DemandTrace] = []
    ) throws -> Tuning {
        Tuning(
            base: base(), ranges: try TuningRanges(ranges.map { try TuningRanges.dimension($0) }), model: model,
            flags: ControllerFlags(), syncPeriod: .seconds(15), neededUtilization: 50,
            expectations: try expect.map { try Expectations(yaml: Array($0.utf8), file: "e.yaml") }, traces: traces,
            heldOut: heldOut, limit: limit, seed: seed)
    }

    private static let wide = [
        "averageUtilization=30..90/5", "minReplicas=1..5", "maxReplicas=4..20",
        "scaleDown.stabilizationWindowSeconds=0,60,300", "scaleUp.pods=1..8",
    ]

    @Test func aSearchIsTheSameOnAnyNumberOfCores() async throws {
        let expect = "expect:\n- {score: unservedShare, atMost: 1}\n"
        var texts: [String] = []
        for (jobs, seed) in [(1, 7), (2, 7), (5, 7), (2, 8)] as [(Int, UInt64)] {
            let tuning = try Self.tuning(Self.wide, limit: 60, seed: seed, expect: expect)
            texts.append(try TuningDocument(try await tuning.run(jobs: jobs)).json())
        }
        #expect(texts[0] == texts[1] && texts[1] == texts[2])
        #expect(texts[0] != texts[3])
        #expect(texts[0].contains("\"method\" : \"Random\""))
        #expect(texts[0].contains("\"tried\" : 60"))
    }

    @Test func fewCombinationsAreAllTriedAndTheCheapestThatIsGoodEnoughIsNamed() async throws {
        let tuning = try Self.tuning(
            ["averageUtilization=40,60,80", "minReplicas=1,2,12"],
            expect: "expect:\n- {score: p95Utilization, atMost: 65}\n")
        var told: [Int] = []
        let outcome = try await tuning.run(jobs: 2) { done, total in
            #expect(total == 9)
            told.append(done)
        }
        // At least 12 of at most 10 pods is no policy.
        #expect(outcome.triesAll && outcome.trials.count == 6 && outcome.impossible == 3)
        #expect(told == Array(1...6))
        let good = ([outcome.base] + outcome.trials).filter { $0.failureCount == 0 }
        #expect(outcome.isFound && !good.isEmpty && good.count < 7)
        #expect(outcome.choice.cost == good.map(\.cost).min())
        #expect(outcome.choice.spec.maxReplicas == 10)
        #expect(outcome.holdsOut == nil)
        #expect(outcome.certainty.contains { $0.isWarning && $0.text.hasPrefix("Nothing was held out") })
        #expect(outcome.seeds?.tried == 5)
    }

    @Test func theFrontIsWhatNothingBeats() async throws {
        let outcome = try await Self.tuning(["averageUtilization=30..90/10", "minReplicas=1..4"]).run(jobs: 2)
        let all = [outcome.base] + outcome.trials
        func beats(_ other: TuningTrial, _ trial: TuningTrial) -> Bool {
            let pairs = [
                (other.cost, trial.cost), (other.deficit, trial.deficit), (other.reversals, trial.reversals),
            ]
            return pairs.allSatisfy { $0.0 <= $0.1 } && pairs.contains { $0.0 < $0.1 }
        }
        let expected = all.filter { trial in !all.contains { beats($0, trial) } }
        let front = outcome.front
        #expect(!front.isEmpty)
        #expect(front.allSatisfy { member in expected.contains { $0.values == member.values } })
        // Equal ones are shown once.
        for trial in expected {
            #expect(
                front.contains {
                    $0.cost == trial.cost && $0.deficit == trial.deficit && $0.reversals == trial.reversals
                })
        }
        // Without expectations the choice is no worse than the base.
        #expect(outcome.choice.deficit <= outcome.base.deficit && outcome.choice.reversals <= outcome.base.reversals)
        #expect(outcome.choice.cost <= outcome.base.cost)
    }

    @Test func whatWasHeldOutJudgesTheChoice() async throws {
        let parts = try TraceParts(Self.trace, share: 0.5)
        let heldOut = try #require(parts.heldOut)
        #expect(parts.learned.name == "wave, first part" && heldOut.name == "wave, held out")
        // The first half never needs more than 6 pods, the second up to 14.
        let tuning = try Self.tuning(
            ["maxReplicas=3..10"],
            expect: "expect:\n- {score: unservedShare, atMost: 1}\n- {by: \"23:00\", replicas: {atLeast: 1}}\n",
            traces: [parts.learned], heldOut: [heldOut])
        let outcome = try await tuning.run(jobs: 2)
        #expect(outcome.choice.spec.maxReplicas == 3)
        #expect(outcome.holdsOut == false)
        let warning = try #require(outcome.certainty.first { $0.isWarning }).text
        #expect(warning.hasPrefix("On what was held out it fails: wave, held out: unservedShare at most 1: "))
        // A moment that a part does not reach is not held against it.
        #expect(outcome.heldOutChoice?.results.first?.unchecked == ["by 23:00 replicas at least 1"])
        #expect(outcome.certainty.contains { $0.text.hasPrefix("Not checked on what was held out") })
    }

    @Test func shortTracesAreNotCutUnasked() throws {
        #expect(try TraceParts(Self.trace, share: nil).heldOut == nil)
        let long = DemandTrace(
            name: "days",
            source: .samples(
                (0..<100).map { DemandSample(time: Timestamp(nanoseconds: Int64($0) * 3_600_000_000_000), value: 1) }))
        let parts = try TraceParts(long, share: nil)
        guard case .samples(let first) = parts.learned.source, case .samples(let rest) = parts.heldOut?.source else {
            Issue.record("a trace of four days is cut")
            return
        }
        #expect(first.count == 70 && rest.count == 30)
        #expect(
            first + rest
                == (0..<100).map {
                    DemandSample(time: Timestamp(nanoseconds: Int64($0) * 3_600_000_000_000), value: 1)
                })
    }

    @Test func aStoppedSearchHasTheBestSoFar() async throws {
        let tuning = try Self.tuning(Self.wide, limit: 400)
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let search = Task {
            try await tuning.run(jobs: 2) { done, _ in if done == 10 { continuation.yield() } }
        }
        for await _ in signals {
            search.cancel()
            break
        }
        let outcome = try await search.value
        #expect(outcome.isCut)
        #expect(outcome.trials.count >= 10 && outcome.trials.count < 400)
        #expect(outcome.howItSearched.hasSuffix("Stopped before the end: this is the best so far."))
    }

    struct Range: Sendable, CustomTestStringConvertible {
        var text: String
        var values: [Double] = []
        var error: String?
        var testDescription: String { text }
    }

    @Test(arguments: [
        Range(text: "minReplicas=2,4,3,2", values: [2, 3, 4]),
        Range(text: "averageUtilization=40..60/10", values: [40, 50, 60]),
        Range(text: "maxReplicas=8..10", values: [8, 9, 10]),
        Range(text: "scaleUp.tolerance=0.05..0.2/0.05", values: [0.05, 0.1, 0.15, 0.2]),
        Range(text: "scaleDown.pods=1,4..6", values: [1, 4, 5, 6]),
        Range(text: "minReplica=1", error: "'minReplica' is nothing that can be varied, did you mean minReplicas?"),
        Range(
            text: "minReplicas",
            error:
                "'minReplicas' is no range, write one like averageUtilization=40..90/5 or minReplicas=2,3,4"),
        Range(text: "minReplicas=0", error: "minReplicas is a whole number from 1 to 100000, not 0"),
        Range(text: "maxReplicas=1.5", error: "maxReplicas is a whole number from 1 to 100000, not 1.5"),
        Range(text: "maxReplicas=5..1", error: "'5..1' is no value and no range, write 2,3,4 or 40..90/5"),
        Range(text: "maxReplicas=1..9/0", error: "'1..9/0' is no value and no range, write 2,3,4 or 40..90/5"),
        Range(text: "maxReplicas=1..1e9", error: "'1..1e9' is no value and no range, write 2,3,4 or 40..90/5"),
        Range(text: "maxReplicas=", error: "'' is no value and no range, write 2,3,4 or 40..90/5"),
        Range(text: "maxReplicas=nan", error: "maxReplicas is a whole number from 1 to 100000, not –"),
    ])
    func rangesAreReadOrRefused(_ range: Range) {
        do {
            let ranges = try TuningRanges([try TuningRanges.dimension(range.text)])
            #expect(ranges.dimensions.first?.values == range.values)
            #expect(range.error == nil)
        } catch {
            #expect("\(error)" == range.error)
        }
    }

    @Test func rangesAreReadFromYAMLWithPlaces() throws {
        let ranges = try TuningRanges(
            yaml: Array("minReplicas: [2, 3]\nscaleDown:\n  stabilizationWindowSeconds: 0..120/60\n".utf8),
            file: "r.yaml")
        #expect(ranges.dimensions.map(\.parameter) == [.minReplicas, .scaleDownWindow])
        #expect(ranges.dimensions.map(\.values) == [[2, 3], [0, 60, 120]])
        #expect(ranges.count == 6)
        for (text, message) in [
            ("minReplicas: [2]\nscaleDown:\n  window: 1\n", "r.yaml:3:11: 'scaleDown.window' is nothing"),
            ("maxReplicas: many\n", "r.yaml:1:14: 'many' is no value"),
            ("- 1\n", "r.yaml:1:1: the ranges must be a map"),
            ("scaleUp: 3\n", "r.yaml:1:10: scaleUp must be a map"),
        ] {
            let error = #expect(throws: Diagnostic.self) { try TuningRanges(yaml: Array(text.utf8), file: "r.yaml") }
            #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
        }
    }

    @Test(arguments: TuningParameter.allCases)
    func everyFieldIsSetWhereItIsRead(_ parameter: TuningParameter) throws {
        var spec = try #require(Self.base().spec)
        #expect(parameter.set(3, in: &spec))
        #expect(parameter.text(in: AutoscalerSpec(spec)) == "3")
        // Nothing else moves: the same again, and the other fields are those of the API's defaults.
        var again = spec
        #expect(parameter.set(3, in: &again))
        #expect(again == spec)
    }

    @Test func aPolicyWithoutTheFieldIsRefused() async throws {
        var tuning = try Self.tuning(["averageUtilization=50,60"])
        tuning.base.spec?.metrics = try [
            .init(
                type: "External",
                external: .init(
                    metric: .init(name: "queue"), target: .init(type: "AverageValue", averageValue: Quantity("30"))))
        ]
        let error = await #expect(throws: TuningError.self) { try await tuning.run(jobs: 1) }
        #expect(error?.description == "averageUtilization cannot be varied: the policy has no such target")
    }
}
