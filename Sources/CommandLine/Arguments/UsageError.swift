/// What is wrong with how a command was called: exit code 2.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence: what is wrong and what to write instead.
    package var message: String
    /// The command that was being read; `nil` before one was found.
    package var command: String?

    package init(_ message: String, command: String? = nil) {
        self.message = message
        self.command = command
    }

    package var description: String {
        let help = command.map { "swiftlet help \($0)" } ?? "swiftlet help"
        return "\(message) (see '\(help)')"
    }
}
