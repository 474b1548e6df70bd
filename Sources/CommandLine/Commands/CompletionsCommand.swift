extension Command {
    /// Shells that completions are written for.
    enum Shell: String, CaseIterable, Sendable {
        case bash, zsh, fish
    }

    /// `swiftlet completions`.
    static let completions = Command(
        CommandSpec(
            "completions", "Print the completions of a shell",
            positionals: .init(
                "SHELL", fewest: 1, most: 1, .words(Shell.allCases.map(\.rawValue))),
            examples: [
                .init("source <(swiftlet completions bash)", "In ~/.bashrc"),
                .init("swiftlet completions zsh > \"${fpath[1]}/_swiftlet\"", "Once, for zsh"),
                .init("swiftlet completions fish > ~/.config/fish/completions/swiftlet.fish", "Once, for fish"),
            ]),
        run: { arguments, console in
            let name = arguments.positionals[0]
            guard let shell = Shell(rawValue: name) else {
                throw UsageError("'\(name)' is none of bash, zsh, fish", command: "completions")
            }
            try console.output.write(CompletionScript(Command.all.map(\.spec)).text(for: shell))
            return .done
        })
}

/// Completions, made from the commands' tables.
struct CompletionScript {
    private let commands: [CommandSpec]

    init(_ commands: [CommandSpec]) {
        let names = commands.map(\.name)
        self.commands = commands.map { command in
            var command = command
            // The argument of `help` is a command.
            if command.name == "help" { command.positionals.completion = .words(names) }
            return command
        }
    }

    func text(for shell: Command.Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    // MARK: bash

    private var bash: String {
        var lines = [
            "# Completions of swiftlet for bash.",
            "_swiftlet() {",
            "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}",
            "    COMPREPLY=()",
            "    if (( COMP_CWORD == 1 )); then",
            "        COMPREPLY=($(compgen -W '\(commands.map(\.name).joined(separator: " "))' -- \"$current\"))",
            "        return",
            "    fi",
            "    case ${COMP_WORDS[1]} in",
        ]
        for command in commands { lines += bashBranch(command) }
        lines += ["    esac", "}", "complete -F _swiftlet swiftlet"]
        return lines.joined(separator: "\n") + "\n"
    }

    private func bashBranch(_ command: CommandSpec) -> [String] {
        var lines = ["    \(command.name))"]
        let valued = command.options.filter { $0.value != nil }
        if !valued.isEmpty {
            lines.append("        case $previous in")
            for option in valued {
                let patterns = option.spellings.joined(separator: "|")
                lines.append("        \(patterns)) \(bashReply(option.value?.completion ?? .nothing)); return ;;")
            }
            lines.append("        esac")
        }
        let words = command.options.flatMap(\.spellings).filter { $0.hasPrefix("--") }.joined(separator: " ")
        lines += [
            "        if [[ $current == -* ]]; then",
            "            COMPREPLY=($(compgen -W '\(words)' -- \"$current\"))",
            "        else",
            "            \(bashReply(command.positionals.completion))",
            "        fi ;;",
        ]
        return lines
    }

    private func bashReply(_ completion: OptionSpec.Value.Completion) -> String {
        switch completion {
        case .nothing: "COMPREPLY=()"
        case .files: "COMPREPLY=($(compgen -f -- \"$current\"))"
        case .words(let words): "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\"))"
        }
    }

    // MARK: zsh

    private var zsh: String {
        var lines = ["#compdef swiftlet", "", "_swiftlet() {", "    local -a commands", "    commands=("]
        lines += commands.map { "        '\($0.name):\(Self.quoted($0.summary))'" }
        lines += [
            "    )",
            "    if (( CURRENT == 2 )); then",
            "        _describe 'command' commands",
            "        return",
            "    fi",
            "    local command=$words[2]",
            "    shift words",
            "    (( CURRENT-- ))",
            "    case $command in",
        ]
        for command in commands {
            let arguments =
                command.options.flatMap(zshOption) + zshPositional(command.positionals)
            lines.append("    \(command.name)) _arguments \(arguments.joined(separator: " \\\n        ")) ;;")
        }
        lines += ["    esac", "}", "", "compdef _swiftlet swiftlet"]
        return lines.joined(separator: "\n") + "\n"
    }

    private func zshOption(_ option: OptionSpec) -> [String] {
        let repeated = option.isRepeatable ? "*" : ""
        return option.spellings.map { spelling in
            let summary = Self.quoted(option.summary)
            guard let value = option.value else { return "'\(repeated)\(spelling)[\(summary)]'" }
            let sign = spelling.hasPrefix("--") ? "=" : ""
            return "'\(repeated)\(spelling)\(sign)[\(summary)]:\(option.name):\(zshAction(value.completion))'"
        }
    }

    private func zshPositional(_ positionals: CommandSpec.Positionals) -> [String] {
        guard positionals.most != 0 else { return [] }
        let count = positionals.most == nil ? "*" : "1"
        return ["'\(count):\(positionals.placeholder):\(zshAction(positionals.completion))'"]
    }

    private func zshAction(_ completion: OptionSpec.Value.Completion) -> String {
        switch completion {
        case .nothing: " "
        case .files: "_files"
        case .words(let words): "(\(words.joined(separator: " ")))"
        }
    }

    // MARK: fish

    private var fish: String {
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

    /// Safe between single quotes, and for zsh between brackets and colons.
    private static func quoted(_ text: String) -> String {
        var result = ""
        for character in text where character != "'" {
            result += "[]:".contains(character) ? "\\\(character)" : String(character)
        }
        return result
    }
}
