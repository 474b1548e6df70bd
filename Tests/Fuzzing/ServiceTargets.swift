import Autoscaling
import Controller
import Exposition
import Glibc
import HTTPService
import Locking

extension FuzzTarget {
    /// The target of a request, and what the status page makes of its query.
    static let httpRequest = FuzzTarget("http-request", longestInput: 1_024) { bytes in
        guard let text = bytes.text else { return }
        let request = try ServiceRequest(method: "GET", target: text, body: bytes)
        _ = try? request.formItems()
        let query = try StatusQuery(request)
        try require((1...StatusQuery.largestLimit).contains(query.limit) && query.offset >= 0, "a list without bounds")
    }

    /// Raw bytes on a connection to a server: whatever comes, it goes on serving.
    ///
    /// libmicrohttpd is not instrumented: what is covered is what is reached behind it.
    static let httpServer = FuzzTarget("http-server", longestInput: 2_048) { bytes in
        let server = try again("the server does not start") { try RunningServer.shared.get() }
        try server.send(bytes)
    }
}

/// A server that answers on a free port for as long as the process lives.
private struct RunningServer: Sendable {
    /// Connections after which it is asked whether it still serves.
    private static let period = 64
    static let shared = Result { try RunningServer() }

    private let server: HTTPServer
    private let count = Locked(0)

    init() throws {
        var routes = Routes()
        routes.on("GET", "/healthz") { _ in .text("ok\n") }
        routes.on("GET", "/autoscalers/{namespace}/{name}") { request in
            .text("\(request.parameters.sorted { $0.key < $1.key })")
        }
        routes.on("GET", "/") { request in
            do throws(StatusQuery.Unusable) {
                return .text("\(try StatusQuery(request))")
            } catch {
                return .text("\(error)\n", status: 400)
            }
        }
        server = try HTTPServer(
            limits: ServiceLimits(bodyBytes: 1_024, idleSeconds: 5, heartbeat: .milliseconds(5)), routes: routes)
    }

    func send(_ bytes: [UInt8]) throws(BrokenProperty) {
        _ = try exchange(bytes, ends: false)
        let isTurn = count.withLock { count in
            count += 1
            return count % Self.period == 0
        }
        guard isTurn else { return }
        let answer = try exchange(
            Array("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8), ends: true)
        try require(answer.starts(with: Array("HTTP/1.1 200".utf8)), "the server does not serve any more")
    }

    /// - Parameter ends: Whether the answer's end is waited for.
    private func exchange(_ bytes: [UInt8], ends: Bool) throws(BrokenProperty) -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        // No TIME-WAIT: thousands of connections a second would use up the ports.
        var drop = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &drop, socklen_t(MemoryLayout<linger>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(server.port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try require(connected, "the server takes no connection")
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if !ends { shutdown(descriptor, Int32(SHUT_WR)) }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while answer.count < 1 << 20 {
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { break }
            answer += piece[..<count]
        }
        return answer
    }
}
