internal import Autoscaling
internal import KubernetesTypes

/// The section `guards` as it is written; decoding it is checking it.
struct WrittenGuards: Decodable {
    var policy = FleetPolicy()

    private enum Keys: String, CodingKey {
        case maxPodsAddedPerMinute, maxPodsAddedPerMinutePerNamespace, flapBudget, simultaneousChange
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        policy.maxPodsAddedPerMinute = try container.whole(.maxPodsAddedPerMinute, 1...1_000_000)
        policy.maxPodsAddedPerMinutePerNamespace = try container.whole(
            .maxPodsAddedPerMinutePerNamespace, 1...1_000_000)
        policy.flapBudget = try container.decodeIfPresent(FlapBudget.self, forKey: .flapBudget)?.rule
        policy.simultaneousChange = try container.decodeIfPresent(SimultaneousChange.self, forKey: .simultaneousChange)?
            .rule
    }

    private struct FlapBudget: Decodable {
        var rule: FleetPolicy.FlapBudget

        private enum Keys: String, CodingKey {
            case reversals, periodSeconds
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            rule = FleetPolicy.FlapBudget(
                reversals: Int(try container.neededWhole(.reversals, 1...Int32(DirectionChanges.capacity))),
                periodSeconds: Int64(try container.neededWhole(.periodSeconds, 60...604_800)))
        }
    }

    private struct SimultaneousChange: Decodable {
        var rule: FleetPolicy.SimultaneousChange

        private enum Keys: String, CodingKey {
            case share, atLeast, direction, holdSeconds
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            rule = FleetPolicy.SimultaneousChange(
                sharePercent: Int(try container.neededWhole(.share, 1...100)),
                atLeast: Int(try container.whole(.atLeast, 2...100_000) ?? 5),
                direction: try container.direction(.direction) ?? .down,
                holdSeconds: Int64(try container.neededWhole(.holdSeconds, 1...86_400)))
        }
    }
}

/// The section `freeze` as it is written.
struct WrittenFreeze: Decodable {
    var freeze: FleetPolicy.Freeze

    private enum Keys: String, CodingKey {
        case direction, reason, until
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let text = try container.decode(String.self, forKey: .until)
        guard let until = RFC3339.parse(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .until, in: container, debugDescription: "'\(text)' is no time such as 2026-03-13T20:00:00Z")
        }
        freeze = FleetPolicy.Freeze(
            try container.direction(.direction) ?? .both,
            reason: try container.decodeIfPresent(String.self, forKey: .reason) ?? "", until: until)
    }
}

extension KeyedDecodingContainer {
    fileprivate func whole(_ key: Key, _ allowed: ClosedRange<Int32>) throws -> Int32? {
        guard let number = try decodeIfPresent(Int32.self, forKey: key) else { return nil }
        guard allowed.contains(number) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self,
                debugDescription: "\(number) is not from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return number
    }

    fileprivate func neededWhole(_ key: Key, _ allowed: ClosedRange<Int32>) throws -> Int32 {
        if let number = try whole(key, allowed) { return number }
        return try decode(Int32.self, forKey: key)
    }

    fileprivate func direction(_ key: Key) throws -> Hold.Direction? {
        guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
        let directions: [String: Hold.Direction] = ["Up": .up, "Down": .down, "Both": .both]
        guard let direction = directions[text] else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "'\(text)' is none of Up, Down, Both")
        }
        return direction
    }
}
