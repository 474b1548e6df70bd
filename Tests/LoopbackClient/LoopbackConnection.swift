internal import Dispatch
internal import Glibc

/// A TCP connection of a test, written and read byte by byte, so that framing can be checked and broken.
///
/// The system calls block, but on a thread of their own: the tasks of the server under test need the pool's threads.
public final class LoopbackConnection: Sendable {
    public enum Failure: Error, Hashable {
        case refused(errno: Int32)
        /// Nothing came for ten seconds.
        case timedOut
        case closed
        case malformed(String)
    }

    private let descriptor: Int32
    private let queue = DispatchQueue(label: "loopback")
    private let buffer: Buffer

    /// Only the serial queue touches it.
    private final class Buffer: @unchecked Sendable {
        var bytes: [UInt8] = []
    }

    /// - Parameter source: The IPv4 address of this machine to come from.
    public init(port: Int, address: String = "127.0.0.1", from source: String? = nil) throws {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, String(port), &hints, &found) == 0, let info = found?.pointee else {
            throw Failure.malformed(address)
        }
        defer { freeaddrinfo(found) }
        descriptor = socket(info.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        buffer = Buffer()
        if let source {
            var own = sockaddr_in()
            own.sin_family = sa_family_t(AF_INET)
            inet_pton(AF_INET, source, &own.sin_addr)
            let bound = withUnsafePointer(to: &own) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard bound else { throw Failure.refused(errno: errno) }
        }
        guard connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 else {
            throw Failure.refused(errno: errno)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Closes the sending side: the server sees that the client has left.
    public func leave() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    public func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    public func send(_ bytes: [UInt8]) async throws {
        try await blocking { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failure.closed }
                sent += count
            }
        }
    }

    /// Whether the server has closed the connection, waiting for it.
    public func isClosedByServer() async throws -> Bool {
        do {
            _ = try await take(1)
            return false
        } catch Failure.closed {
            return true
        }
    }

    /// The next line without its end.
    public func line() async throws -> String {
        try await blocking { [self] in
            while true {
                if let end = buffer.bytes.firstIndex(of: 10) {
                    var line = buffer.bytes[..<end]
                    if line.last == 13 { line = line.dropLast() }
                    defer { buffer.bytes.removeSubrange(...end) }
                    return String(decoding: line, as: UTF8.self)
                }
                try fill()
            }
        }
    }

    /// Exactly so many bytes.
    public func take(_ count: Int) async throws -> [UInt8] {
        try await blocking { [self] in
            while buffer.bytes.count < count { try fill() }
            defer { buffer.bytes.removeFirst(count) }
            return Array(buffer.bytes.prefix(count))
        }
    }

    /// Everything until the server closes.
    public func rest() async throws -> [UInt8] {
        try await blocking { [self] in
            do {
                while true { try fill() }
            } catch Failure.closed {
                defer { buffer.bytes = [] }
                return buffer.bytes
            }
        }
    }

    private func fill() throws {
        var piece = [UInt8](repeating: 0, count: 16384)
        let count = piece.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count < 0, errno == EAGAIN { throw Failure.timedOut }
        guard count > 0 else { throw Failure.closed }
        buffer.bytes += piece.prefix(count)
    }

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
