extension Command {
    /// Stands in the tables for help and completions; ``Program`` itself answers it.
    static let help = Command(
        CommandSpec(
            "help", "Describe a command",
            positionals: .init(
                "COMMAND", fewest: 0, most: 1, .words([]))),
        run: { _, _ in .done })
}
