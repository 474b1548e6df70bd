import Autoscaling
import HTTPService
import HTTPTransport
import MiniCluster
import PrometheusClient
import Testing

@testable import Controller

/// A server that holds one query back, over HTTP: the autoscaler that needs it waits, and no other.
@Suite(.timeLimit(.minutes(1))) struct SlowQueryTests {
    actor Gate {
        private var isOpen = false
        private var waiters: [CheckedContinuation<Void, Never>] = []

        func open() {
            isOpen = true
            for waiter in waiters { waiter.resume() }
            waiters = []
        }

        func pass() async {
            if isOpen { return }
            await withCheckedContinuation { waiters.append($0) }
        }
    }

    @Test func whoDoesNotNeedTheSlowQueryIsDecidedAndWritten() async throws {
        try await World.run { world in
            let gate = Gate()
            let routes = world.cluster.prometheus.routes
            let server = try HTTPServer { request in
                if String(decoding: request.body, as: UTF8.self).contains("slow") { await gate.pass() }
                return await routes.respond(to: request)
            }
            let transport = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
            let api = PrometheusAPI(try PrometheusConfiguration(baseURL: server.url), over: transport)
            var slowWorld = world
            slowWorld.metrics = SnapshotCollector(api, patience: .seconds(2), roundLimit: .seconds(30))
            try await world.addDeployment("kitchen")
            try await world.advance(to: 180)
            await NamedMetricTests.scrape(world, until: 180)
            let query = #"sum(queue_depth{namespace="",slow=""})"#
            let slow = NamedMetricTests.kitchen(world, [NamedMetricTests.query(query)])
            var quick = world.autoscaler
            quick.spec.metrics = [NamedMetricTests.external("queue_depth", nil, .averageValue(milli: 30_000))]
            // The server holds the query until after the tick: that the tick ends at all is what counts.
            var store = HistoryStore()
            let first = try await slowWorld.tick(&store, [slow, quick])
            #expect(first[1].outcome == .scaled(from: 2, to: 3))
            #expect(first[0].outcome == .kept)
            let error = first[0].report.error ?? ""
            #expect(error.contains("Prometheus has not answered this query yet; what needs it waits; query '\(query)'"))
            // The next one does not even wait out its patience, and holds the size of who needs the answer as well.
            let second = try await slowWorld.tick(&store, [slow, quick])
            #expect(second.map(\.outcome) == [.kept, .kept])
            #expect(second[1].report.error == nil)
            await gate.open()
            var last = second
            for _ in 0..<200 where last[0].outcome == .kept {
                try await Task.sleep(for: .milliseconds(10))
                last = try await slowWorld.tick(&store, [slow, quick])
            }
            #expect(last[0].outcome == .scaled(from: 2, to: 3))
            await transport.shutDown()
            await server.stop()
        }
    }
}
