internal import PrometheusClient

/// A rule of `metricRules` as it is written; decoding it is checking it.
struct WrittenRule: Decodable {
    var rule: MetricRule

    private enum Keys: String, CodingKey {
        case type, name, query, window
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        func refuse(_ key: Keys, _ message: String) -> DecodingError {
            .dataCorruptedError(forKey: key, in: container, debugDescription: message)
        }
        let typeText = try container.decode(String.self, forKey: .type)
        guard let type = MetricRule.MetricType(rawValue: typeText) else {
            let known = MetricRule.MetricType.allCases.map(\.rawValue).joined(separator: ", ")
            throw refuse(.type, "'\(typeText)' is none of \(known)")
        }
        let nameText = try container.decode(String.self, forKey: .name)
        guard let name = MetricRule.NamePattern(nameText) else {
            throw refuse(.name, "'\(nameText)' is no name of a metric with at most one *")
        }
        let text = try container.decode(String.self, forKey: .query)
        let query: MetricTemplate
        do {
            query = try MetricTemplate(text)
        } catch {
            throw refuse(.query, "at character \(error.offset + 1): \(error.description)")
        }
        if query.has(.captured), !name.captures {
            throw refuse(.query, "{{captured}} is what the * of the name stands for, and \(name) has none")
        }
        if query.has(.object), type != .object {
            throw refuse(
                .query, "{{object}} is the object of an Object metric, and this is a rule for \(type.rawValue)")
        }
        var window: Duration?
        if let text = try container.decodeIfPresent(String.self, forKey: .window) {
            guard let duration = DurationText.duration(text), duration > .zero else {
                throw refuse(.window, "'\(text)' is no duration over 0s such as 2m")
            }
            window = duration
        }
        rule = MetricRule(type: type, name: name, query: query, window: window)
    }
}
