import Autoscaling
import KubernetesTypes
import Manifests
import Recordings
import Testing

@Suite struct YAMLEncoderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var value: String
        var text: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(value: "plain text", text: "plain text"), Case(value: "", text: "\"\""), Case(value: "on", text: "\"on\""),
        Case(value: "1e3", text: "\"1e3\""), Case(value: "~", text: "\"~\""), Case(value: "null", text: "\"null\""),
        Case(value: "0644", text: "\"0644\""), Case(value: "250m", text: "250m"), Case(value: "a: b", text: "\"a: b\""),
        Case(value: "a:b", text: "a:b"), Case(value: "a #b", text: "\"a #b\""), Case(value: "a#b", text: "a#b"),
        Case(value: " a", text: "\" a\""), Case(value: "a ", text: "\"a \""), Case(value: "- a", text: "\"- a\""),
        Case(value: "-a", text: "\"-a\""), Case(value: "*a", text: "\"*a\""), Case(value: "a,b", text: "\"a,b\""),
        Case(value: "12:30:45", text: "\"12:30:45\""), Case(value: "2026-01-02", text: "\"2026-01-02\""),
        Case(value: "1_000", text: "\"1_000\""), Case(value: "0x1F", text: "\"0x1F\""),
        Case(value: "a\tb", text: "\"a\\tb\""),
        Case(value: "ü", text: "\"ü\""), Case(value: "a\nb", text: "|-\n  a\n  b"),
        Case(value: "a\n\n b\n", text: "|\n  a\n\n   b"),
        Case(value: "a\n\n", text: "|+\n  a\n"), Case(value: "\na", text: "\"\\na\""),
        Case(value: "\u{FEFF}x", text: "\"\\ufeffx\""),
        Case(value: "---", text: "\"---\""), Case(value: "say \"x\\y\"", text: "say \"x\\y\""),
        Case(value: "\"", text: "\"\\\"\""),
    ])
    func textsAreQuotedWhereNeeded(_ test: Case) {
        #expect(
            YAMLEncoder().encode(OrderedValue.fields([.init(name: "k", value: .text(test.value))]))
                == "k: \(test.text)\n")
    }

    @Test func fieldsStandInTheOrderOfEncoding() throws {
        let autoscaler = HorizontalPodAutoscaler(
            apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler",
            metadata: ObjectMeta(name: "web", labels: ["b": "2", "a": "on"]),
            spec: .init(
                scaleTargetRef: .init(apiVersion: "apps/v1", kind: "Deployment", name: "web"), maxReplicas: 5,
                metrics: [
                    .init(
                        type: "Resource",
                        resource: .init(name: "cpu", target: .init(type: "Utilization", averageUtilization: 80)))
                ]))
        let expected = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata:
              name: web
              labels:
                a: "on"
                b: "2"
            spec:
              scaleTargetRef:
                apiVersion: apps/v1
                kind: Deployment
                name: web
              maxReplicas: 5
              metrics:
              - type: Resource
                resource:
                  name: cpu
                  target:
                    type: Utilization
                    averageUtilization: 80

            """
        #expect(try YAMLEncoder().encode(autoscaler) == expected)
        let again = try YAMLDecoder().decode(HorizontalPodAutoscaler.self, from: Array(expected.utf8), file: "f")
        #expect(again == autoscaler)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func everythingIsReadBackAsItWas(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<150 {
            let value = YAMLEncoderTests.value(depth: 0, &random)
            let text = YAMLEncoder().encode(documents: [.fields([.init(name: "v", value: value)]), .list([value])])
            let documents = try YAMLParser.documents(of: Array(text.utf8), file: "f")
            try #require(documents.count == 2, "\(text)")
            #expect(documents[0]["v"].map(OrderedValue.init) == value, "\(text)")
            #expect(documents[1].items?.first.map(OrderedValue.init) == value, "\(text)")
        }
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> OrderedValue {
        switch Int.random(in: 0..<(depth < 4 ? 10 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int64(truncatingIfNeeded: random.next()))
        case 3:
            let number = Double(bitPattern: random.next())
            return number.isNaN ? .number(.infinity) : .number(number)
        case 4...6: return .text(text(&random))
        case 7...8:
            let items = (0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth + 1, &random) }
            return .list(items)
        default:
            var fields: [OrderedValue.Field] = []
            for index in 0..<Int.random(in: 0...3, using: &random) {
                fields.append(.init(name: text(&random) + "\(index)", value: value(depth: depth + 1, &random)))
            }
            return .fields(fields)
        }
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        let pieces = [
            "a", "B", "0", "1", "9", ".", "-", "+", "e", "x", ":", ": ", " ", "  ", "#", " #", "\n", "\n\n", "\t", "\"",
            "'", "\\",
            "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "~", "null", "true", "no", "---",
            "...", "<<",
            "=", "é", "😀", "\u{0}", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "\r", "_", "0x", "0o", ".inf",
            "2026-01-02",
        ]
        return (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined()
    }
}
