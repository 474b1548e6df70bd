internal import Glibc

/// Why a server could not be started.
package enum ServerError: Error, Hashable, CustomStringConvertible {
    /// Not a numeric IPv4 or IPv6 address.
    case badAddress(String)
    /// Another process has the port.
    case portInUse(address: String, port: Int)
    /// Any other refusal of the system, by `errno` text.
    case cannotListen(address: String, port: Int, reason: String)
    /// libmicrohttpd did not start; it gives no reason.
    case daemonDidNotStart

    package var description: String {
        switch self {
        case .badAddress(let address): "\"\(address)\" is not an IPv4 or IPv6 address"
        case .portInUse(let address, let port): "cannot listen on \(address) port \(port): it is already in use"
        case .cannotListen(let address, let port, let reason): "cannot listen on \(address) port \(port): \(reason)"
        case .daemonDidNotStart: "the HTTP server thread could not be started"
        }
    }
}

/// A bound, listening TCP socket.
///
/// It is made here, not by libmicrohttpd, because only so the reason of a failure is known.
struct ListeningSocket {
    var descriptor: Int32
    /// The port in use: the chosen one when 0 was asked for.
    var port: Int

    /// - Parameter address: Numeric; `0.0.0.0` or `::` for every interface (`::` takes IPv4 as well).
    init(address: String, port: Int) throws(ServerError) {
        guard let service = UInt16(exactly: port) else {
            throw .cannotListen(address: address, port: port, reason: "a port is 0 to 65535")
        }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, String(service), &hints, &found) == 0, let info = found?.pointee else {
            throw .badAddress(address)
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(
            info.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else {
            throw .cannotListen(address: address, port: port, reason: Self.errorText(errno))
        }
        Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if info.ai_family == AF_INET6 { Self.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        guard bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, listen(descriptor, 128) == 0 else {
            let code = errno
            close(descriptor)
            if code == EADDRINUSE { throw .portInUse(address: address, port: port) }
            throw .cannotListen(address: address, port: port, reason: Self.errorText(code))
        }
        self.descriptor = descriptor
        self.port = Self.boundPort(of: descriptor)
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func boundPort(of descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            guard let base = bytes.baseAddress,
                getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return 0 }
            // The port stands at the same place in sockaddr_in and sockaddr_in6, in network order.
            return Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        }
    }

    private static func errorText(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "errno \(code)" }
        return String(cString: text)
    }
}
