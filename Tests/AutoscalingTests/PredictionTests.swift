import Autoscaling
import DecisionProperties
import FoundationEssentials
import Testing

/// What a forecast does to a decision: the order service has two pods of 100m, is to be at 70 %, and 140m are two pods.
@Suite struct PredictionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var millicores: [Int64?] = [70, 70]
        var reading: ForecastReading?
        var hold: Hold?
        var desired: Int32
        var effect: Decision.Prediction.Effect?
        var reason: String?
    }

    static func foreseen(_ milli: Int64, error: Int32 = 10) -> ForecastReading {
        .forecast(
            Forecast(
                milliTotal: milli, until: OrderService.dinner.advanced(bySeconds: 300), usualMilliTotal: milli,
                levelPercent: 100, season: .week, seasons: 3, errorPercent: error, shortPercent: 2,
                scoredSeconds: 86_400))
    }

    static let cases: [Case] = [
        Case(
            testDescription: "it raises", reading: foreseen(280), desired: 4, effect: .raised(from: 2),
            reason: "cpu resource utilization (percentage of request) expected above target"),
        Case(
            testDescription: "rounded up", reading: foreseen(211), desired: 4, effect: .raised(from: 2),
            reason: "cpu resource utilization (percentage of request) expected above target"),
        Case(
            testDescription: "within tolerance it asks for no change", reading: foreseen(153), desired: 2,
            effect: .notAbove),
        Case(
            testDescription: "it does not lower", millicores: [95, 95], reading: foreseen(50), desired: 3,
            effect: .notAbove, reason: "cpu resource utilization (percentage of request) above target"),
        Case(
            testDescription: "it raises what is rising", millicores: [95, 95], reading: foreseen(280), desired: 4,
            effect: .raised(from: 3), reason: "cpu resource utilization (percentage of request) above target"),
        Case(
            testDescription: "it keeps what would be lowered", millicores: [10, 10, 10, 10], reading: foreseen(270),
            desired: 4, effect: .raised(from: 1)),
        Case(
            testDescription: "at the bound of its error", reading: foreseen(280, error: 25), desired: 4,
            effect: .raised(from: 2), reason: "cpu resource utilization (percentage of request) expected above target"),
        Case(
            testDescription: "past the bound of its error", reading: foreseen(280, error: 26), desired: 2,
            effect: .off(maxErrorPercent: 25)),
        Case(
            testDescription: "policies limit it", reading: foreseen(5_000), desired: 4, effect: .raised(from: 2),
            reason: "cpu resource utilization (percentage of request) expected above target"),
        Case(
            testDescription: "a hold stops it", reading: foreseen(280),
            hold: Hold(.up, reason: "Frozen", message: "a sale"), desired: 2, effect: .raised(from: 2)),
        Case(
            testDescription: "there is none", reading: .missing("the history is being read"), desired: 2,
            effect: .unavailable("the history is being read")),
        Case(
            testDescription: "nobody foresaw", desired: 2, effect: .unavailable("nothing was foreseen at this moment")),
        Case(
            testDescription: "without the metric it scales nothing", millicores: [nil, nil], reading: foreseen(280),
            desired: 2),
    ]

    @Test(arguments: cases) func itOnlyRaises(_ test: Case) throws {
        var service = OrderService()
        service.spec.extensions = ScalingExtensions(prediction: PredictionPolicy())
        var observation = service.observation(millicores: test.millicores)
        observation.forecast = test.reading
        if let hold = test.hold { observation.holds = [hold] }
        // A window in which nothing was wanted yet.
        service.history = History(recommendations: [])
        let decision = service.decide(observation)
        #expect(decision.desiredReplicas == test.desired)
        #expect(decision.prediction?.effect == test.effect)
        #expect(decision.rescaleReasonText(spec: service.spec) == test.reason)
        // As a journal has it.
        let again = try JSONDecoder().decode(Observation.self, from: JSONEncoder().encode(observation))
        #expect(again == observation)
        #expect(try JSONDecoder().decode(Decision.self, from: JSONEncoder().encode(decision)) == decision)
        // Without a prediction in the spec a forecast is nothing.
        service.spec.extensions = nil
        service.history = History(recommendations: [])
        #expect(service.decide(observation).prediction == nil)
    }

    @Test(
        arguments: [
            (
                foreseen(280), "True", "ForecastRaises", "the forecast asks for 4 replicas and the metrics for 2",
                """
                By 18:05:00 UTC cpu of 280m in all is expected: the last 3 weeks had 280m at this time, and of late it is at \
                100 % of what they had; error 10 % over the last 24 h. That asks for 4 replicas, which raises what the metrics \
                ask for, 2.
                """
            ),
            (
                foreseen(280, error: 34), "False", "ForecastIsInaccurate",
                "the prediction is off: error 34 % over the last 24 h, bound 25 %",
                "That would ask for 4 replicas, and the prediction is off: error 34 % over the last 24 h, bound 25 %."
            ),
            (
                foreseen(14_280), "True", "ForecastRaises", "the forecast asks for 204 replicas and the metrics for 2",
                "By 18:05:00 UTC cpu of 14 in all is expected"
            ),
            (
                foreseen(100), "True", "ForecastIsCovered", "the metrics ask for as much as the forecast or more",
                "That asks for 2 replicas, and the metrics for as much or more."
            ),
            (
                .missing("too young"), "False", "NoForecast", "no forecast: too young", "No forecast: too young."
            ),
        ] as [(ForecastReading, String, String, String, String)])
    func itIsExplained(
        reading: ForecastReading, status: String, reason: String, message: String, words: String
    ) throws {
        var service = OrderService()
        service.spec.extensions = ScalingExtensions(prediction: PredictionPolicy())
        var observation = service.observation(millicores: [70, 70])
        observation.forecast = reading
        let decision = service.decide(observation)
        #expect(service.explain(decision).paragraph.contains(words), "\(service.explain(decision).paragraph)")
        if decision.rescales {
            #expect(service.explain(decision).line.contains("in all expected by 18:05:00 UTC asks for "))
        }
        func report(_ spec: AutoscalerSpec, _ previous: DecisionReport.Status) -> DecisionReport {
            DecisionReport(
                decision, spec: spec, namespace: "shop", previous: previous, write: .none, flags: service.flags)
        }
        let first = report(service.spec, .init(currentReplicas: 2, desiredReplicas: 2))
        let condition = try #require(first.status.conditions.first { $0.type == "PredictionActive" })
        #expect(condition.status == status && condition.reason == reason && condition.message == message)
        // Taken out of the spec, it is taken out of the status.
        var plain = service
        plain.spec.extensions = nil
        let without = plain.decide(observation)
        let later = DecisionReport(
            without, spec: plain.spec, namespace: "shop", previous: first.status, write: .none, flags: service.flags)
        #expect(!later.status.conditions.contains { $0.type == "PredictionActive" })
    }

    @Test func totalsAreHeldToTheTargetOfEachPod() {
        var service = OrderService()
        let query = PrometheusQuery(name: "orders", query: "sum(orders)")
        service.spec.metrics.append(
            MetricSpec(source: .prometheus(query), target: .averageValue(milli: 30_000)))
        service.spec.maxReplicas = 20
        service.spec.extensions = ScalingExtensions(prediction: PredictionPolicy(metric: "orders"))
        var observation = service.observation(millicores: [70, 70])
        observation.readings.append(.value(milli: 60_000, at: observation.time))
        observation.forecast = Self.foreseen(91_000)
        let decision = service.decide(observation)
        #expect(decision.prediction?.metric == 1 && decision.prediction?.replicas == 4)
        // A prediction of a metric that is not there says so, and hinders nothing.
        service.spec.extensions?.prediction?.metric = "order"
        let other = service.decide(observation)
        #expect(other.prediction?.effect == .unavailable("the spec has no metric order, but cpu, orders"))
    }
}
