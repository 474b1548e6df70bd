import HTTPService
import Testing

@Suite struct ServiceRequestTests {
    struct Target: Sendable, CustomTestStringConvertible {
        var target: String
        var segments: [String] = []
        var query: [String] = []

        var testDescription: String { target }
    }

    static let targets: [Target] = [
        Target(target: "/"),
        Target(target: "//api//v1/", segments: ["api", "v1"]),
        Target(target: "/a%20b/%E2%82%AC", segments: ["a b", "€"]),
        Target(target: "/a+b", segments: ["a+b"]),
        Target(target: "/q?a=1&b=&c&a=2", segments: ["q"], query: ["a=1", "b=", "c=", "a=2"]),
        Target(target: "/q?s=app%20in%20(x%2Cy)&e=1%2B1+2", segments: ["q"], query: ["s=app in (x,y)", "e=1+1 2"]),
        Target(target: "/q?a=b=c?d", segments: ["q"], query: ["a=b=c?d"]),
        Target(target: "/q?&&", segments: ["q"]),
    ]

    @Test(arguments: targets)
    func pathAndQueryAreDecoded(_ example: Target) throws {
        let request = try ServiceRequest(method: "GET", target: example.target)
        #expect(request.segments == example.segments)
        #expect(request.query.map { "\($0.name)=\($0.value)" } == example.query)
    }

    @Test(arguments: ["", "pods", "*", "/a%2", "/a%zz", "/%ff", "/q?x=%"])
    func brokenTargetsAreRefused(_ target: String) {
        #expect(throws: TargetError.self) { try ServiceRequest(method: "GET", target: target) }
    }

    @Test func aFormBodyIsReadLikeAQuery() throws {
        let request = try ServiceRequest(method: "POST", target: "/", body: Array("query=a%2Bb+c&time=1".utf8))
        #expect(try request.formItems().map(\.value) == ["a+b c", "1"])
    }

    @Test func headerNamesCompareWithoutCase() {
        var headers: HeaderFields = ["Accept": "a"]
        headers.append("ACCEPT", "b")
        #expect(headers["accept"] == "a")
        headers["accept"] = "c"
        #expect(headers.fields.map(\.value) == ["c"])
    }
}
