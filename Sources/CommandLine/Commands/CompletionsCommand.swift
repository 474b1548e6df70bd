extension Command {
    /// Shells that completions are written for.
    enum Shell: String, CaseIterable, Sendable {
        case bash, zsh, fish
    }

    /// `swiftlet completions`.
    static let completions = Command(
        CommandSpec(
            "completions", "Print the completions of a shell",
            discussion: [
                "kubectl completes its plugin by itself when swiftlet is linked as kubectl_complete-swiftlet on the PATH."
            ],
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
