import Autoscaling
import HTTPService
import HTTPTransport
import KubernetesTypes
import PrometheusClient
import Testing

@testable import MiniCluster

/// Sends requests to routes of this process, without a socket.
struct RoutesClient: HTTPSending {
    var routes: Routes

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = String(request.url.dropFirst("http://".count).drop { $0 != "/" })
        let response = await routes.respond(
            to: try ServiceRequest(method: request.method.rawValue, target: path, body: request.body ?? []))
        guard case .bytes(let bytes) = response.body else {
            throw TransportError(kind: .malformedResponse, url: request.url, detail: "no bytes")
        }
        return HTTPResponse(status: response.status, body: bytes)
    }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        throw TransportError(kind: .invalidRequest, url: request.url, detail: "no streams here")
    }
}

/// The dinner rush, with the plainest autoscaler in the place of the real one: the formula, tolerance, bounds and the
/// stabilization of scale-down.
@Suite(.timeLimit(.minutes(2))) struct WorkloadByteBitesTests {
    struct Moment: Equatable, Sendable {
        var minute: Int
        var replicas: Int
        var wanted: Int
        var utilization: Int
    }

    private func rush(seed: UInt64) async throws -> (moments: [Moment], cluster: ByteBites) {
        let cluster = try await ByteBites(
            clock: SimulationClock(movedByHandFrom: ByteBites.start), seed: seed, namespace: "bytebites")
        let configuration = try PrometheusConfiguration(baseURL: "http://mini")
        let collector = SnapshotCollector(
            PrometheusAPI(configuration, over: RoutesClient(routes: cluster.prometheus.routes)))
        var moments: [Moment] = []
        var recommendations: [Int] = []
        for tick in 1...(2 * 3600 / 15) {
            let now = ByteBites.start.advanced(bySeconds: Int64(tick) * 15)
            try await cluster.simulation.advance(to: now)
            let snapshot = try await collector.collect(
                SnapshotPlan(
                    time: now, resources: [.cpu(), .memory],
                    namespaces: [NamespaceLoad("bytebites", expectedSeries: 10)]))
            #expect(snapshot.failures.isEmpty)
            let pods = await cluster.deployment.simulation.pods.filter { $0.stage == .ready }
            let usages = pods.compactMap { pod -> Int64? in
                guard case .usage(let usage) = snapshot.usage(of: "cpu", namespace: "bytebites", pod: pod.name) else {
                    return nil
                }
                return usage.milliTotal
            }
            guard !usages.isEmpty else { continue }
            let utilization = Int(usages.reduce(0, +)) / usages.count
            let replicas = await cluster.deployment.simulation.pods.count
            let ratio = Double(utilization) / 70
            let wanted = abs(ratio - 1) <= 0.1 ? replicas : Int((ratio * Double(usages.count)).rounded(.up))
            recommendations = recommendations.suffix(20) + [wanted]
            let stabilized = wanted < replicas ? min(recommendations.max() ?? wanted, replicas) : wanted
            let target = min(max(stabilized, 2), 10)
            moments.append(Moment(minute: tick / 4, replicas: replicas, wanted: wanted, utilization: utilization))
            try await cluster.store.update(.deployments, namespace: "bytebites", name: ByteBites.deploymentName) {
                var object = $0
                object[path: ["spec", "replicas"]] = .int(Int64(target))
                return object
            }
        }
        return (moments, cluster)
    }

    @Test func theRushIsHeldByTheMaximumAndComesBack() async throws {
        let (moments, cluster) = try await rush(seed: 1)
        let quiet = moments.filter { (5...20).contains($0.minute) }
        #expect(quiet.allSatisfy { $0.replicas == 2 })
        // Held by its maximum: more pods are wanted than there may be, for some minutes and not for long.
        let limited = moments.filter { $0.wanted > 10 }
        #expect((12...60).contains(limited.count), "\(limited.count) ticks of 15 s")
        #expect(limited.allSatisfy { $0.wanted <= 13 } && limited.contains { $0.wanted == 12 })
        #expect(moments.map(\.replicas).max() == 10)
        #expect(moments.filter { $0.replicas == 10 }.map(\.utilization).max() ?? 0 >= 80)
        // Stabilized: for some minutes fewer are wanted than there are, and nothing happens.
        #expect(moments.contains { $0.minute > 66 && $0.wanted < $0.replicas - 1 })
        #expect(moments.last?.replicas == 2)
        #expect(moments.first { $0.minute > 90 && $0.replicas == 2 } != nil)
        #expect(await cluster.prometheus.refusedCount == 0)
        // With an autoscaler hardly anything is lost; two pods alone cannot serve half of the peak.
        let simulation = await cluster.deployment.simulation
        #expect(simulation.unservedTotal < 100, "\(simulation.unservedTotal)")
        let alone = try await ByteBites(clock: SimulationClock(movedByHandFrom: ByteBites.start))
        try await alone.simulation.advance(to: ByteBites.start.advanced(by: ByteBites.duration))
        #expect(await alone.deployment.simulation.unservedTotal > 100_000)
    }

    @Test func theSameSeedGivesTheSameEvening() async throws {
        let first = try await rush(seed: 3)
        let second = try await rush(seed: 3)
        #expect(first.moments == second.moments)
        #expect(await first.cluster.store.resourceVersion == second.cluster.store.resourceVersion)
    }
}
