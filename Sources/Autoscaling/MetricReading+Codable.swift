// The recorded form of a reading: exactly one of `pods`, `value`, `series` and `failed`.

extension MetricReading: Codable {
    private enum CodingKeys: String, CodingKey {
        case pods, value, series, failed, time
    }

    /// Reads the recorded form.
    ///
    /// - Throws: `DecodingError` for a missing or mistyped field.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let time = try container.decodeIfPresent(Timestamp.self, forKey: .time) ?? .distantPast
        if let pods = try container.decodeIfPresent(PodReadings.self, forKey: .pods) {
            self = .pods(pods)
        } else if let value = try container.decodeIfPresent(Int64.self, forKey: .value) {
            self = .value(milli: value, at: time)
        } else if let series = try container.decodeIfPresent([Int64].self, forKey: .series) {
            self = .series(series, at: time)
        } else {
            self = .failed(try container.decode(Failure.self, forKey: .failed))
        }
    }

    /// Writes the recorded form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .pods(let pods): try container.encode(pods, forKey: .pods)
        case .value(let milli, let time):
            try container.encode(milli, forKey: .value)
            try container.encode(time, forKey: .time)
        case .series(let series, let time):
            try container.encode(series, forKey: .series)
            try container.encode(time, forKey: .time)
        case .failed(let failure): try container.encode(failure, forKey: .failed)
        }
    }
}

extension PodReadings: Codable {
    private enum CodingKeys: String, CodingKey {
        case samples, unmatched, requests, requestFailure
    }

    private struct Sample: Codable {
        var value: Int64
        var time: Timestamp?
        var window: Int64
    }

    /// Reads the recorded form.
    ///
    /// - Throws: `DecodingError` for a missing or mistyped field.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let samples = try container.decode([Sample?].self, forKey: .samples)
        self.init(
            samples: samples.map { sample in
                sample.map {
                    PodSample(value: $0.value, time: $0.time ?? .distantPast, windowNanoseconds: $0.window)
                } ?? .missing
            },
            unmatched: try container.decodeIfPresent([Int64].self, forKey: .unmatched) ?? [],
            requests: PodRequests(
                milliValues: try container.decodeIfPresent([Int64].self, forKey: .requests) ?? [],
                failure: try container.decodeIfPresent(PodRequests.Failure.self, forKey: .requestFailure)))
    }

    /// Writes the recorded form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let records = samples.map { sample in
            sample.isMissing
                ? nil
                : Sample(
                    value: sample.value, time: sample.time == .distantPast ? nil : sample.time,
                    window: sample.windowNanoseconds)
        }
        try container.encode(records, forKey: .samples)
        if !unmatched.isEmpty { try container.encode(unmatched, forKey: .unmatched) }
        if !requests.milliValues.isEmpty { try container.encode(requests.milliValues, forKey: .requests) }
        try container.encodeIfPresent(requests.failure, forKey: .requestFailure)
    }
}
