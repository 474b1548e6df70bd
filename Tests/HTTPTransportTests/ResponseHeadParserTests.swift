import Testing

@testable import HTTPTransport

@Suite struct ResponseHeadParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lines: [String]
        /// The last line's step.
        var step: ResponseHeadParser.Step
    }

    private static func head(_ status: Int, _ fields: HTTPHeaders) -> ResponseHeadParser.Step {
        .complete(ResponseHead(status: status, headers: fields))
    }

    static let cases = [
        Case(
            testDescription: "HTTP/1.1", lines: ["HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n"], step: head(200, ["A": "b"])
        ),
        Case(testDescription: "HTTP/2 has no reason", lines: ["HTTP/2 404 \r\n", "\r\n"], step: head(404, [:])),
        Case(testDescription: "no reason, no space", lines: ["HTTP/1.1 503\r\n", "\r\n"], step: head(503, [:])),
        Case(testDescription: "bare LF", lines: ["HTTP/1.0 200 OK\n", "A:b\n", "\n"], step: head(200, ["A": "b"])),
        Case(
            testDescription: "spaces around values, colons inside",
            lines: ["HTTP/1.1 200 OK\r\n", "Date: \t 10:00:00 \t\r\n", "\r\n"], step: head(200, ["Date": "10:00:00"])),
        Case(
            testDescription: "repeated and empty fields",
            lines: ["HTTP/1.1 200 OK\r\n", "W: 1\r\n", "W:\r\n", "\r\n"], step: head(200, ["W": "1", "W": ""])),
        Case(
            testDescription: "folded line", lines: ["HTTP/1.1 200 OK\r\n", "A: b\r\n", "  c\r\n", "\r\n"],
            step: head(200, ["A": "b c"])),
        Case(
            testDescription: "an interim head is forgotten",
            lines: ["HTTP/1.1 100 Continue\r\n", "A: b\r\n", "\r\n", "HTTP/1.1 201 Created\r\n", "C: d\r\n", "\r\n"],
            step: head(201, ["C": "d"])),
        Case(
            testDescription: "trailers are dropped", lines: ["HTTP/1.1 200 OK\r\n", "\r\n", "X-End: 1\r\n"], step: .more
        ),
        Case(
            testDescription: "status of two digits", lines: ["HTTP/1.1 20 OK\r\n"],
            step: .malformed("the status line is not HTTP")),
        Case(
            testDescription: "signed status", lines: ["HTTP/1.1 +20 OK\r\n"],
            step: .malformed("the status line is not HTTP")),
        Case(testDescription: "not HTTP", lines: ["ICY 200 OK\r\n"], step: .malformed("the status line is not HTTP")),
        Case(
            testDescription: "no colon", lines: ["HTTP/1.1 200 OK\r\n", "nonsense\r\n"],
            step: .malformed("a header line has no field name")),
        Case(
            testDescription: "no name", lines: ["HTTP/1.1 200 OK\r\n", ": value\r\n"],
            step: .malformed("a header line has no field name")),
        Case(
            testDescription: "too many bytes in all",
            lines: ["HTTP/1.1 200 OK\r\n", "\r\n"] + [String](repeating: "X-End: 0123456789\r\n", count: 10),
            step: .malformed("the response header is larger than 128 bytes")),
    ]

    @Test(arguments: cases) func lastLineDecides(_ test: Case) {
        var parser = ResponseHeadParser(maximumBytes: 128)
        let steps = test.lines.map { line in Array(line.utf8).withUnsafeBytes { parser.receive(line: $0) } }
        #expect(steps.last == test.step)
    }
}
