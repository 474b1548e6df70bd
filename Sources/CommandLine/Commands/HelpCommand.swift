extension Command {
    /// Stands in the tables for help and completions; ``Program`` itself answers it.
    static let help = Command(
        CommandSpec(
            "help", "Describe a command",
            positionals: .init(
                "COMMAND", fewest: 0, most: 1, .words([])),
            examples: [
                .init("swiftlet help", "The commands"),
                .init("swiftlet help plan", "What a command does, its options, and calls to copy"),
            ]),
        run: { _, _ in .done })
}
