import Autoscaling
import FoundationEssentials
import PrometheusClient

extension FuzzTarget {
    /// Answers to instant and range queries, and errors.
    ///
    /// What the reader takes is JSON for another reader too; which labels were asked for changes no number.
    static let prometheusAnswer = FuzzTarget("prometheus-answer") { bytes in
        let all = try VectorReader.read(bytes)
        try require(
            (try? JSONDecoder().decode(AnyJSON.self, from: Data(bytes))) != nil, "it is read, and it is no JSON")
        let some = try again("with labels chosen it is refused") {
            try VectorReader.read(bytes, labels: .only(["pod", "namespace"]))
        }
        switch (all, some) {
        case (.success(let all), .success(let some)):
            try require(numbers(of: all) == numbers(of: some), "the labels that are asked for change the numbers")
            switch all.number(of: "q") {
            case .success(let number): try require(number.isFinite, "a number to scale on is not finite")
            case .failure(let unusable): try require(!unusable.description.isEmpty, "a failure without words")
            }
            _ = all.doubt
        case (.failure(let left), .failure(let right)):
            try require(left == right, "the labels that are asked for change the error")
        default: throw BrokenProperty("the labels that are asked for change the outcome")
        }
    }

    private static func numbers(of answer: QueryAnswer) -> [String] {
        switch answer.result {
        case .vector(let vector): vector.map { "\($0.time.nanoseconds) \($0.value)" }
        case .matrix(let matrix):
            matrix.map { series in
                "\(series.histogramCount) " + series.points.map { "\($0.time.nanoseconds) \($0.value)" }.joined()
            }
        case .scalar(let time, let value): ["\(time.nanoseconds) \(value)"]
        case .string(let time, let value): ["\(time.nanoseconds) \(value)"]
        }
    }

    /// Rules as the configuration has them: a template that is taken becomes a query whose quotes and brackets close,
    /// whatever fills its places.
    static let metricRules = FuzzTarget("metric-rules", longestInput: 512) { bytes in
        let parts = bytes.split(separator: 0x0a, maxSplits: 3, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 4, let pattern = parts[0].text, let name = parts[1].text, let value = parts[2].text,
            let text = parts[3].text, let named = MetricRule.NamePattern(pattern)
        else { return }
        let template = try MetricTemplate(text)
        let identifier = MetricIdentifier(name: name, selector: LabelSelector(matchLabels: ["a": value]))
        let object = CrossVersionObjectReference(kind: "Service", name: value)
        for type in MetricRule.MetricType.allCases {
            let rules = MetricRules([MetricRule(type: type, name: named, query: template)])
            let question =
                switch type {
                case .pods: try? rules.pods(identifier, namespaces: [value, "shop"])
                case .object: try? rules.object(identifier, object, namespace: value)
                case .external: try? rules.external(identifier, namespace: value)
                }
            for expression in question?.expressions ?? [] {
                try require(PromQLText(expression).isClosed, "\(expression) has an open quote or bracket")
            }
        }
    }

    /// Names and labels in queries without rules: exactly one selector comes of them, with exactly those values.
    static let promQLNames = FuzzTarget("promql-names", longestInput: 256) { bytes in
        let parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0).text }
        let words = parts.compactMap(\.self)
        guard words.count == parts.count, words.count >= 3 else { return }
        let values = Array(words[2...])
        let selector = LabelSelector(
            matchLabels: ["a": values[0]],
            matchExpressions: [.init(key: "b", operator: "In", values: values)])
        let question = try MetricRules().external(
            MetricIdentifier(name: words[0], selector: selector), namespace: words[1])
        var matchers = [("namespace", "=~", "\(pattern(words[1]))|"), ("a", "=", values[0])]
        matchers.append(
            values.count == 1 ? ("b", "=", values[0]) : ("b", "=~", values.map(pattern).joined(separator: "|")))
        for expression in question.expressions {
            let found = try again("no one selector is in \(expression)") { try PromQLText(expression).selector() }
            try require(found.name == words[0], "\(expression): another name")
            try require(
                found.matchers.count == matchers.count
                    && zip(found.matchers, matchers).allSatisfy {
                        $0.0 == $1.0 && $0.1 == $1.1 && $0.2.utf8.elementsEqual($1.2.utf8)
                    },
                "\(expression): other matchers than \(matchers)")
        }
    }

    /// Go's `regexp.QuoteMeta`.
    private static func pattern(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if #"\.+*?()|[]{}^$"#.unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}

/// Whether bytes are JSON at all, and nothing more.
private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {}
}
