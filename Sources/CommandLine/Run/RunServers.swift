internal import Controller
internal import HTTPService

/// What a controller can be looked at through: metrics and health, and the status page beside them or on its own.
struct RunServers: Sendable {
    private(set) var metrics: HTTPServer?
    private var page: HTTPServer?
    /// Where the status page is; `nil` when it is nowhere.
    private(set) var pageURL: String?

    /// Serves at once; stop them with ``stop()``.
    ///
    /// - Throws: `ServerError` when one of them cannot be had; none is left then.
    init(_ settings: RunSettings, _ endpoints: ControllerEndpoints, page status: StatusService?) async throws {
        do {
            metrics = try settings.endpoint.map { try Self.server(at: $0, endpoints.routes) }
            switch settings.statusPage {
            case .besideMetrics: pageURL = metrics.map { $0.url + "/" }
            case .at(let address, let port):
                page = try status.map { try Self.server(at: (address, port), $0.routes) }
                pageURL = page.map { $0.url + "/" }
            case .nowhere: break
            }
        } catch {
            await stop()
            throw error
        }
    }

    /// What asks here is Prometheus, the kubelet, and a person with a browser; what else there is must not keep these out,
    /// nor take memory: at most 256 connections of 32 KiB and 1 KiB of a body that nobody reads.
    private static let limits = ServiceLimits(
        bodyBytes: 1 << 10, connectionBytes: 32 << 10, connections: 256, connectionsOfOneAddress: 64, idleSeconds: 30,
        turn: .seconds(30), heartbeat: .seconds(10))

    private static func server(at place: (address: String, port: Int), _ routes: Routes) throws -> HTTPServer {
        try HTTPServer(
            address: place.address, port: place.port, limits: limits,
            routes: HostNames.isLoopback(place.address) ? routes.onlyByLocalNames() : routes)
    }

    func stop() async {
        await metrics?.stop()
        await page?.stop()
    }
}
