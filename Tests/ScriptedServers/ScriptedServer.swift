internal import Glibc
internal import Locking

/// A TCP server on a free loopback port that does, byte for byte, what its script says. Each connection runs the script
/// on a thread of its own.
///
/// For what no well-behaved server does: half an answer, garbage, silence, a reset.
public final class ScriptedServer: Sendable {
    public typealias Script = @Sendable (ScriptedConnection) -> Void

    public let port: UInt16
    private let listener: CInt
    private let connections = Locked<[ScriptedConnection]>([])
    private let accepted = Locked(0)

    public init(_ script: @escaping Script) throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw SystemError(call: "socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 1024) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard code else { throw SystemError(call: "bind") }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        startThread { [self] in acceptAll(script) }
    }

    /// A port that was free a moment ago, for a program that cannot choose one itself.
    public static func freePort() throws -> UInt16 {
        let server = try ScriptedServer { _ in }
        server.stop()
        return server.port
    }

    public var url: String { "http://127.0.0.1:\(port)" }

    /// How many connections were made so far.
    public var acceptedCount: Int { accepted.withLock { $0 } }

    /// Ends the listener and every connection, so that all scripts return.
    public func stop() {
        shutdown(listener, CInt(SHUT_RDWR))
        for connection in connections.withLock({ $0 }) { connection.interrupt() }
    }

    private func acceptAll(_ script: @escaping Script) {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let connection = ScriptedConnection(descriptor: descriptor)
            accepted.withLock { $0 += 1 }
            connections.withLock { $0.append(connection) }
            startThread {
                script(connection)
                connection.close()
            }
        }
        close(listener)
    }
}

/// What the system has refused.
public struct SystemError: Error, CustomStringConvertible {
    public var call: String
    public var code: CInt

    public init(call: String, code: CInt? = nil) {
        self.call = call
        self.code = code ?? errno
    }

    public var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// Starts a detached thread.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    guard pthread_create(&thread, nil, runThreadBody, start.toOpaque()) == 0 else { return start.release() }
    pthread_detach(thread)
}

private final class ThreadBody {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body() }
    return nil
}
