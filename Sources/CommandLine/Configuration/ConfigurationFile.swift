internal import Autoscaling
internal import Controller
internal import Files
internal import FoundationEssentials
package import Manifests
internal import PrometheusClient

/// What a file of `--config` says, for every command that decides. Each section is a field of its own, and what is not
/// written says nothing.
///
///     metricRules:
///     - type: External
///       name: queue-length
///       query: sum(rabbitmq_queue_messages{{{matchers}}})
package struct ConfigurationFile: Decodable, Sendable {
    /// How metrics that have a name are asked of Prometheus, in the order of the file.
    var metricRules: [MetricRule] = []
    /// Where Prometheus is, and which of its answers count.
    var prometheus = PrometheusSection()
    /// What is allowed over all autoscalers: the sections `guards` and `freeze`.
    var fleet = FleetPolicy()

    static let option = Option<String?>.text(
        "config", "FILE", completes: .files,
        "How Prometheus is reached, and rules for how metrics are asked; 'run' reads it again when it changes",
        defaultText: "none")

    /// The sections that there are.
    private enum Keys: String, CodingKey, CaseIterable {
        case metricRules, prometheus, guards, freeze
    }

    init() {}

    /// Decoding is checking: what cannot be used is a fault at its place.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let written = try container.decodeIfPresent([WrittenRule].self, forKey: .metricRules) ?? []
        metricRules = written.map(\.rule)
        prometheus = try container.decodeIfPresent(PrometheusSection.self, forKey: .prometheus) ?? PrometheusSection()
        fleet = try container.decodeIfPresent(WrittenGuards.self, forKey: .guards)?.policy ?? FleetPolicy()
        fleet.freeze = try container.decodeIfPresent(WrittenFreeze.self, forKey: .freeze)?.freeze
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: `Diagnostic` with the place of what is wrong.
    package init(reading bytes: [UInt8], file: String) throws(Diagnostic) {
        self = try YAMLDecoder().decode(ConfigurationFile.self, from: bytes, file: file)
    }

    /// Reads a file.
    ///
    /// - Throws: `Diagnostic` with the place of what is wrong.
    init(reading path: String) throws(Diagnostic) {
        guard let bytes = try? WholeFile.read(path, limit: 16 << 20) else {
            throw Diagnostic(
                file: path, mark: nil, message: "cannot be read; is it a file, and are you allowed to?")
        }
        try self.init(reading: bytes, file: path)
    }

    /// Reads the file that the arguments name; what nobody named says nothing.
    ///
    /// - Throws: ``CommandFailure`` with the place of what is wrong.
    init(_ arguments: Arguments) throws {
        guard let path = try arguments[Self.option] else {
            self.init()
            return
        }
        do {
            try self.init(reading: path)
        } catch {
            throw CommandFailure(.no, "--config: \(error)")
        }
    }

    /// Whether a document is meant as a configuration: it has a section of one, and is no object.
    static func isMeant(by document: YAMLNode) -> Bool {
        document["kind"] == nil && document["apiVersion"] == nil
            && Keys.allCases.contains { document[$0.rawValue] != nil }
    }

    /// Whether the section `guards` says anything.
    var hasGuards: Bool {
        var guards = fleet
        guards.freeze = nil
        return !guards.isEmpty
    }

    /// A configuration with what the file says in the place of what it says itself. Options go before the file.
    func applied(to base: ControllerConfiguration, _ arguments: Arguments) throws(UsageError) -> ControllerConfiguration
    {
        var configuration = base
        configuration.metricRules.rules = metricRules
        configuration.sampleAgeLimit =
            try arguments[MetricOptions.sampleAgeLimit] ?? prometheus.sampleAgeLimit ?? base.sampleAgeLimit
        configuration.minimumRateSamples =
            try arguments[MetricOptions.minimumRateSamples] ?? prometheus.minimumRateSamples ?? base.minimumRateSamples
        configuration.partialAnswers = prometheus.partialAnswers
        configuration.fleet = fleet.isEmpty ? nil : fleet
        return configuration
    }
}
