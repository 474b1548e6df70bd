/// Completions, made from the commands' tables.
struct CompletionScript {
    let commands: [CommandSpec]

    init(_ commands: [CommandSpec]) {
        self.commands = commands.withCompletedHelp
    }

    func text(for shell: Command.Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

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
            "    # A sign is a word of its own: --output = json.",
            "    if [[ $current == = ]]; then",
            "        current=",
            "    elif [[ $previous == = ]]; then",
            "        previous=${COMP_WORDS[COMP_CWORD-2]}",
            "    fi",
            "    case ${COMP_WORDS[1]} in",
        ]
        for command in commands { lines += bashBranch(command) }
        lines += [
            "    esac",
            "}",
            "_swiftlet_files() {",
            "    # Quotes what is special in a name, and goes on after a folder.",
            "    compopt -o filenames 2>/dev/null",
            "    mapfile -t COMPREPLY < <(compgen -f -- \"$1\")",
            "}",
            "complete -F _swiftlet swiftlet",
        ]
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
        let words = command.options.flatMap(\.longForms).joined(separator: " ")
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
        case .files: "_swiftlet_files \"$current\""
        case .words(let words): "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\"))"
        }
    }
}
