package import Autoscaling
package import HTTPService

/// One metric of a target at one scrape, before the target's own labels are added.
package struct ExposedSample: Sendable {
    package var metric: String
    package var labels: [String: String]
    package var value: Double

    package init(_ metric: String, _ labels: [String: String] = [:], _ value: Double) {
        self.metric = metric
        self.labels = labels
        self.value = value
    }
}

/// What Prometheus scrapes: every sample of it gets these two labels.
package struct ScrapeTarget: Sendable, Hashable {
    package var job: String
    package var instance: String

    package init(job: String, instance: String) {
        self.job = job
        self.instance = instance
    }

    var labels: [String: String] { ["job": job, "instance": instance] }
}

/// A Prometheus whose clock, targets and scrapes are those of a simulation.
///
/// It answers the API of Prometheus 2.42 for a small part of PromQL and refuses the rest by name. Nothing runs in it
/// by itself: whoever drives the simulation scrapes at the times that the scrape interval asks for.
package actor SimulatedPrometheus {
    private var store: TimeSeriesStore
    private var exposed: [ScrapeTarget: Set<SeriesIdentity>] = [:]
    private let now: @Sendable () -> Timestamp
    /// Whether it answers; a server that is not ready answers every query with 503, as one that is starting.
    package var isReady = true

    package init(
        bounds: TimeSeriesStore.Bounds = TimeSeriesStore.Bounds(), now: @escaping @Sendable () -> Timestamp
    ) {
        store = TimeSeriesStore(bounds: bounds)
        self.now = now
    }

    package func setReady(_ isReady: Bool) {
        self.isReady = isReady
    }

    /// Samples refused so far; see ``TimeSeriesStore/refusedCount``.
    package var refusedCount: Int { store.refusedCount }

    /// Takes what a target exposes at a time. `nil`: it could not be reached.
    ///
    /// `up` is written, and what the target exposed before and exposes no longer is marked stale.
    package func scrape(_ target: ScrapeTarget, _ samples: [ExposedSample]?, at time: Timestamp) {
        var current: Set<SeriesIdentity> = []
        for sample in samples ?? [] {
            let identity = SeriesIdentity(sample.metric, sample.labels.merging(target.labels) { $1 })
            store.append(sample.value, to: identity, at: time)
            current.insert(identity)
        }
        for gone in (exposed[target] ?? []).subtracting(current) { store.markStale(gone, at: time) }
        exposed[target] = current
        store.append(samples == nil ? 0 : 1, to: SeriesIdentity("up", target.labels), at: time)
        store.expire(at: time)
    }

    // MARK: - The API

    /// The routes of the API, to be served or to be called directly.
    package nonisolated var routes: Routes {
        var routes = Routes()
        for method in ["GET", "POST"] {
            routes.on(method, "/api/v1/query") { await self.answer($0, QueryView.instant) }
            routes.on(method, "/api/v1/query_range") { await self.answer($0, QueryView.range) }
            routes.on(method, "/api/v1/labels") { await self.answer($0, QueryView.labelNames) }
            routes.on(method, "/api/v1/series") { await self.answer($0, QueryView.seriesList) }
        }
        routes.on("GET", "/api/v1/label/{name}/values") { request in
            await self.answer(request) { $0.labelValues(request.parameters["name"] ?? "") }
        }
        routes.on("GET", "/api/v1/status/buildinfo") { await self.answer($0, QueryView.buildInformation) }
        routes.on("GET", "/-/ready") { _ in
            await self.isReady ? .text("Prometheus Server is Ready.\n") : Self.notReady
        }
        routes.on("GET", "/-/healthy") { _ in .text("Prometheus Server is Healthy.\n") }
        return routes
    }

    private static let notReady = ServiceResponse.text("Service Unavailable", status: 503)

    /// Answers from the store as it is now; the work is done outside the actor, so that scrapes do not wait for it.
    private nonisolated func answer(
        _ request: ServiceRequest, _ body: @Sendable (QueryView) -> (QueryParameters) throws(PromQLError) -> [UInt8]
    ) async -> ServiceResponse {
        guard let view = await view() else { return Self.notReady }
        do {
            return .json(try body(view)(try QueryParameters(request)))
        } catch {
            return .json(AnswerWriter.failure(error.errorType, error.message), status: error.status)
        }
    }

    private func view() -> QueryView? {
        isReady ? QueryView(store: store, now: now().milliseconds) : nil
    }
}
