internal import Autoscaling
internal import Manifests

/// Expectations as they are written.
struct ExpectationDocument: Decodable {
    var zone = ZoneOffset.utc
    var expect: [ExpectationEntry]

    private enum Keys: String, CodingKey {
        case timeZone, expect
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        if let text = try container.decodeIfPresent(String.self, forKey: .timeZone) {
            guard let parsed = ZoneOffset(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .timeZone, in: container, debugDescription: "is no offset such as UTC or +02:00")
            }
            zone = parsed
        }
        expect = try container.decode([ExpectationEntry].self, forKey: .expect)
    }
}

/// One of them.
struct ExpectationEntry: Decodable {
    var name: String
    var rule: Expectations.Rule

    private enum Keys: String, CodingKey {
        case name, score, flaps, by, between, atLeast, atMost, replicas, readyReplicas, utilization
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        func refuse(_ key: Keys, _ message: String) -> DecodingError {
            .dataCorruptedError(forKey: key, in: container, debugDescription: message)
        }
        func moment(_ text: String, _ key: Keys) throws -> Expectations.Moment {
            guard let moment = Expectations.Moment(text) else {
                throw refuse(key, "'\(text)' is no time such as 18:20 or 2026-01-02T18:20:00Z")
            }
            return moment
        }
        let written = try container.decodeIfPresent(String.self, forKey: .name)
        if let name = try container.decodeIfPresent(String.self, forKey: .score) {
            guard let score = ScoreName(rawValue: name) else {
                throw refuse(
                    .score,
                    "'\(name)' is no score; they are \(ScoreName.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let bounds = Expectations.Bounds(
                atLeast: try container.decodeIfPresent(Double.self, forKey: .atLeast),
                atMost: try container.decodeIfPresent(Double.self, forKey: .atMost))
            if bounds.atLeast == nil && bounds.atMost == nil {
                throw refuse(.atMost, "is missing; write atLeast, atMost or both")
            }
            self.name = written ?? "\(name) \(bounds.text)"
            rule = .score(score, bounds)
            return
        }
        if container.contains(.flaps) {
            let bounds = try container.bounds(.flaps)
            name = written ?? "flaps \(bounds.text)"
            rule = .score(.reversals, bounds)
            return
        }
        let (quantity, bounds) = try ExpectationEntry.quantity(container)
        if let text = try container.decodeIfPresent(String.self, forKey: .by) {
            name = written ?? "by \(text) \(quantity.rawValue) \(bounds.text)"
            rule = .by(try moment(text, .by), quantity, bounds)
        } else if let texts = try container.decodeIfPresent([String].self, forKey: .between) {
            guard texts.count == 2 else { throw refuse(.between, "must be two times") }
            name = written ?? "between \(texts[0]) and \(texts[1]) \(quantity.rawValue) \(bounds.text)"
            let (first, second) = (try moment(texts[0], .between), try moment(texts[1], .between))
            switch (first, second) {
            case (.timeOfDay, .timeOfDay): break
            case (.instant(let from), .instant(let to)) where from < to: break
            default: throw refuse(.between, "must be two times of day, or two instants of which the first is earlier")
            }
            rule = .between(first, second, quantity, bounds)
        } else {
            throw refuse(.score, "is missing; write one of score, flaps, by and between")
        }
    }

    private static func quantity(
        _ container: KeyedDecodingContainer<Keys>
    ) throws -> (Expectations.Quantity, Expectations.Bounds) {
        for (key, quantity) in [
            (Keys.replicas, Expectations.Quantity.replicas), (.readyReplicas, .readyReplicas),
            (.utilization, .utilization),
        ] where container.contains(key) {
            return (quantity, try container.bounds(key))
        }
        throw DecodingError.dataCorruptedError(
            forKey: .replicas, in: container,
            debugDescription: "is missing; write one of replicas, readyReplicas and utilization, or a score")
    }
}

private struct BoundsDocument: Decodable {
    var atLeast: Double?
    var atMost: Double?
}

extension KeyedDecodingContainer {
    /// `{atLeast: 4}`, `{atMost: 8}`, or both.
    fileprivate func bounds(_ key: Key) throws -> Expectations.Bounds {
        let written = try decode(BoundsDocument.self, forKey: key)
        guard written.atLeast != nil || written.atMost != nil else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "has no bound; write atLeast, atMost or both")
        }
        return Expectations.Bounds(atLeast: written.atLeast, atMost: written.atMost)
    }
}

extension Expectations.Moment {
    /// `18:20`, `18:20:30`, or a date and a time; an instant without a zone is read as UTC.
    fileprivate init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if text.utf8.count <= 8, (2...3).contains(parts.count) {
            let numbers = parts.compactMap { Int64($0) }
            guard numbers.count == parts.count, (0...24).contains(numbers[0]), (0...59).contains(numbers[1]),
                (0...59).contains(numbers.count > 2 ? numbers[2] : 0)
            else { return nil }
            let seconds = numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)
            guard seconds <= 86_400 else { return nil }
            self = .timeOfDay(seconds)
        } else if let instant = TraceTime.parse(text, zone: .utc), text.utf8.count >= 10 {
            self = .instant(instant)
        } else {
            return nil
        }
    }
}
