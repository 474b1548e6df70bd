/// By which names a server on the loopback address is spoken to.
///
/// A web page can give its own name this machine's address, and is then let through by the browser as if the server were
/// its own (DNS rebinding). What the browser cannot be made to lie about is the name: it stands in `Host`.
package enum HostNames {
    /// Whether a `Host` field names this machine: `localhost`, or a numeric address, which no other page can have as its
    /// name. Without the field no browser has sent the request.
    package static func areLocal(_ field: String?) -> Bool {
        guard let field else { return true }
        if field.hasPrefix("[") { return true }
        let host = field.prefix { $0 != ":" }
        return host.lowercased() == "localhost" || isAddress(host)
    }

    /// Whether an address to listen at is of this machine alone.
    package static func isLoopback(_ address: String) -> Bool { address == "::1" || address.hasPrefix("127.") }

    private static func isAddress(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension Routes {
    /// These routes for those alone who speak to the server by a name of this machine; 403 for others.
    package func onlyByLocalNames() -> Routes {
        guarded { request in
            if HostNames.areLocal(request.headers["Host"]) { return nil }
            return .text(
                "403 this server answers to localhost and to numeric addresses alone, not to the name it was asked by\n",
                status: 403)
        }
    }
}
