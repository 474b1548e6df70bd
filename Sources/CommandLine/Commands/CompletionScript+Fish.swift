extension CompletionScript {
    /// One `complete` for each command, option and value.
    var fish: String {
        var lines = ["# Completions of swiftlet for fish.", "complete -c swiftlet -f"]
        for command in commands {
            lines.append(
                "complete -c swiftlet -n __fish_use_subcommand -a \(command.name) -d '\(Self.quoted(command.summary))'")
        }
        for command in commands {
            let condition = "complete -c swiftlet -n '__fish_seen_subcommand_from \(command.name)'"
            for option in command.options {
                let names = option.spellings.map { spelling in
                    spelling.hasPrefix("--") ? "-l \(spelling.dropFirst(2))" : "-s \(spelling.dropFirst())"
                }
                let value = option.value.map { fishValue($0.completion) } ?? ""
                lines.append(
                    "\(condition) \(names.joined(separator: " "))\(value) -d '\(Self.quoted(option.summary))'")
            }
            switch command.positionals.completion {
            case .files: lines.append("\(condition) -F")
            case .words(let words): lines.append("\(condition) -a '\(words.joined(separator: " "))'")
            case .nothing: continue
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func fishValue(_ completion: OptionSpec.Value.Completion) -> String {
        switch completion {
        case .nothing: " -x"
        case .files: " -r -F"
        case .words(let words): " -x -a '\(words.joined(separator: " "))'"
        }
    }

    /// Safe between single quotes.
    private static func quoted(_ text: String) -> String {
        text.reduce(into: "") { $0 += "'\\".contains($1) ? "\\\($1)" : String($1) }
    }
}
