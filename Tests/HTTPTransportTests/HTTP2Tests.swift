import FoundationEssentials
import HTTPTransport
import ScriptedServers
import Testing

/// HTTP/2 over TLS, against a Prometheus server where one is installed: `openssl s_server` speaks HTTP/1 only.
@Suite(.timeLimit(.minutes(2)), .enabled(if: ChildProcess.isInstalled("prometheus")), .serialized)
struct HTTP2Tests {
    /// 11,000 samples: over 100 KB of JSON.
    private static let longQuery = "/api/v1/query_range?query=vector(1)&start=0&end=10999&step=1"

    @Test func manyRequestsShareAConnection() async throws {
        try await withPrometheus { client, url in
            let names = try await withThrowingTaskGroup(of: [String].self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let request = HTTPRequest(url: url + "/api/v1/query?query=vector(\(number))&time=0")
                        let response = try await client.send(request)
                        let text = String(decoding: response.body, as: UTF8.self)
                        return text.contains("[0,\"\(number)\"]") ? response.headers.fields.map(\.name) : []
                    }
                }
                return try await group.reduce(into: [[String]]()) { $0.append($1) }
            }
            // HTTP/2 field names are lower case on the wire (RFC 9113, section 8.2).
            #expect(names.allSatisfy { $0.contains("content-type") })
            #expect(names.count == 200)
        }
    }

    @Test func pausedStreamHoldsUpNobody() async throws {
        try await withPrometheus { client, url in
            let whole = try await client.send(HTTPRequest(url: url + Self.longQuery)).body
            #expect(whole.count > 100_000)
            let response = try await client.open(HTTPRequest(url: url + Self.longQuery))
            for _ in 0..<20 {
                let status = try await client.send(HTTPRequest(url: url + "/-/ready")).status
                #expect(status == 200)
            }
            let streamed = try await response.collect()
            #expect(streamed == whole)
        }
    }

    @Test func droppedStreamLeavesTheConnectionUsable() async throws {
        try await withPrometheus { client, url in
            for _ in 0..<20 {
                let task = Task { try await client.open(HTTPRequest(url: url + Self.longQuery)).status }
                await Task.yield()
                task.cancel()
                switch await task.result {
                case .success(let status): #expect(status == 200)
                case .failure(let error): #expect(error is CancellationError, "\(error)")
                }
            }
            let status = try await client.send(HTTPRequest(url: url + "/-/ready")).status
            #expect(status == 200)
        }
    }

    /// Starts a server with a certificate of a new authority, and a client that trusts it and buffers one byte.
    private func withPrometheus(_ test: (HTTPClient, String) async throws -> Void) async throws {
        try await TestAuthority.with { authority in
            let web = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
            try Data(web.utf8).write(to: URL(filePath: authority.path("web.yml")))
            try Data("scrape_configs: []\n".utf8).write(to: URL(filePath: authority.path("prometheus.yml")))
            let port = try ScriptedServer.freePort()
            let server = try ChildProcess([
                "prometheus", "--config.file=\(authority.path("prometheus.yml"))",
                "--web.config.file=\(authority.path("web.yml"))", "--web.listen-address=127.0.0.1:\(port)",
                "--storage.tsdb.path=\(authority.path("data"))",
            ])
            defer { server.stop() }
            var configuration = HTTPClient.Configuration.direct
            configuration.tls.certificateAuthorities = .file(authority.path("ca.pem"))
            configuration.streamBufferBytes = 1
            try await withClient(configuration) { client in
                let url = "https://127.0.0.1:\(port)"
                while (try? await client.send(HTTPRequest(url: url + "/-/ready")))?.isSuccess != true {
                    try await Task.sleep(for: .milliseconds(50))
                }
                try await test(client, url)
            }
        }
    }
}
