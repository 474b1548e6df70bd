internal import Glibc

/// What a command may write to, and what it may know of its surroundings.
package struct Console: Sendable {
    package var output: TextSink
    package var errors: TextSink
    package var environment: [String: String]
    /// How the program was called.
    package var invocation = Invocation.swiftlet
    /// Whether a person looks at the output as it comes.
    package var isTerminal: Bool
    /// Whether a person looks at the errors as they come: where progress is shown.
    package var errorsAreTerminal = false
    /// Colours for the output and for the errors.
    package var style: TextStyle
    package var errorStyle: TextStyle
    /// Columns of the terminal; `nil` where there is none, and lines may be as long as they like.
    package var width: @Sendable () -> Int?
    /// Where `-` is read from; `nil` is the process's own input.
    package var input: (@Sendable () -> [UInt8])?

    package init(
        output: TextSink, errors: TextSink, environment: [String: String] = [:], isTerminal: Bool = false,
        style: TextStyle = .plain, errorStyle: TextStyle = .plain, width: @escaping @Sendable () -> Int? = { nil },
        input: (@Sendable () -> [UInt8])? = nil
    ) {
        self.output = output
        self.errors = errors
        self.environment = environment
        self.isTerminal = isTerminal
        self.style = style
        self.errorStyle = errorStyle
        self.width = width
        self.input = input
    }

    /// The console of this process: colours only on a terminal that takes them, and not when `NO_COLOR` is set.
    package static func process(environment: [String: String]) -> Console {
        let takesColours = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let errorsAreTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        var console = Console(
            output: .descriptor(STDOUT_FILENO), errors: .descriptor(STDERR_FILENO), environment: environment,
            isTerminal: isTerminal && environment["TERM"] != "dumb",
            style: isTerminal && takesColours ? .coloured : .plain,
            errorStyle: isatty(STDERR_FILENO) == 1 && takesColours ? .coloured : .plain,
            width: { isTerminal ? terminalWidth() : nil })
        console.errorsAreTerminal = errorsAreTerminal
        return console
    }

    package func print(_ line: String) throws(OutputClosed) { try output.write(line + "\n") }

    /// A line on standard error. When that is closed, there is nobody to tell.
    package func complain(_ line: String) {
        try? errors.write(invocation.spelled(line) + "\n")
    }
}

/// Columns of the terminal on standard output, 80 when it does not say.
private func terminalWidth() -> Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
}
