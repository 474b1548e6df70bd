import FoundationEssentials
import HTTPTransport
import PrometheusClient
import Testing

/// Secrets in files: read for each query, and shown to nobody but the server.
@Suite(.timeLimit(.minutes(1))) struct SecretFileTests {
    static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/secrets-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    @Test func filesAreReadForEachQuery() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (token, tenant) = (folder + "/token", folder + "/tenant")
        let client = ReplayClient { _ in EndpointTests.good }
        let configuration = try PrometheusConfiguration(
            baseURL: "http://prometheus", headers: ["X-Scope-OrgID": "nobody", "X-Other": "kept"],
            secrets: [SecretFile(bearerToken: token), SecretFile(header: "X-Scope-OrgID", path: tenant)])
        let api = PrometheusAPI(configuration, over: client)
        for (number, end) in [(1, "\n"), (2, "")] {
            try Self.write("token-\(number)\(end)", token)
            try Self.write("shop-\(number)\(end)", tenant)
            _ = try await api.ask(QueryRequest("up"))
        }
        let headers = await client.requests.map(\.headers)
        #expect(headers.map { $0["Authorization"] } == ["Bearer token-1", "Bearer token-2"])
        #expect(headers.map { $0.values("X-Scope-OrgID") } == [["shop-1"], ["shop-2"]])
        #expect(headers.allSatisfy { $0["X-Other"] == "kept" })
    }

    @Test func aPasswordBecomesBasicAuthentication() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.write("p@ss:wörd\n", folder + "/password")
        let client = ReplayClient { _ in EndpointTests.good }
        let configuration = try PrometheusConfiguration(
            baseURL: "http://prometheus", secrets: [SecretFile(user: "swiftlet", password: folder + "/password")])
        _ = try await PrometheusAPI(configuration, over: client).ask(QueryRequest("up"))
        let value = await client.requests.first?.headers["Authorization"]
        #expect(value == "Basic " + Data("swiftlet:p@ss:wörd".utf8).base64EncodedString())
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var content: String?
        var words: String
        var testDescription: String { words }
    }

    @Test(arguments: [
        Case(content: nil, words: "cannot be read"), Case(content: "", words: "is empty"),
        Case(content: " \n", words: "is empty"), Case(content: "to\nken", words: "has a line break within it"),
        Case(content: String(repeating: "x", count: 70_000), words: "is longer than 64 KiB"),
    ])
    func aFileThatCannotBeUsedIsNamedAndNothingIsSent(_ test: Case) async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/token"
        if let content = test.content { try Self.write(content, path) }
        let client = ReplayClient { _ in EndpointTests.good }
        let configuration = try PrometheusConfiguration(
            baseURL: "http://prometheus", secrets: [SecretFile(bearerToken: path)])
        let error = await #expect(throws: PrometheusError.self) {
            try await PrometheusAPI(configuration, over: client).ask(QueryRequest("up"))
        }
        #expect(error?.kind == .transport(.invalidRequest))
        #expect(error?.description.contains("the bearer token in \(path) \(test.words)") == true)
        #expect(await client.requests.isEmpty)
    }

    /// A proxy that repeats what it was sent, in its page or in Prometheus' own form.
    @Test(arguments: ["<p>no: %</p>", #"{"status":"error","errorType":"bad_data","error":"no: %"}"#])
    func whatTheServerRepeatsIsTakenOut(answer: String) async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.write("s3cret-token", folder + "/token")
        let client = ReplayClient { request in
            HTTPResponse(401, answer.replacing("%", with: request.headers["Authorization"] ?? "nothing"))
        }
        for (url, secrets) in [
            ("http://prometheus", [SecretFile(bearerToken: folder + "/token")]), ("http://user:s3cret@prometheus", []),
        ] {
            let configuration = try PrometheusConfiguration(baseURL: url, secrets: secrets)
            let error = await #expect(throws: PrometheusError.self) {
                try await PrometheusAPI(configuration, over: client).ask(QueryRequest("up"))
            }
            let text = error.map(String.init(describing:)) ?? ""
            #expect(text.contains("no: …") || text.contains("no: Bearer …"), "\(text)")
            #expect(!text.contains("s3cret") && !text.contains("dXNlcjpzM2NyZXQ"), "\(text)")
        }
    }
}
