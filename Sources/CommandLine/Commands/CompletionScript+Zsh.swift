extension CompletionScript {
    /// A function of zsh's own completion system.
    var zsh: String {
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
        // As a file of fpath it is the function itself at its first call; sourced, it has to be made known.
        lines += [
            "    esac",
            "}",
            "",
            "if [[ $funcstack[1] == _swiftlet ]]; then",
            "    _swiftlet \"$@\"",
            "else",
            "    compdef _swiftlet swiftlet",
            "fi",
        ]
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

    /// Safe between single quotes, brackets and colons.
    private static func quoted(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "'": result += #"'\''"#
            case "[", "]", ":", "\\": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }
}
