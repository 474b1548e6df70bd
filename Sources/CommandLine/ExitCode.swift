/// How a command ended, as the shell sees it.
package enum ExitCode: Int32, Sendable {
    /// Done.
    case done = 0
    /// The answer is no: invalid, or a decision that failed.
    case no = 1
    /// Called wrongly.
    case usage = 2
    /// A server could not be reached, or refused.
    case unreachable = 3
}

/// Why a command cannot go on.
package struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package var code: ExitCode
    /// One sentence: what is wrong, and what to do.
    package var description: String

    package init(_ code: ExitCode, _ description: String) {
        self.code = code
        self.description = description
    }
}
