internal import Controller

/// The configuration of a running controller: its flags, and a file over them that is read again when it has changed.
///
/// Content that cannot be read, or holds an error, is told and left: the last good one stands until it is mended.
struct WatchedConfiguration: ConfigurationSource {
    private let path: String
    private let arguments: Arguments
    private let flags: ControllerConfiguration
    /// How Prometheus was said to be reached at the start: connections are not made anew.
    private let first: PrometheusSection
    private var seen: FileState
    private var problems: [String] = []
    /// The last good content.
    private(set) var file: ConfigurationFile
    /// What the last good content makes of the flags.
    private(set) var current: ControllerConfiguration
    /// Called with the path when new content is in force.
    var onChange: @Sendable (String) -> Void = { _ in }

    /// Reads the file that `--config` names.
    ///
    /// - Returns: `nil` where it names none.
    /// - Throws: ``CommandFailure`` with the place of what is wrong: there is no last good content yet.
    init?(_ arguments: Arguments, over flags: ControllerConfiguration) throws {
        guard let path = try arguments[ConfigurationFile.option] else { return nil }
        self.path = path
        self.arguments = arguments
        self.flags = flags
        // Before the reading: a change in between is then seen at the next tick.
        seen = FileState(of: path)
        file = try ConfigurationFile(arguments)
        first = file.prometheus
        current = try file.applied(to: flags, arguments)
    }

    mutating func configuration() -> ConfigurationReading {
        let state = FileState(of: path)
        if state != seen {
            seen = state
            do {
                file = try ConfigurationFile(reading: path)
                current = try file.applied(to: flags, arguments)
                let isSame =
                    file.prometheus.endpoints == first.endpoints && file.prometheus.queryTimeout == first.queryTimeout
                problems =
                    isSame
                    ? []
                    : [
                        "\(path): prometheus.endpoints or queryTimeout has changed, which counts when swiftlet is "
                            + "started again"
                    ]
                onChange(path)
            } catch {
                problems = ["\(error); the last good configuration stays in force"]
            }
        }
        return ConfigurationReading(current, problems: problems)
    }
}
