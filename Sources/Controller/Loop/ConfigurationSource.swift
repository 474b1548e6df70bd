/// Where the configuration of a running controller comes from: asked at the start of each tick.
///
/// What a decision looks at is in its observation, so that a changed configuration does not change how a journal replays.
package protocol ConfigurationSource: Sendable {
    /// The configuration as it is now, and what is wrong with its source.
    mutating func configuration() -> ConfigurationReading
}

/// What a source of configuration says.
package struct ConfigurationReading: Sendable {
    package var configuration: ControllerConfiguration
    /// What is wrong with the source now; the last good configuration stands.
    package var problems: [String]

    package init(_ configuration: ControllerConfiguration, problems: [String] = []) {
        self.configuration = configuration
        self.problems = problems
    }
}
