/// One command: its table, and what it does.
package struct Command: Sendable {
    package var spec: CommandSpec
    package var run: @Sendable (Arguments, Console) async throws -> ExitCode

    package init(
        _ spec: CommandSpec, run: @escaping @Sendable (Arguments, Console) async throws -> ExitCode
    ) {
        self.spec = spec
        self.run = run
    }

    /// Every command, in the order of the help.
    package static let all: [Command] = [
        .run, .plan, .shadowReport, .replay, .compare, .tune, .record, .validate, .convert, .demo, .version,
        .completions, .help,
    ]

    /// For packagers and for shells: they work, and no list shows them.
    package static let hidden: [Command] = [.man, .complete]
}
