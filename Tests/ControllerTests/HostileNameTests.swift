import Autoscaling
import HTTPService
import HTTPTransport
import PrometheusClient
import RealPrometheus
import Recordings
import Testing

/// Names and labels that try to be more than that, before a real Prometheus: each one finds its own series, or nothing is
/// asked.
@Suite(.timeLimit(.minutes(1)), .enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
struct HostileNameTests {
    static let texts: [String] = {
        var texts = [
            #"x"} or vector(1e9) or m{v=""#, #"\"#, #"\\"#, #"\""#, #"""#, "a\nb", #"a\nb"#, "a|b", ".*", ".+", "(",
            "[", "^$",
            "{{matchers}}", "{{object}}", "$1", "`", "# x", "a,b", "}", "{", "\u{1}", "\u{7f}", "\t", "é", "日本", "%00",
            "+Inf", #"')) or (up"#, #"x",namespace=~".*"#, #"{__name__=~".+"}"#, "a  b", "x\r\ny",
        ]
        var random = SeededGenerator(seed: 4)
        let alphabet = Array(#""\{}()[]|.*+?^$,=~!'`#:;@ abc"#) + ["\n", "\t"]
        for _ in 0..<120 {
            texts.append(
                String(
                    (0..<Int.random(in: 1...12, using: &random)).map { _ in
                        alphabet[Int.random(in: alphabet.indices, using: &random)]
                    }))
        }
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }()

    /// The series `m` with each text as its label `v`: the first has the value 1, the second 2, and so on.
    private static var page: String {
        texts.enumerated().map { index, text in
            // By scalars: a carriage return and a line feed are one character.
            let escaped = text.unicodeScalars.map { scalar in
                switch scalar {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(scalar)
                }
            }.joined()
            return "m{v=\"\(escaped)\"} \(index + 1)\n"
        }.joined()
    }

    @Test func everyTextIsALiteral() async throws {
        let exporter = try HTTPServer { _ in .text(Self.page, contentType: "text/plain; version=0.0.4") }
        let target = PrometheusProcess.Target(job: "m", address: "127.0.0.1:\(exporter.port)")
        try await PrometheusProcess.run(scraping: [target], interval: .milliseconds(500)) { prometheus in
            let transport = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
            let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)
            func number(_ question: MetricQuestion) async throws -> Double {
                try await api.ask(QueryRequest(question.value)).number(of: question.value).get()
            }
            var isThere = false
            for _ in 0..<300 where !isThere {
                if case .vector(let vector) = try await api.ask(QueryRequest("count(m) == \(Self.texts.count)")).result
                {
                    isThere = !vector.isEmpty
                }
                if !isThere { try await Task.sleep(for: .milliseconds(50)) }
            }
            try #require(isThere)
            let rules = MetricRules([
                try Self.rule("object", "sum(m{v={{object}}})"),
                try Self.rule("namespace", "sum(m{v={{namespace}}})"),
            ])
            let total = Double(Self.texts.count * (Self.texts.count + 1) / 2)
            for (index, text) in Self.texts.enumerated() {
                let (value, next) = (Double(index + 1), Self.texts[(index + 1) % Self.texts.count])
                let both = value + Double((index + 1) % Self.texts.count + 1)
                func external(_ selector: LabelSelector) throws -> MetricQuestion {
                    try rules.external(MetricIdentifier(name: "m", selector: selector), namespace: "shop")
                }
                func among(_ word: String) -> LabelSelector {
                    LabelSelector(matchExpressions: [.init(key: "v", operator: word, values: [text, next])])
                }
                #expect(try await number(external(LabelSelector(matchLabels: ["v": text]))) == value, "\(text)")
                #expect(try await number(external(among("In"))) == both, "\(text)")
                #expect(try await number(external(among("NotIn"))) == total - both, "\(text)")
                for name in ["object", "namespace"] {
                    let object = CrossVersionObjectReference(apiVersion: "v1", kind: "Service", name: text)
                    let question = try rules.object(MetricIdentifier(name: name), object, namespace: text)
                    #expect(try await number(question) == value, "\(name): \(text)")
                }
                // A name of a metric is no place for it, be it the name itself or what a rule captures of it.
                #expect(throws: MetricQuestionFault.self) {
                    try rules.external(MetricIdentifier(name: "m" + text + "}"), namespace: "shop")
                }
            }
            await transport.shutDown()
        }
        await exporter.stop()
    }

    private static func rule(_ name: String, _ query: String) throws -> MetricRule {
        MetricRule(
            type: .object, name: try #require(MetricRule.NamePattern(name)), query: try MetricTemplate(query))
    }
}
