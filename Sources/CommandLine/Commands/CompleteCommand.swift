extension Command {
    /// `swiftlet __complete`, which kubectl asks by way of `kubectl_complete-swiftlet`.
    ///
    /// The words are those of the command line after the plugin's name, the one being written last. The answer is that of
    /// kubectl's own commands: a candidate a line, a tab before what it means, and last a line with a colon and what the
    /// shell may add, 0 for file names and 4 for nothing.
    ///
    /// - Source: cobra, "Completions for your own shell" and `ShellCompDirective`; kubectl, "Extend kubectl with plugins".
    static let complete = Command(
        CommandSpec(
            "__complete", "Say how a command line may go on",
            positionals: .init("WORD", fewest: 0, most: nil, .nothing)),
        run: { arguments, console in
            // Everything is a word here, options of the line being written among them: they stand after `--`.
            let candidates = Completer(Command.all.map(\.spec)).candidates(after: arguments.positionals)
            for word in candidates.words {
                try console.print(word.meaning.isEmpty ? word.text : "\(word.text)\t\(word.meaning)")
            }
            try console.print(candidates.takesFiles ? ":0" : ":4")
            return .done
        })
}

/// How a command line may go on, from the commands' tables.
struct Completer {
    struct Candidates {
        var words: [(text: String, meaning: String)] = []
        var takesFiles = false
    }

    private let commands: [CommandSpec]

    init(_ commands: [CommandSpec]) {
        self.commands = commands.withCompletedHelp
    }

    /// - Parameter words: After the program's name; the last one is being written, and may be empty.
    func candidates(after words: [String]) -> Candidates {
        let current = words.last ?? ""
        guard words.count > 1 else {
            return matching(current, commands.map { ($0.name, $0.summary) })
        }
        guard let command = commands.first(where: { $0.name == words[0] }) else { return Candidates() }
        let previous = words[words.count - 2]
        if let option = command.options.first(where: { $0.value != nil && $0.spellings.contains(previous) }) {
            return values(option.value?.completion ?? .nothing, current)
        }
        if current.hasPrefix("--"), let sign = current.firstIndex(of: "=") {
            let name = String(current[..<sign])
            let option = command.options.first { $0.value != nil && $0.spellings.contains(name) }
            let value = String(current[sign...].dropFirst())
            return values(option?.value?.completion ?? .nothing, value, after: name + "=")
        }
        if current.hasPrefix("-") {
            return matching(
                current, command.options.flatMap { option in option.longForms.map { ($0, option.summary) } })
        }
        return values(command.positionals.completion, current)
    }

    private func values(
        _ completion: OptionSpec.Value.Completion, _ current: String, after prefix: String = ""
    ) -> Candidates {
        switch completion {
        case .nothing: Candidates()
        case .files: Candidates(takesFiles: true)
        case .words(let words): matching(prefix + current, words.map { (prefix + $0, "") })
        }
    }

    private func matching(_ current: String, _ words: [(text: String, meaning: String)]) -> Candidates {
        Candidates(words: words.filter { $0.text.hasPrefix(current) })
    }
}

extension [CommandSpec] {
    /// The argument of `help` is a command, which its own table cannot know.
    var withCompletedHelp: [CommandSpec] {
        let names = map(\.name)
        return map { command in
            var command = command
            if command.name == "help" { command.positionals.completion = .words(names) }
            return command
        }
    }
}

extension OptionSpec {
    /// Every way to write it in full.
    var longForms: [String] { spellings.filter { $0.hasPrefix("--") } }
}
