import FoundationEssentials
import HTTPService
import HTTPTransport
import KubernetesTypes
import LoopbackClient
import Testing

@testable import KubernetesClient

/// A client certificate that a plugin gives, against `openssl s_server`.
@Suite(.timeLimit(.minutes(1))) struct ClusterTransportTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func bash(_ script: String) async throws -> ChildProcess {
        let path = try #require(ChildProcess.find("bash"))
        return try await ChildProcess.run(path, ["-c", "cd '\(folder.path)'\n" + script])
    }

    /// An authority with a server's and two clients' certificates, and a plugin that gives the one and then the other.
    private func prepare() async throws {
        let made = try await bash(
            """
            issue() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \\
                -subj "/CN=$1" -keyout $1.key -out $1.pem "${@:2}"; }
            issue ca -addext basicConstraints=critical,CA:TRUE
            for name in server first second; do
                issue $name -CA ca.pem -CAkey ca.key -addext subjectAltName=IP:127.0.0.1 || exit 1
            done
            cat > plugin <<'END'
            #!/bin/bash
            cd "${0%/*}"
            echo >> runs
            [ "$(wc -l < runs)" = 1 ] && name=first || name=second
            line() { awk 'BEGIN { ORS = "\\\\n" } 1' "$1"; }
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{'
            echo "\\"clientCertificateData\\":\\"$(line $name.pem)\\",\\"clientKeyData\\":\\"$(line $name.key)\\"}}"
            END
            chmod 700 plugin
            """)
        try #require(made.status == 0, "\(made.errors)")
    }

    @Test func aRotatedCertificateIsShownOnANewConnection() async throws {
        try await prepare()
        async let server = bash(
            """
            exec timeout 50 openssl s_server -accept 127.0.0.1:0 > accepts -www -naccept 2 -cert server.pem -key server.key \
            -Verify 1 -CAfile ca.pem -verify_return_error
            """)
        let port = try await port()
        let clock = HandClock()
        let source = ExecCredentialSource(
            ExecPlugin(
                place: "config", apiVersion: "client.authentication.k8s.io/v1", command: folder.path + "/plugin",
                arguments: [], environment: ["PATH": "/usr/bin:/bin"]), clock: clock)
        let tls = TLSConfiguration(certificateAuthorities: .file(folder.path + "/ca.pem"))
        let transport = try ClusterTransport(
            ClusterAccess(server: "https://127.0.0.1:\(port)", tls: tls, credential: .exec(source)))
        #expect(try await subject(transport, port) == "first")
        clock.set(.seconds(60))
        #expect(await source.isReplaced { $0 == nil })
        #expect(try await subject(transport, port) == "second")
        await transport.shutDown()
        let end = try await server
        #expect(end.status == 0, "\(end.errors)")
    }

    /// The port that the server has taken, as soon as it says so: `ACCEPT 127.0.0.1:35611`.
    private func port() async throws -> Int {
        while true {
            let said = (try? String(contentsOfFile: folder.path + "/accepts", encoding: .utf8)) ?? ""
            if let line = said.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT ") }), said.hasSuffix("\n"),
                let port = line.split(separator: ":").last.flatMap({ Int($0) })
            {
                return port
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// As whom the server knows the client.
    private func subject(_ transport: ClusterTransport, _ port: Int) async throws -> String? {
        let response = try await transport.send(HTTPRequest(url: "https://127.0.0.1:\(port)/"))
        let lines = String(decoding: response.body, as: UTF8.self).split(separator: "\n")
        return lines.first { $0.contains("Subject: ") }?.split(separator: "=").last.map(String.init)
    }

    @Test func aFailingPluginFailsTheRequestWithItsOwnWords() async throws {
        let plugin = ExecPlugin(
            place: "config", apiVersion: "client.authentication.k8s.io/v1", command: "no-such-plugin", arguments: [],
            environment: [:])
        let access = ClusterAccess(
            server: "http://127.0.0.1:1", credential: .exec(ExecCredentialSource(plugin)))
        let transport = try ClusterTransport(access)
        let client = KubernetesClient(access: access, transport: transport)
        let error = try await #require(throws: CredentialError.self) {
            try await client.get(JSONValue.self, .object(.pods, namespace: "shop", name: "web-0"))
        }
        #expect(error.description == "config: exec plugin 'no-such-plugin': there is no such program on the PATH")
        await transport.shutDown()
    }
}
