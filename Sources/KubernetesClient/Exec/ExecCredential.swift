package import Autoscaling
internal import FoundationEssentials
package import HTTPTransport
internal import KubernetesTypes

/// What a plugin answers: a token, a client certificate with its key, or both.
package struct ExecCredential: Sendable, Hashable {
    package var token: Secret?
    package var identity: TLSIdentity?
    /// When it must no longer be used; `nil` to use it until it is refused.
    var expires: Timestamp?

    /// What is wrong with an answer; nothing of the answer itself.
    package struct Unusable: Error, Hashable {
        var problem: String
    }

    init(token: Secret? = nil, identity: TLSIdentity? = nil, expires: Timestamp? = nil) {
        self.token = token
        self.identity = identity
        self.expires = expires
    }

    /// Reads the answer.
    ///
    /// - Parameter apiVersion: Which the answer must have.
    package init(answer: [UInt8], apiVersion: String, at now: Timestamp) throws(Unusable) {
        guard let object = try? JSONDecoder().decode(Answer.self, from: Data(answer)) else {
            throw Unusable(problem: "what it wrote is not an ExecCredential in JSON")
        }
        guard object.kind == "ExecCredential", object.apiVersion == apiVersion else {
            throw Unusable(problem: "what it wrote is not an ExecCredential of \(apiVersion)")
        }
        guard let status = object.status else { throw Unusable(problem: "its answer has no status") }
        try self.init(status)
        if let expires, expires <= now { throw Unusable(problem: "its credential has expired already") }
    }

    private init(_ status: Answer.Status) throws(Unusable) {
        token = status.token.flatMap { $0.isEmpty ? nil : Secret($0) }
        let certificate = status.clientCertificateData ?? ""
        let key = status.clientKeyData ?? ""
        guard certificate.isEmpty == key.isEmpty else {
            throw Unusable(problem: "its answer has only one of clientCertificateData and clientKeyData")
        }
        if !certificate.isEmpty {
            identity = TLSIdentity(certificate: .pem(Array(certificate.utf8)), privateKey: .pem(Array(key.utf8)))
        }
        guard token != nil || identity != nil else {
            throw Unusable(problem: "its answer has neither a token nor a client certificate")
        }
        if let token, !Impersonation.isValid(token.revealed) {
            throw Unusable(problem: "its token has a control character in it")
        }
        if let text = status.expirationTimestamp {
            guard let time = RFC3339.parse(text) else {
                throw Unusable(problem: "its expirationTimestamp is not a time such as 2026-01-02T03:04:05Z")
            }
            expires = time
        }
    }

    private struct Answer: Decodable {
        var apiVersion: String?
        var kind: String?
        var status: Status?

        struct Status: Decodable {
            var token: String?
            var clientCertificateData: String?
            var clientKeyData: String?
            var expirationTimestamp: String?
        }
    }
}

extension ExecCredential: CustomStringConvertible, CustomReflectable {
    package var description: String { "credential of an exec plugin" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
