internal import HTTPTransport

/// As whom requests are to count, in place of who sends them: kubectl's `--as`.
///
/// - Source: Kubernetes documentation, "User impersonation".
package struct Impersonation: Sendable, Hashable {
    package var user: String
    package var uid: String?
    package var groups: [String]
    /// Values by key; the keys are in small letters, as the server makes them anyway.
    package var extra: [String: [String]]

    package init(user: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
        self.user = user
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// What every request carries. The key of an extra value is encoded, since it may have any character in it.
    var headers: [HTTPHeaders.Field] {
        var headers = [HTTPHeaders.Field(name: "Impersonate-User", value: user)]
        if let uid { headers.append(.init(name: "Impersonate-Uid", value: uid)) }
        headers += groups.map { .init(name: "Impersonate-Group", value: $0) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            headers += values.map { .init(name: "Impersonate-Extra-" + PercentEncoding.encode(key), value: $0) }
        }
        return headers
    }

    /// Whether a text may stand in a header: a line end in it would begin a header of its own.
    package static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
}

/// A transport whose requests count as another's, watches included.
struct ImpersonatingTransport: HTTPSending {
    let transport: any HTTPSending
    let headers: [HTTPHeaders.Field]

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await transport.send(impersonating(request))
    }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        try await transport.open(impersonating(request))
    }

    private func impersonating(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        for header in headers { request.headers.append(header.name, header.value) }
        return request
    }
}
