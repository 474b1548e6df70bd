/// Help, made from the commands' tables. Plain text: it reads the same in a pager and in a file.
struct HelpText {
    private let invocation: Invocation

    init(_ invocation: Invocation) {
        self.invocation = invocation
    }

    /// As wide as a terminal that nobody has resized.
    private static let width = 80

    /// What `swiftlet help` says.
    func overview(_ commands: [CommandSpec]) -> String {
        let longest = commands.map(\.name.count).max() ?? 0
        var lines = [
            "swiftlet decides how many replicas a workload should have, as the HPA of",
            "Kubernetes does, from metrics in Prometheus, and explains every decision.",
            "",
            "Usage: \(invocation.name) COMMAND [OPTIONS]",
            "",
            "Commands:",
        ]
        for command in commands {
            lines.append("  " + padded(command.name, longest) + "  " + command.summary)
        }
        lines.append("")
        lines += paragraph(
            "Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 a server could not be reached or refused. "
                + "'swiftlet help COMMAND' describes a command.")
        return lines.joined(separator: "\n") + "\n"
    }

    /// What `swiftlet help COMMAND` and `swiftlet COMMAND --help` say.
    func text(_ command: CommandSpec) -> String {
        var blocks = [[command.summary + "."], ["Usage: " + usage(command)]]
        blocks += command.discussion.map { paragraph($0) }
        blocks.append(["Options:"] + command.options.flatMap(lines))
        if !command.examples.isEmpty {
            blocks.append(
                ["Examples:"] + command.examples.flatMap { ["  # \($0.meaning)", "  \(invocation.spelled($0.call))"] })
        }
        return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    func usage(_ command: CommandSpec) -> String {
        var words = [invocation.name, command.name, "[OPTIONS]"]
        let positionals = command.positionals
        if positionals.most != 0 {
            let dots = positionals.most == nil ? "…" : ""
            let name = positionals.placeholder + dots
            words.append(positionals.fewest == 0 ? "[\(name)]" : name)
        }
        return words.joined(separator: " ")
    }

    /// The option on one line, what it does on the next ones.
    private func lines(_ option: OptionSpec) -> [String] {
        var names = option.spellings.prefix(option.letter == nil ? 1 : 2).joined(separator: ", ")
        if let value = option.value { names += " " + value.placeholder }
        var summary = option.summary
        if let text = option.defaultText { summary += " (default \(text))" }
        if option.isRepeatable { summary += "; may be repeated" }
        if let alias = option.aliases.first { summary += "; also --\(alias)" }
        return ["  " + names] + paragraph(summary, indent: "      ")
    }

    /// Calls in it are spelled as they work here, before the lines are broken.
    private func paragraph(_ text: String, indent: String = "") -> [String] {
        Paragraph.lines(invocation.spelled(text), width: Self.width, indent: indent)
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
