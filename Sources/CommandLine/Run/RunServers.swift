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

    private static func server(at place: (address: String, port: Int), _ routes: Routes) throws -> HTTPServer {
        try HTTPServer(
            address: place.address, port: place.port, limits: ServiceLimits(heartbeat: .seconds(10)), routes: routes)
    }

    func stop() async {
        await metrics?.stop()
        await page?.stop()
    }
}
