// The recorded form of the flags, as it stands in the first line of a trace. Durations are whole nanoseconds.

extension ControllerFlags: Codable {
    private enum CodingKeys: String, CodingKey {
        case tolerance, downscaleStabilization, cpuInitializationPeriod, initialReadinessDelay, allowsScaleToZero
    }

    /// Reads the recorded form; what is not there has kube-controller-manager's default.
    ///
    /// - Throws: `DecodingError` for a mistyped field.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func duration(_ key: CodingKeys, _ fallback: Duration) throws -> Duration {
            try container.decodeIfPresent(Int64.self, forKey: key).map { .nanoseconds($0) } ?? fallback
        }
        let defaults = ControllerFlags.defaults
        self.init(
            tolerance: try container.decodeIfPresent(Double.self, forKey: .tolerance) ?? defaults.tolerance,
            downscaleStabilization: try duration(.downscaleStabilization, defaults.downscaleStabilization),
            cpuInitializationPeriod: try duration(.cpuInitializationPeriod, defaults.cpuInitializationPeriod),
            initialReadinessDelay: try duration(.initialReadinessDelay, defaults.initialReadinessDelay),
            allowsScaleToZero: try container.decodeIfPresent(Bool.self, forKey: .allowsScaleToZero) ?? false)
    }

    /// Writes the recorded form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tolerance, forKey: .tolerance)
        try container.encode(downscaleStabilizationNanoseconds, forKey: .downscaleStabilization)
        try container.encode(cpuInitializationPeriodNanoseconds, forKey: .cpuInitializationPeriod)
        try container.encode(initialReadinessDelayNanoseconds, forKey: .initialReadinessDelay)
        try container.encode(allowsScaleToZero, forKey: .allowsScaleToZero)
    }
}
