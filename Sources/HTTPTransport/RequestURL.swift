/// What the client itself must know of a request's URL: is it one, where does it lead, how may it be shown.
///
/// Everything else about URLs is left to libcurl's parser.
struct RequestURL: Hashable {
    /// The URL as the caller wrote it.
    let text: String
    let isSecure: Bool
    /// The host, an IPv6 address with its brackets.
    let host: String
    /// The port as written, or the scheme's default.
    let port: String
    /// Host and port as the `Host` header gives them.
    let authority: String

    /// - Throws: ``TransportError`` of kind `invalidRequest` for anything but an absolute `http` or `https` URL.
    init(_ text: String) throws(TransportError) {
        func invalid(_ detail: String) -> TransportError {
            TransportError(kind: .invalidRequest, url: Self.redacted(text), detail: detail)
        }
        guard let scheme = Self.scheme(of: text), scheme == "http" || scheme == "https" else {
            throw invalid("is not an http or https URL")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw invalid("has a space or a control character in its URL")
        }
        let afterScheme = text.dropFirst(scheme.count + 3)
        let authority = Self.withoutUser(afterScheme.prefix { !Self.endsAuthority($0) })
        let portStart = Self.portSeparator(in: authority)
        let host = authority[..<(portStart ?? authority.endIndex)]
        guard Self.isValidHost(String(host)) else { throw invalid("has no valid host name in its URL") }
        self.text = text
        self.isSecure = scheme == "https"
        self.authority = String(authority)
        self.host = String(host)
        let port = portStart.map { authority[authority.index(after: $0)...] } ?? ""
        self.port = port.isEmpty ? (isSecure ? "443" : "80") : String(port)
    }

    /// The same URL with another host, for SNI and verification; userinfo is kept.
    func replacingHost(by name: String) -> String {
        let schemeEnd = isSecure ? 8 : 7
        let rest = text.dropFirst(schemeEnd)
        let oldAuthority = rest.prefix { !Self.endsAuthority($0) }
        let user = oldAuthority.dropLast(authority.count)
        return text.prefix(schemeEnd) + user + "\(name):\(port)" + rest.dropFirst(oldAuthority.count)
    }

    /// The lower-case scheme before `://`, if there is one.
    static func scheme(of text: String) -> String? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        return text[..<colon].lowercased()
    }

    /// Whether libcurl would take it for a host: no separators, spaces or control characters, not empty.
    static func isValidHost(_ name: String) -> Bool {
        guard !name.isEmpty else { return false }
        if name.hasPrefix("["), name.hasSuffix("]") {
            return name.utf8.dropFirst().dropLast().allSatisfy { isAddressByte($0) }
        }
        return name.unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0.value != 0x7f && !"/?#@:[]\\<>\"'`{}|^,;".unicodeScalars.contains($0)
        }
    }

    /// Without user, password, query values and fragment, which may be secret: `http://h/q?query=…`.
    static func redacted(_ text: String) -> String {
        let schemeLength = scheme(of: text).map { $0.count + 3 } ?? 0
        let rest = text.dropFirst(schemeLength)
        let authority = rest.prefix { !endsAuthority($0) }
        let path = rest.dropFirst(authority.count).prefix { $0 != "?" && $0 != "#" }
        var result = text.prefix(schemeLength) + withoutUser(authority) + path
        let query = rest.dropFirst(authority.count + path.count).prefix { $0 != "#" }
        guard query.first == "?" else { return String(result) }
        let names = query.dropFirst().split(separator: "&").map { pair in
            pair.contains("=") ? pair.prefix { $0 != "=" } + "=…" : "…"
        }
        result += "?" + names.joined(separator: "&")
        return String(result)
    }

    /// libcurl's own words without the userinfo of a URL that they quote.
    static func redactedUserInfo(in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let at = rest.firstRange(of: "://") {
            result += rest[..<at.upperBound]
            rest = rest[at.upperBound...]
            let authority = rest.prefix { !endsAuthority($0) && $0 != " " && $0 != "'" && $0 != "\"" }
            result += withoutUser(authority)
            rest = rest.dropFirst(authority.count)
        }
        return result + rest
    }

    private static func endsAuthority(_ character: Character) -> Bool {
        character == "/" || character == "?" || character == "#"
    }

    private static func withoutUser(_ authority: Substring) -> Substring {
        authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    }

    /// The colon before the port: the last one, unless it is inside an IPv6 address.
    private static func portSeparator(in authority: Substring) -> Substring.Index? {
        guard let colon = authority.lastIndex(of: ":") else { return nil }
        return authority[colon...].contains("]") ? nil : colon
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "%"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
