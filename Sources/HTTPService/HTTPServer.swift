internal import CMicroHTTPD
internal import Glibc
internal import Locking

/// An HTTP/1.1 server on one address, with libmicrohttpd's epoll thread below it.
///
/// Every request is handled in a task of its own, when its body has come whole. The handler's task is cancelled when
/// the client leaves, which is noticed within ``ServiceLimits/heartbeat``, and when the server stops.
///
/// A server must be stopped with ``stop()``; one that is dropped without goes on serving until the process ends.
/// `@unchecked Sendable`: `daemon` is used only by `stop`, once.
package final class HTTPServer: @unchecked Sendable {
    /// The port that it listens on.
    package let port: Int
    /// The address as given.
    package let address: String

    private let core: ServerCore
    private let daemon: OpaquePointer
    private let retainedCore: Unmanaged<ServerCore>
    private let heartbeat: Task<Void, Never>
    private let isStopped = Locked(false)

    /// Starts serving at once.
    ///
    /// - Parameters:
    ///   - address: A numeric IPv4 or IPv6 address, `127.0.0.1` or `::1` for this machine alone.
    ///   - port: 0 for any free one.
    ///   - oversized: The answer to a request whose body is beyond the limit; the request is given without its body.
    ///   - handler: Answers a request; runs concurrently with itself.
    /// - Throws: ``ServerError``.
    package init(
        address: String = "127.0.0.1",
        port: Int = 0,
        limits: ServiceLimits = ServiceLimits(),
        oversized: @escaping @Sendable (ServiceRequest) -> ServiceResponse = { _ in
            .text("413 request entity too large\n", status: 413)
        },
        handler: @escaping @Sendable (ServiceRequest) async -> ServiceResponse
    ) throws(ServerError) {
        let socket = try ListeningSocket(address: address, port: port)
        let core = ServerCore(limits: limits, oversized: oversized, handler: handler)
        let retained = Unmanaged.passRetained(core)
        guard
            let daemon = swiftlet_mhd_start(
                socket.descriptor, UInt32(clamping: limits.connections), UInt32(clamping: limits.idleSeconds),
                UInt32(clamping: limits.connectionsOfOneAddress), limits.connectionBytes, retained.toOpaque(),
                DaemonCallbacks.uri, DaemonCallbacks.access, DaemonCallbacks.completed, DaemonCallbacks.connected)
        else {
            retained.release()
            close(socket.descriptor)
            throw .daemonDidNotStart
        }
        self.address = address
        self.port = socket.port
        self.core = core
        self.daemon = daemon
        self.retainedCore = retained
        // `stop` cancels this task and waits for it.
        self.heartbeat = Task {
            while (try? await Task.sleep(for: limits.heartbeat)) != nil { core.heartbeat() }
        }
    }

    /// Starts serving the routes at once; see ``init(address:port:limits:oversized:handler:)``.
    package convenience init(
        address: String = "127.0.0.1", port: Int = 0, limits: ServiceLimits = ServiceLimits(), routes: Routes
    ) throws(ServerError) {
        try self.init(address: address, port: port, limits: limits) { await routes.respond(to: $0) }
    }

    /// Where to reach the server, without a slash at the end: `http://127.0.0.1:41234`.
    package var url: String {
        address.contains(":") ? "http://[\(address)]:\(port)" : "http://\(address):\(port)"
    }

    /// Stops listening, cancels the handlers, lets answers that are on their way finish, and closes everything.
    ///
    /// The order matters: MHD aborts the process when it is stopped with a suspended connection, so every handler must
    /// have returned and every connection been resumed before. A second call returns at once.
    package func stop() async {
        let wasStopped = isStopped.withLock { stopped in
            defer { stopped = true }
            return stopped
        }
        if wasStopped { return }
        let descriptor = MHD_quiesce_daemon(daemon)
        // Refuses new connections from here on; the manual allows closing the descriptor only after the stop.
        if descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
        heartbeat.cancel()
        await heartbeat.value
        await core.endTasks()
        await core.drain()
        core.abandonAll()
        MHD_stop_daemon(daemon)
        if descriptor >= 0 { close(descriptor) }
        retainedCore.release()
    }
}
