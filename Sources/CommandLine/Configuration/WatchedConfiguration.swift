internal import Controller

/// The configuration of a running controller: its flags, and a file over them that is read again when it has changed.
///
/// Content that cannot be read, or holds an error, is told and left: the last good one stands until it is mended.
struct WatchedConfiguration: ConfigurationSource {
    private let path: String
    private let flags: ControllerConfiguration
    private var seen: FileState
    private var problems: [String] = []
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
        self.flags = flags
        // Before the reading: a change in between is then seen at the next tick.
        seen = FileState(of: path)
        current = try ConfigurationFile(arguments).applied(to: flags)
    }

    mutating func configuration() -> ConfigurationReading {
        let state = FileState(of: path)
        if state != seen {
            seen = state
            do {
                current = try ConfigurationFile(reading: path).applied(to: flags)
                problems = []
                onChange(path)
            } catch {
                problems = ["\(error); the last good configuration stays in force"]
            }
        }
        return ConfigurationReading(current, problems: problems)
    }
}
