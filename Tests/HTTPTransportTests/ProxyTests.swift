import Glibc
import HTTPTransport
import Locking
import ScriptedServers
import Testing

/// Requests that go through somebody else.
@Suite(.timeLimit(.minutes(1))) struct ProxyTests {
    @Test func proxyGetsTheWholeURL() async throws {
        let seen = Locked<String>("")
        let proxy = try ScriptedServer { connection in
            let request = connection.readRequest()
            seen.withLock { $0 = request?.startLine ?? "" }
            connection.answer("from the proxy")
        }
        defer { proxy.stop() }
        var configuration = HTTPClient.Configuration()
        configuration.proxy = .url("http://user:secret@127.0.0.1:\(proxy.port)")
        try await withClient(configuration) { client in
            let response = try await client.send(HTTPRequest(url: "http://prometheus.invalid/metrics"))
            #expect(response.body == Array("from the proxy".utf8))
        }
        #expect(seen.withLock { $0 } == "GET http://prometheus.invalid/metrics HTTP/1.1")
    }

    @Test func environmentProxyIsLowerCaseForPlainHTTP() async {
        // In a process of its own: the environment is shared by all tests.
        await #expect(processExitsWith: .success) {
            let proxy = try ScriptedServer {
                _ = $0.readRequest()
                $0.answer("from the proxy")
            }
            setenv("http_proxy", "http://127.0.0.1:\(proxy.port)", 1)
            let lower = try await withClient(HTTPClient.Configuration()) { client in
                try await client.send(HTTPRequest(url: "http://name.invalid/"))
            }
            unsetenv("http_proxy")
            setenv("HTTP_PROXY", "http://127.0.0.1:\(proxy.port)", 1)
            let upper = await transportError {
                try await withClient(HTTPClient.Configuration()) { client in
                    try await client.send(HTTPRequest(url: "http://name.invalid/"))
                }
            }
            guard lower.status == 200, upper?.kind == .nameResolution else { exit(1) }
        }
    }

    @Test func tunnelThatIsRefusedIsNoConnection() async throws {
        let proxy = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.answer("who are you?", status: "407 Proxy Authentication Required")
        }
        defer { proxy.stop() }
        let configuration = HTTPClient.Configuration(proxy: .url("http://user:secret@127.0.0.1:\(proxy.port)"))
        try await withClient(configuration) { client in
            let error = await transportError { try await client.send(HTTPRequest(url: "https://name.invalid/")) }
            #expect(error?.kind == .connectionRefused)
            #expect(error?.detail.contains("407") == true)
            #expect(error?.description.contains("secret") == false)
        }
    }

    @Test func proxyWithoutAnAddressIsANameError() async throws {
        try await withClient(HTTPClient.Configuration(proxy: .url("http://u:secret@proxy.invalid"))) { client in
            let limits = HTTPLimits(connect: .seconds(30), total: nil)
            let error = await transportError {
                try await client.send(HTTPRequest(url: "http://127.0.0.1/", limits: limits))
            }
            #expect(error?.kind == .nameResolution)
            #expect(error?.description == "http://127.0.0.1/: Could not resolve proxy: proxy.invalid")
        }
    }
}
