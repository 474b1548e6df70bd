import Autoscaling
import Testing

@testable import Replay

@Suite struct PolicyChangeTests {
    private func entry(
        _ policy: String, _ trace: String, cost: Double, deficit: Double, passed: [Bool]
    ) throws -> Comparison.Entry {
        let spec = AutoscalerSpec(
            scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "shop"), minReplicas: 1,
            maxReplicas: 5, metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(50))])
        let run = ReplayRun(
            name: policy, spec: spec, mode: .closed(WorkloadModel(coresPerUnit: 0.1, requestCores: 1)))
        let samples = [0, 60].map {
            DemandSample(time: Timestamp(nanoseconds: $0 * 1_000_000_000), value: 5)
        }
        var outcome = try run.run(DemandTrace(name: trace, source: .samples(samples)))
        outcome.scores = Scores()
        outcome.scores[.podHours] = cost
        outcome.scores[.deficitPodSeconds] = deficit
        outcome.notes = []
        return Comparison.Entry(
            outcome: outcome,
            expectations: passed.enumerated().map { index, hasPassed in
                ExpectationResult(
                    name: "rule \(index)", hasPassed: hasPassed, place: "e.yaml:1:1", message: "found <\(index)> @me")
            })
    }

    @Test func itSaysWhatBecomesBetterAndWorse() throws {
        let comparison = Comparison([
            try entry("old.yaml", "mon.csv", cost: 10, deficit: 0, passed: [true, false, false]),
            try entry("old.yaml", "fri.csv", cost: 30, deficit: 0, passed: [true, true, true]),
            try entry("new.yaml", "mon.csv", cost: 5, deficit: 60, passed: [false, true, false]),
            try entry("new.yaml", "fri.csv", cost: 20, deficit: 60, passed: [true, true, true]),
        ])
        let text = try #require(PolicyChange(comparison, from: "old.yaml", to: "new.yaml")).markdown
        #expect(
            text.hasPrefix(
                """
                ### Scaling policy: old.yaml → new.yaml

                ❌ The new policy fails 2 of 6 expectations, on 2 traces.

                | score | before | after | change |  |
                | --- | --- | --- | --- | --- |
                | pod-hours | 20 (10 to 30) | 12.5 (5 to 20) | −7.5 (−38 %) | better |
                | deficit, pod-seconds | 0 | 60 | +60 | **worse** |

                """))
        #expect(
            text.contains(
                """
                **Fails now**

                - rule 0 on mon.csv: found \\<0\\> @\u{200B}me

                **Holds now**

                - rule 1 on mon.csv: found \\<1\\> @\u{200B}me

                **Fails as before**

                - rule 2 on mon.csv: found \\<2\\> @\u{200B}me

                <details><summary>mon.csv</summary>

                """))
        #expect(PolicyChange(comparison, from: "none.yaml", to: "new.yaml") == nil)
    }
}
