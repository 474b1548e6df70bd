// JSON has no infinity and no NaN, and a ratio can be either: over no pods, or against a target of zero.

extension ReplicaProposal: Codable {
    private enum CodingKeys: String, CodingKey {
        case replicas, utilization, usage, usageRatio, correctedRatio, multiplier, pods, rule
    }

    /// Reads the recorded form.
    ///
    /// - Throws: `DecodingError` for a missing or mistyped field.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            replicas: try container.decode(Int32.self, forKey: .replicas),
            utilization: try container.decodeIfPresent(Int32.self, forKey: .utilization),
            usage: try container.decode(Int64.self, forKey: .usage),
            usageRatio: try container.decode(Ratio.self, forKey: .usageRatio).value,
            correctedRatio: try container.decodeIfPresent(Ratio.self, forKey: .correctedRatio)?.value,
            multiplier: try container.decode(Int64.self, forKey: .multiplier),
            pods: try container.decode(PodTally.self, forKey: .pods),
            rule: try container.decode(Rule.self, forKey: .rule))
    }

    /// Writes the recorded form; a ratio that is no number is written as Prometheus writes it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(replicas, forKey: .replicas)
        try container.encodeIfPresent(utilization, forKey: .utilization)
        try container.encode(usage, forKey: .usage)
        try container.encode(Ratio(value: usageRatio), forKey: .usageRatio)
        try container.encodeIfPresent(correctedRatio.map(Ratio.init), forKey: .correctedRatio)
        try container.encode(multiplier, forKey: .multiplier)
        try container.encode(pods, forKey: .pods)
        try container.encode(rule, forKey: .rule)
    }

    /// A double that is a number where it is finite, else Prometheus' text for it.
    private struct Ratio: Codable {
        var value: Double

        init(value: Double) {
            self.value = value
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                self.value = number
                return
            }
            switch try container.decode(String.self) {
            case "+Inf": self.value = .infinity
            case "-Inf": self.value = -.infinity
            case "NaN": self.value = .nan
            default: throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a ratio")
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if value.isFinite {
                try container.encode(value)
            } else {
                try container.encode(value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf")
            }
        }
    }
}
