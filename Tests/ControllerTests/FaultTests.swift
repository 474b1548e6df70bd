import Autoscaling
import Controller
import HTTPService
import KubernetesTypes
import Locking
import MiniCluster
import Testing

/// Everything that a cluster or a Prometheus can do to a controller: told with the object and the cause, nothing is
/// written on it, and afterwards the work goes on.
@Suite(.timeLimit(.minutes(3))) struct FaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// What the problem's text must hold.
        var words: [String]
        var kubernetes: (@Sendable (ServiceRequest) -> Fault?)?
        var prometheus: (@Sendable (ServiceRequest) -> World.PrometheusFault?)?
        var testDescription: String { name }
    }

    enum Verb: String, CaseIterable, Sendable {
        case getScale, listPods, patchScale

        func matches(_ request: ServiceRequest) -> Bool {
            switch self {
            // The neighbour's own scale is left alone.
            case .getScale:
                request.method == "GET" && request.path.hasSuffix("deployments/order-service-deployment/scale")
            case .listPods: request.method == "GET" && (request.queryValue("labelSelector") ?? "").contains("order")
            case .patchScale: request.method == "PATCH" && request.path.contains("order-service-deployment")
            }
        }
    }

    static let apiCases: [Case] = Verb.allCases.flatMap { verb -> [Case] in
        let faults: [(String, Fault, String)] = [
            ("401", .status(StatusError(401, "Unauthorized", "Unauthorized")), "credentials"),
            ("403", .status(StatusError(403, "Forbidden", "User \"x\" cannot")), "not allowed"),
            (
                "404",
                .status(
                    StatusError(
                        404, "NotFound", "not found",
                        details: ["name": "order-service-deployment", "kind": "deployments"])), "does not exist"
            ),
            ("409", .status(StatusError(409, "Conflict", "modified")), "changed by somebody else"),
            ("410", .status(StatusError(410, "Expired", "too old")), "too old"),
            ("429", .tooManyRequests(retryAfterSeconds: 1), "refuses more requests"),
            ("500", .status(StatusError(500, "InternalError", "etcd leader lost")), "etcd leader lost"),
            ("garbage", .respond(.text("<html>hello</html>")), "not what was asked for"),
            ("another object", .respond(.json(Array("{}".utf8))), ""),
            ("half an answer", .truncateAnswer(bytes: 40), "no answer"),
            ("drop", .dropConnection, "no answer"),
            ("slow", .delay(.seconds(3)), "no answer"),
        ]
        return faults.compactMap { name, fault, words in
            // Nothing tells the answer to a write from one of another shape but that it decodes; the write is done.
            if name == "another object", verb != .getScale { return nil }
            return Case(
                name: "\(verb): \(name)", words: ["order-service", words],
                kubernetes: { verb.matches($0) ? fault : nil })
        }
    }

    static let prometheusCases: [Case] = {
        func text(_ status: Int, _ body: String) -> @Sendable (ServiceRequest) -> World.PrometheusFault? {
            { _ in .answer(.json(Array(body.utf8), status: status)) }
        }
        func failure(_ type: String, _ error: String) -> String {
            "{\"status\":\"error\",\"errorType\":\"\(type)\",\"error\":\"\(error)\"}"
        }
        @Sendable func vector(_ value: String) -> String {
            let result =
                value.isEmpty
                ? ""
                : "{\"metric\":{\"namespace\":\"bytebites\",\"pod\":\"POD\",\"container\":\"order-service\"},"
                    + "\"value\":[1773437400,\"\(value)\"]}"
            return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[\(result)]}}"
        }
        return [
            Case(
                name: "down", words: ["cpu", "no answer"], prometheus: { _ in .answer(.dropConnection) }),
            Case(name: "401", words: ["cpu", "credentials"], prometheus: text(401, "Unauthorized")),
            Case(
                name: "422", words: ["cpu", "cannot evaluate"],
                prometheus: text(422, failure("execution", "many-to-many matching"))),
            Case(
                name: "503", words: ["cpu", "not ready"],
                prometheus: { _ in .answer(.text("Service Unavailable", status: 503)) }),
            Case(name: "garbage", words: ["cpu", "not Prometheus'"], prometheus: { _ in .answer(.text("<html>")) }),
            Case(
                name: "half an answer", words: ["cpu"],
                prometheus: { _ in
                    let bytes = Array(vector("1").utf8)
                    return .answer(
                        ServiceResponse(body: .truncated(Array(bytes.prefix(40)), announcedBytes: bytes.count)))
                }),
            Case(name: "slow", words: ["cpu", "no answer"], prometheus: { _ in .delay(.seconds(3)) }),
            Case(name: "empty vector", words: ["no metrics returned"], prometheus: text(200, vector(""))),
            Case(name: "NaN", words: ["no metrics returned", "NaN"], prometheus: text(200, vector("NaN"))),
        ]
    }()

    /// With a target far below the usage, 56m of 100m each, so that a write is due.
    @Test(arguments: apiCases + prometheusCases)
    func isToldHarmsNobodyAndPasses(_ fault: Case) async throws {
        try await World.run { world in
            try await world.advance(to: 120)
            var dinner = world.autoscaler
            dinner.spec.metrics = [MetricSpec(source: .resource(name: "cpu"), target: .utilization(20))]
            // A neighbour at 60 % of its request wants ceil(2 × 60 / 50) = 3.
            try await world.addDeployment("neighbour")
            for pod in ["neighbour-0", "neighbour-1"] {
                await world.scrape(pod, 0.06, at: [30, 60, 90, 120])
            }
            let both = [dinner, world.autoscaler("neighbour")]
            var store = HistoryStore()
            world.faults.kubernetes.withLock { $0 = fault.kubernetes }
            world.faults.prometheus.withLock { $0 = fault.prometheus }
            let failed = try await world.tick(&store, both)
            let problem = try #require(failed[0].problem)
            for word in fault.words { #expect(problem.contains(word), "\(problem)") }
            #expect(
                failed[0].decision.desiredReplicas == failed[0].decision.currentReplicas
                    || fault.name.hasPrefix("patch"))
            if fault.kubernetes != nil {
                #expect(failed[1].problem == nil)
                #expect(failed[1].outcome == .scaled(from: 2, to: 3))
            }
            world.faults.clear()
            // A PATCH whose answer was cut or late was carried out all the same: the next look finds that.
            let written = try await world.replicas
            #expect(written == 2 || ["half an answer", "slow"].contains { fault.name == "patchScale: \($0)" })
            try await world.advance(to: 135)
            let recovered = try await world.tick(&store, both)
            #expect(recovered[0].problem == nil)
            #expect(try await world.replicas > 2)
        }
    }

    @Test func anUnknownTargetAndAPodWithoutARequestAreNamed() async throws {
        try await World.run { world in
            try await world.addDeployment("bare", requests: false)
            try await world.advance(to: 60)
            for pod in ["bare-0", "bare-1"] { await world.scrape(pod, 0.2, at: [15, 30, 45, 60]) }
            var store = HistoryStore()
            let reports = try await world.tick(
                &store,
                [
                    world.autoscaler("missing"), world.autoscaler("whatsit", kind: "Whatsit"), world.autoscaler("bare"),
                    world.autoscaler,
                ])
            #expect(try #require(reports[0].problem).contains("deployments.apps \"missing\""))
            #expect(try #require(reports[1].problem).contains("no matches for kind \"Whatsit\" in group \"apps\""))
            #expect(try #require(reports[2].problem).contains("missing request for cpu in container app of Pod bare-0"))
            #expect(reports[3].problem == nil)
            #expect(world.patches.withLock { $0 } == 0)
        }
    }

    @Test func twoAutoscalersOnTheSamePodsKeepTheirHandsOff() async throws {
        try await World.run { world in
            try await world.advance(to: 2_700)
            var other = world.autoscaler
            other.key.name = "other"
            var store = HistoryStore()
            let reports = try await world.tick(&store, [world.autoscaler, other])
            for report in reports {
                #expect(
                    try #require(report.problem).contains(
                        "controlled by multiple HPAs: [bytebites/order-service-hpa bytebites/other]"))
            }
            #expect(world.patches.withLock { $0 } == 0)
        }
    }

    @Test func oldAndIncompleteSamplesAreMissing() async throws {
        try await World.run { world in
            try await world.addDeployment("web")
            try await world.advance(to: 400)
            // Seen last at 160: 240 s ago at 400, which is the limit; a second later it is beyond.
            for pod in ["web-0", "web-1"] { await world.scrape(pod, 0.05, at: [100, 130, 160]) }
            var configuration = ControllerConfiguration(cpuRateWindow: .seconds(290))
            configuration.sampleAgeLimit = .seconds(240)
            var store = HistoryStore()
            let fresh = try await world.tick(&store, [world.autoscaler("web")], configuration: configuration)
            #expect(fresh[0].problem == nil)
            try await world.advance(to: 401)
            let old = try await world.tick(&store, [world.autoscaler("web")], configuration: configuration)
            #expect(try #require(old[0].problem).contains("2 pods have only samples older than 240 s"))
        }
    }
}
