internal import Glibc
internal import Locking

/// The server's side of one connection; blocking calls, for a script on its own thread.
public final class ScriptedConnection: Sendable {
    /// A request as its bytes say.
    public struct Request: Sendable {
        public var head: String
        public var body: [UInt8]

        public var startLine: String { String(head.prefix { $0 != "\r\n" }) }

        /// The value of the only header line of that name, `nil` without one.
        public func header(_ name: String) -> String? {
            let prefix = name.lowercased() + ":"
            let lines = head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix(prefix) }
            guard lines.count == 1 else { return nil }
            return String(lines[0].dropFirst(prefix.count).drop { $0 == " " })
        }
    }

    /// `nil` once closed.
    private let descriptor: Locked<CInt?>
    private let pending = Locked<[UInt8]>([])

    init(descriptor: CInt) {
        self.descriptor = Locked(descriptor)
    }

    /// The next request; `nil` when the client has closed the connection.
    public func readRequest() -> Request? {
        var bytes = pending.withLock { $0 }
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = bytes.firstRange(of: end) {
                var request = Request(head: String(decoding: bytes[..<range.lowerBound], as: UTF8.self), body: [])
                let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
                if bytes.count >= range.upperBound + length {
                    request.body = Array(bytes[range.upperBound..<range.upperBound + length])
                    let rest = Array(bytes[(range.upperBound + length)...])
                    pending.withLock { $0 = rest }
                    return request
                }
            }
            guard let more = read() else { return nil }
            bytes += more
        }
    }

    /// - Returns: `false` when the client has gone.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        guard let descriptor = descriptor.withLock({ $0 }) else { return false }
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    @discardableResult
    public func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// A whole answer, with its length.
    @discardableResult
    public func answer(_ body: String = "", status: String = "200 OK", headers: String = "") -> Bool {
        write("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Reads until the client closes the connection, or resets it.
    public func waitForClose() {
        while read() != nil {}
    }

    /// Ends the connection by RST, what a crashed peer or a cut network looks like.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        if let descriptor = descriptor.withLock({ $0 }) {
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        close()
    }

    public func close() {
        descriptor.withLock { descriptor in
            if let descriptor { Glibc.close(descriptor) }
            descriptor = nil
        }
    }

    /// Makes a blocked read or write return; from any thread.
    public func interrupt() {
        descriptor.withLock { descriptor in
            if let descriptor { _ = shutdown(descriptor, CInt(SHUT_RDWR)) }
        }
    }

    private func read() -> [UInt8]? {
        guard let descriptor = descriptor.withLock({ $0 }) else { return nil }
        var buffer = [UInt8](repeating: 0, count: 16384)
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        return count > 0 ? Array(buffer[..<count]) : nil
    }
}
