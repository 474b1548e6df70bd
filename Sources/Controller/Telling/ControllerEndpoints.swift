internal import Autoscaling
internal import Exposition
package import HTTPService
internal import Locking

/// Whether the loop is alive and has begun, and the routes that tell.
///
/// - `/healthz`: 200 while ticks complete; 503 when the last one is older than ten sync periods, and than two minutes.
///   Requests that time out make a tick long, and restarting the controller would not help against them.
/// - `/readyz`: 200 once the first tick has completed, whatever it found: the manifests are loaded and the loop runs. A
///   Prometheus or API server that is down is told by metrics and log, and makes nobody unready.
/// - `/metrics`: the controller's own metrics.
/// - The routes of a ``StatusService``, unless that is off.
package final class ControllerEndpoints: Sendable {
    private let metrics: ControllerMetrics
    private let status: StatusService?
    private let staleAfter: Duration
    private let lastTick: Locked<ContinuousClock.Instant>
    private let isReady = Locked(false)

    package init(metrics: ControllerMetrics, status: StatusService? = nil, syncPeriod: Duration) {
        self.metrics = metrics
        self.status = status
        self.staleAfter = max(syncPeriod * 10, .seconds(120))
        self.lastTick = Locked(.now)
    }

    /// Takes note of a tick that has completed.
    package func tickCompleted() {
        lastTick.withLock { $0 = .now }
        isReady.withLock { $0 = true }
    }

    package var routes: Routes {
        var routes = Routes()
        routes.on("GET", "/metrics") { [metrics] _ in
            ServiceResponse(headers: ["Content-Type": ExpositionWriter.contentType], body: .bytes(metrics.page))
        }
        routes.on("GET", "/healthz") { [self] _ in
            let age = lastTick.withLock { $0 }.duration(to: .now)
            if age <= staleAfter { return .text("ok\n") }
            return .text("the last tick completed \(age.components.seconds) s ago\n", status: 503)
        }
        routes.on("GET", "/readyz") { [self] _ in
            isReady.withLock { $0 } ? .text("ok\n") : .text("the first tick has not completed\n", status: 503)
        }
        status?.add(to: &routes)
        return routes
    }
}
