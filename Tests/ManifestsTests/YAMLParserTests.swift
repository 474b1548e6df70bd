import Manifests
import Testing

@Suite struct YAMLParserTests {
    struct Plain: Sendable, CustomTestStringConvertible {
        var text: String
        var value: YAMLScalar.Value
        var testDescription: String { "'\(text)'" }
    }

    @Test(arguments: [
        Plain(text: "", value: .null), Plain(text: "~", value: .null), Plain(text: "null", value: .null),
        Plain(text: "nul", value: .text), Plain(text: "true", value: .bool(true)),
        Plain(text: "on", value: .bool(true)),
        Plain(text: "No", value: .bool(false)), Plain(text: "tRue", value: .text), Plain(text: "5", value: .integer(5)),
        Plain(text: "-5", value: .integer(-5)), Plain(text: "+5", value: .integer(5)),
        Plain(text: "0", value: .integer(0)),
        Plain(text: "0x10", value: .integer(16)), Plain(text: "0o17", value: .integer(15)),
        Plain(text: "0x", value: .text), Plain(text: "0x-1", value: .text), Plain(text: "017", value: .ambiguousNumber),
        Plain(text: "08", value: .ambiguousNumber), Plain(text: "00.5", value: .ambiguousNumber),
        Plain(text: "0.5", value: .number(0.5)), Plain(text: ".5", value: .number(0.5)),
        Plain(text: "5.", value: .number(5)),
        Plain(text: "1e3", value: .number(1000)), Plain(text: "1e", value: .text),
        Plain(text: "1e+3", value: .number(1000)),
        Plain(text: ".", value: .text), Plain(text: "-", value: .text), Plain(text: "1.2.3", value: .text),
        Plain(text: "1_000", value: .text), Plain(text: "250m", value: .text),
        Plain(text: "-.inf", value: .number(-.infinity)),
        Plain(text: "9223372036854775807", value: .integer(.max)),
        Plain(text: "9223372036854775808", value: .number(0x1p63)), Plain(text: "2026-01-01", value: .text),
        Plain(text: "inf", value: .text), Plain(text: "0x1p3", value: .text), Plain(text: "١", value: .text),
    ])
    func plainScalarsResolve(_ test: Plain) {
        #expect(YAMLScalar(text: test.text, isPlain: true).value == test.value)
        #expect(YAMLScalar(text: test.text, isPlain: false).value == .text)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var text: String
        var message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        Fault(
            text: "a: &x 1\nb: *x\n", message: "f:1:4: anchors and aliases (& and *) are not read, write the value out"),
        Fault(text: "b: *x\n", message: "f:1:4: anchors and aliases (& and *) are not read, write the value out"),
        Fault(text: "a: !!str 5\n", message: "f:1:4: tags are not read, remove tag:yaml.org,2002:str"),
        Fault(text: "a: 1\nb: 2\na: 3\n", message: "f:3:1: the key a stands here twice, first at 1:1"),
        Fault(text: "x: {a: 1, \"a\": 2}\n", message: "f:1:11: the key a stands here twice, first at 1:5"),
        Fault(text: "on: 1\n", message: "f:1:1: the key is the boolean on in YAML, write it in quotes"),
        Fault(text: "? [a]\n: 1\n", message: "f:1:3: a key must be a text, not a list or a mapping"),
        Fault(text: "<<: {a: 1}\n", message: "f:1:1: merge keys (<<) are not read, write the fields out"),
        Fault(
            text: "a:\n  - b\n c: d\n",
            message: "f:3:2: did not find expected key (while parsing a block mapping at line 1)"),
        Fault(
            text: "a: 1\nb: \"x\nc: 3\n",
            message: "f:2:4: found unexpected end of stream while scanning a quoted scalar"),
        Fault(
            text: "a:\n\tb: 1\n",
            message: "f:2:1: found character that cannot start any token (while scanning for the next token at line 2)"),
        Fault(text: String(repeating: "[", count: 200), message: "f:1:102: is nested more than 100 levels deep"),
        Fault(text: "a: \u{1}\n", message: "f:1:1: control characters are not allowed"),
    ])
    func faultsHaveAPlace(_ test: Fault) {
        let error = #expect(throws: Diagnostic.self) {
            try YAMLParser.documents(of: Array(test.text.utf8), file: "f")
        }
        #expect(error?.description == test.message)
    }

    @Test func documentsAreSeparatedAndEmptyOnesLeftOut() throws {
        let text = "---\n---\na: 1\n...\n---\n# only a comment\n---\nb: [x, {c: d}]\n"
        let documents = try YAMLParser.documents(of: Array(text.utf8), file: "f")
        #expect(documents.map(\.mark) == [Mark(line: 3, column: 1), Mark(line: 8, column: 1)])
        #expect(documents.last?["b"]?.items?.last?["c"]?.text == "d")
        #expect(try YAMLParser.documents(of: [], file: "f").isEmpty)
    }

    @Test func jsonIsReadWithItsEscapes() throws {
        let text = "{\"a\":\"\\ud83d\\ude00\\/\\u00e9\\\\ud83d\",\n\t\"b\": [1,-2.5e3,true,null],\"c\":{}}"
        let document = try #require(try YAMLParser.documents(of: Array(text.utf8), file: "f").first)
        #expect(document["a"]?.text == "😀/é\\ud83d")
        #expect(OrderedValue(try #require(document["b"])) == .list([.integer(1), .number(-2500), .bool(true), .null]))
    }

    @Test func marksAreThoseOfTheNearestNode() throws {
        let text = "spec:\n  metrics:\n  - type: Pods\n    pods: {}\n  maxReplicas: 5\n"
        let document = try #require(try YAMLParser.documents(of: Array(text.utf8), file: "f").first)
        let spec = FieldPath([.field("spec")])
        #expect(document.mark(nearest: spec.child("maxReplicas")) == Mark(line: 5, column: 16))
        #expect(document.mark(nearest: spec.child("minReplicas")) == Mark(line: 1, column: 1))
        let metric = spec.child("metrics").index(0)
        #expect(document.mark(nearest: metric.child("pods").child("target")) == Mark(line: 4, column: 5))
        #expect(document.mark(nearest: metric) == Mark(line: 3, column: 5))
        #expect(document.mark(nearest: spec.child("metrics").index(7)) == Mark(line: 2, column: 3))
    }
}
