// The recorded form of an Observation: what `plan --save` writes, `plan --observation` reads, and a line of a trace.
//
// Times are whole nanoseconds since the epoch, so that what is read back decides as the original did. A pod's sample
// stands at the pod's own index; `null` is a pod without one.

extension Observation: Codable {
    private enum CodingKeys: String, CodingKey {
        case time, target, pods, readings, isScaledToZero, holds, schedules, forecast
    }

    /// Reads the recorded form.
    ///
    /// - Throws: `DecodingError` for a missing or mistyped field.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            time: try container.decode(Timestamp.self, forKey: .time),
            target: try container.decode(TargetState.self, forKey: .target),
            pods: try container.decodeIfPresent(PodSet.self, forKey: .pods) ?? PodSet(),
            readings: try container.decodeIfPresent([MetricReading].self, forKey: .readings) ?? [],
            isScaledToZero: try container.decodeIfPresent(Bool.self, forKey: .isScaledToZero) ?? false,
            holds: try container.decodeIfPresent([Hold].self, forKey: .holds) ?? [],
            schedules: try container.decodeIfPresent(ScheduleState.self, forKey: .schedules),
            forecast: try container.decodeIfPresent(ForecastReading.self, forKey: .forecast))
    }

    /// Writes the recorded form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time, forKey: .time)
        try container.encode(target, forKey: .target)
        try container.encode(pods, forKey: .pods)
        try container.encode(readings, forKey: .readings)
        if isScaledToZero { try container.encode(true, forKey: .isScaledToZero) }
        if !holds.isEmpty { try container.encode(holds, forKey: .holds) }
        try container.encodeIfPresent(schedules, forKey: .schedules)
        try container.encodeIfPresent(forecast, forKey: .forecast)
    }
}

extension TargetState: Codable {
    private enum CodingKeys: String, CodingKey {
        case specReplicas, statusReplicas, selector, unavailable
    }

    /// Reads the recorded form.
    ///
    /// - Throws: `DecodingError` for a missing or mistyped field.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let failure = try container.decodeIfPresent(Failure.self, forKey: .unavailable) {
            self = .unavailable(failure)
            return
        }
        self = .found(
            ObservedScale(
                specReplicas: try container.decode(Int32.self, forKey: .specReplicas),
                statusReplicas: try container.decode(Int32.self, forKey: .statusReplicas),
                selector: try container.decodeIfPresent(SelectorState.self, forKey: .selector) ?? .valid))
    }

    /// Writes the recorded form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .unavailable(let failure): try container.encode(failure, forKey: .unavailable)
        case .found(let scale):
            try container.encode(scale.specReplicas, forKey: .specReplicas)
            try container.encode(scale.statusReplicas, forKey: .statusReplicas)
            if scale.selector != .valid { try container.encode(scale.selector, forKey: .selector) }
        }
    }
}

extension PodSet: Codable {
    private struct Record: Codable {
        var name: String
        var phase: String
        var ready: String?
        var readyTransition: Timestamp?
        var startTime: Timestamp?
        var deleted: Bool?
    }

    private static let phases: [(PodState.Phase, String)] = [
        (.pending, "Pending"), (.running, "Running"), (.succeeded, "Succeeded"), (.failed, "Failed"),
        (.unknown, "Unknown"),
    ]
    private static let readiness: [(PodState.Readiness, String)] = [
        (.true, "True"), (.false, "False"), (.unknown, "Unknown"),
    ]

    /// Reads the recorded form.
    ///
    /// - Throws: `DecodingError` for a missing or mistyped field.
    public init(from decoder: any Decoder) throws {
        self.init()
        var container = try decoder.unkeyedContainer()
        while !container.isAtEnd {
            let record = try container.decode(Record.self)
            append(
                PodState(
                    phase: Self.phases.first { $0.1 == record.phase }?.0 ?? .unknown,
                    readiness: record.ready.map { text in
                        Self.readiness.first { $0.1 == text }?.0 ?? .unknown
                    } ?? .absent,
                    isDeleted: record.deleted ?? false, readyTransition: record.readyTransition ?? .distantPast,
                    startTime: record.startTime ?? .distantPast),
                named: record.name)
        }
    }

    /// Writes the recorded form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for (state, name) in zip(states, names) {
            try container.encode(
                Record(
                    name: name, phase: Self.phases.first { $0.0 == state.phase }?.1 ?? "",
                    ready: Self.readiness.first { $0.0 == state.readiness }?.1,
                    readyTransition: state.readyTransition == .distantPast ? nil : state.readyTransition,
                    startTime: state.startTime == .distantPast ? nil : state.startTime,
                    deleted: state.isDeleted ? true : nil))
        }
    }
}
