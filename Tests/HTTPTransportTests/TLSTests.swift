import HTTPTransport
import ScriptedServers
import Testing

/// Who is trusted, and who the client says it is, against `openssl s_server`.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var host = "127.0.0.1"
        /// Whether the server wants a client certificate.
        var isMutual = false
        /// `nil` when the request succeeds.
        var kind: TransportError.Kind?
        var configure: @Sendable (TestAuthority) throws -> TLSConfiguration
    }

    private static func authorityFile(_ authority: TestAuthority) -> PEMSource { .file(authority.path("ca.pem")) }

    static let cases: [Case] = [
        Case(testDescription: "trusted authority by file") {
            TLSConfiguration(certificateAuthorities: authorityFile($0))
        },
        Case(testDescription: "trusted authority by bytes") {
            TLSConfiguration(certificateAuthorities: .pem(try $0.contents("ca.pem")))
        },
        Case(testDescription: "unknown authority", kind: .tls) { _ in TLSConfiguration() },
        Case(testDescription: "another authority", kind: .tls) {
            try $0.issue("other", extensions: ["basicConstraints=critical,CA:TRUE"], by: nil)
            return TLSConfiguration(certificateAuthorities: .file($0.path("other.pem")))
        },
        Case(testDescription: "wrong host name", host: "localhost", kind: .tls) {
            TLSConfiguration(certificateAuthorities: authorityFile($0))
        },
        Case(testDescription: "server name in place of the host", host: "localhost") {
            TLSConfiguration(certificateAuthorities: authorityFile($0), serverName: "kubernetes.test")
        },
        Case(testDescription: "wrong server name", kind: .tls) {
            TLSConfiguration(certificateAuthorities: authorityFile($0), serverName: "prometheus.test")
        },
        Case(testDescription: "verification skipped", host: "localhost") { _ in
            TLSConfiguration(insecureSkipTLSVerify: true)
        },
        Case(testDescription: "authorities that are no certificates", kind: .invalidRequest) { _ in
            TLSConfiguration(certificateAuthorities: .pem(Array("no PEM".utf8)))
        },
        Case(testDescription: "client certificate by file", isMutual: true) {
            try $0.issue("client", extensions: [], by: "ca")
            let identity = TLSIdentity(
                certificate: .file($0.path("client.pem")), privateKey: .file($0.path("client.key")))
            return TLSConfiguration(certificateAuthorities: authorityFile($0), identity: identity)
        },
        Case(testDescription: "client certificate by bytes", isMutual: true) {
            try $0.issue("client", extensions: [], by: "ca")
            let identity = TLSIdentity(
                certificate: .pem(try $0.contents("client.pem")), privateKey: .pem(try $0.contents("client.key")))
            return TLSConfiguration(certificateAuthorities: authorityFile($0), identity: identity)
        },
        Case(testDescription: "no client certificate", isMutual: true, kind: .tls) {
            TLSConfiguration(certificateAuthorities: authorityFile($0))
        },
        Case(testDescription: "client certificate of another authority", isMutual: true, kind: .tls) {
            try $0.issue("client", extensions: [], by: nil)
            let identity = TLSIdentity(
                certificate: .file($0.path("client.pem")), privateKey: .file($0.path("client.key")))
            return TLSConfiguration(certificateAuthorities: authorityFile($0), identity: identity)
        },
        Case(testDescription: "key of another certificate", isMutual: true, kind: .invalidRequest) {
            try $0.issue("client", extensions: [], by: "ca")
            let identity = TLSIdentity(
                certificate: .file($0.path("client.pem")), privateKey: .file($0.path("server.key")))
            return TLSConfiguration(certificateAuthorities: authorityFile($0), identity: identity)
        },
        Case(testDescription: "key with a pass phrase", isMutual: true, kind: .invalidRequest) {
            try $0.issue("client", extensions: [], by: "ca")
            let locked = $0.path("locked.key")
            try ChildProcess.run(
                ["openssl", "pkey", "-in", $0.path("client.key"), "-aes256", "-passout", "pass:secret", "-out", locked])
            let identity = TLSIdentity(certificate: .file($0.path("client.pem")), privateKey: .file(locked))
            return TLSConfiguration(certificateAuthorities: authorityFile($0), identity: identity)
        },
    ]

    @Test(arguments: cases) func serverAndClientAreVerified(_ test: Case) async throws {
        try await TestAuthority.with { authority in
            let verify = ["-Verify", "1", "-CAfile", authority.path("ca.pem"), "-verify_return_error"]
            try await authority.withServer(test.isMutual ? verify : []) { port in
                let configuration = HTTPClient.Configuration(tls: try test.configure(authority), proxy: .none)
                try await withClient(configuration) { client in
                    let request = HTTPRequest(url: "https://\(test.host):\(port)/")
                    guard let kind = test.kind else {
                        let response = try await client.send(request)
                        #expect(response.status == 200)
                        return
                    }
                    let error = await transportError { try await client.send(request) }
                    #expect(error?.kind == kind, "\(error?.description ?? "")")
                }
            }
        }
    }

    @Test func oldProtocolVersionsAreRefused() async throws {
        try await TestAuthority.with { authority in
            let options = ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
            try await authority.withServer(options) { port in
                let tls = TLSConfiguration(certificateAuthorities: .file(authority.path("ca.pem")))
                try await withClient(HTTPClient.Configuration(tls: tls, proxy: .none)) { client in
                    let request = HTTPRequest(url: "https://127.0.0.1:\(port)/")
                    let error = await transportError { try await client.send(request) }
                    #expect(error?.kind == .tls)
                }
            }
        }
    }
}
