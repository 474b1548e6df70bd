import Autoscaling
import DecisionProperties
import Testing

/// What a person reads, compared whole.
@Suite struct ExplanationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var millicores: [Int64?]
        var specReplicas: Int32?
        var earlier: [Int64?]?
        var line: String
        var paragraph: String

        var testDescription: String { name }
    }

    static let intro = "Deployment bytebites/order-service-deployment"

    static let cases = [
        Case(
            name: "dinner rush begins", millicores: [95, 95],
            line: "2 → 3: cpu 95 % / 70 % = 1.357, × 2 pods = 2.71, rounded up to 3",
            paragraph: "\(intro) has 2 replicas, within bounds of 2 to 10. cpu 95 % / 70 % = 1.357, × 2 pods = 2.71, "
                + "rounded up to 3. No recent recommendation holds that back. So the target goes from 2 to 3."),
        Case(
            name: "within tolerance", millicores: [63, 63, 63],
            line: "stays at 3: cpu 63 % / 70 % = 0.9, within tolerance (0.9 to 1.1): no change",
            paragraph: "\(intro) has 3 replicas, within bounds of 2 to 10. cpu 63 % / 70 % = 0.9, within tolerance "
                + "(0.9 to 1.1): no change. No recent recommendation holds that back. So the target stays at 3. "
                + "With the pods as they are, cpu would move it up from 78 %, down from 46 %."),
        Case(
            name: "more wanted than allowed", millicores: Array(repeating: 84, count: 10),
            line: "stays at 10: 12 wanted, held at the maximum of 10; cpu 84 % / 70 % = 1.2, × 10 pods = 12",
            paragraph: "\(intro) has 10 replicas, within bounds of 2 to 10. cpu 84 % / 70 % = 1.2, × 10 pods = 12. "
                + "No recent recommendation holds that back. 12 wanted, held at the maximum of 10. "
                + "So the target stays at 10. With the pods as they are, cpu would move it down from 62 %."),
        Case(
            name: "held by the window", millicores: [20, 20, 20, 20], earlier: [70, 70, 70, 70],
            line: "stays at 4: recent recommendations were higher, which holds it at 4 for 4m45s more, "
                + "until 18:05:00 UTC; cpu 20 % / 70 % = 0.286, × 4 pods = 1.14, rounded up to 2",
            paragraph: "\(intro) has 4 replicas, within bounds of 2 to 10. cpu 20 % / 70 % = 0.286, × 4 pods = 1.14, "
                + "rounded up to 2. Recent recommendations were higher, which holds it at 4 for 4m45s more, "
                + "until 18:05:00 UTC. So the target stays at 4. With the pods as they are, cpu would move it up "
                + "from 78 %, down from 52 %."),
        Case(
            name: "a pod without a sample", millicores: [95, 95, nil],
            line: "stays at 3: cpu 95 % / 70 % = 1.357; with stand-ins for pods that do not count 0.9, within "
                + "tolerance (0.9 to 1.1): no change",
            paragraph: "\(intro) has 3 replicas, within bounds of 2 to 10. cpu 95 % / 70 % = 1.357; with stand-ins for "
                + "pods that do not count 0.9, within tolerance (0.9 to 1.1): no change. Not counted: 1 pod without a "
                + "sample. No recent recommendation holds that back. So the target stays at 3."),
        Case(
            name: "above the maximum", millicores: [10, 10], specReplicas: 12,
            line: "12 → 10: above the maximum of 10",
            paragraph: "\(intro): 12 → 10: above the maximum of 10."),
        Case(
            name: "no sample at all", millicores: [nil, nil],
            line: "stays at 2: failed to get cpu utilization: did not receive metrics for targeted pods "
                + "(pods might be unready)",
            paragraph: "\(intro) has 2 replicas, within bounds of 2 to 10. cpu cannot be used: failed to get cpu "
                + "utilization: did not receive metrics for targeted pods (pods might be unready). 1 of 1 metrics "
                + "cannot be used and the rest do not ask for more, so the size is left as it is."),
    ]

    @Test(arguments: cases) func decisionsReadAsAPersonWouldSayThem(_ test: Case) {
        var service = OrderService()
        var now = OrderService.dinner
        if let earlier = test.earlier {
            _ = service.decide(service.observation(at: now, millicores: earlier))
            now = now.advanced(bySeconds: 15)
        }
        let decision = service.decide(
            service.observation(at: now, millicores: test.millicores, specReplicas: test.specReplicas))
        let explanation = service.explain(decision)
        #expect(explanation.line == test.line)
        #expect(explanation.paragraph == test.paragraph)
    }
}
