import HTTPService
import Testing

@Suite struct RoutesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method = "GET"
        var target: String
        var status = 200
        var body: String
        var allow: String?

        var testDescription: String { "\(method) \(target)" }
    }

    static let cases: [Case] = [
        Case(target: "/", body: "root"),
        Case(target: "/pods/web-1", body: "pod web-1"),
        Case(target: "/pods/a%2Fb", body: "pod a/b"),
        Case(target: "/pods/new", body: "pod new"),
        Case(target: "/files/a/b", body: "files a/b"),
        Case(target: "/files", body: "files "),
        Case(method: "HEAD", target: "/pods/web-1", body: "pod web-1"),
        Case(method: "PUT", target: "/pods/web-1", body: "put web-1"),
        Case(target: "/nothing", status: 404, body: "404 page not found\n"),
        Case(target: "/pods/web-1/log", status: 404, body: "404 page not found\n"),
        Case(
            method: "DELETE", target: "/pods/web-1", status: 405, body: "405 method not allowed\n",
            allow: "GET, PUT, HEAD"),
    ]

    @Test(arguments: cases)
    func theFirstPatternThatFitsAnswers(_ example: Case) async throws {
        var routes = Routes()
        routes.on("GET", "/") { _ in .text("root") }
        routes.on("GET", "/pods/{name}") { .text("pod \($0.parameters["name"] ?? "-")") }
        routes.on("GET", "/pods/new") { _ in .text("never: the pattern above comes first") }
        routes.on("PUT", "/pods/{name}") { .text("put \($0.parameters["name"] ?? "-")") }
        routes.on("GET", "/files/{path...}") { .text("files \($0.parameters["path"] ?? "-")") }
        let response = await routes.respond(to: try ServiceRequest(method: example.method, target: example.target))
        #expect(response.status == example.status)
        #expect(response.headers["allow"] == example.allow)
        guard case .bytes(let bytes) = response.body else {
            Issue.record("not a plain body")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self) == example.body)
    }
}
