extension Command {
    /// `swiftlet man`, for packagers.
    static let man = Command(
        CommandSpec(
            "man", "Print a manual page",
            discussion: ["Without a command the page of swiftlet itself. 'make install' installs all of them."],
            positionals: .init("COMMAND", fewest: 0, most: 1, .nothing),
            examples: [.init("swiftlet man plan > swiftlet-plan.1", "The page of a command")]),
        run: { arguments, console in
            guard let name = arguments.positionals.first else {
                try console.output.write(ManualPage.overview(Command.all.map(\.spec)))
                return .done
            }
            guard let command = Command.all.first(where: { $0.spec.name == name }) else {
                throw UsageError("'\(name)' is not a command of swiftlet", command: "man")
            }
            try console.output.write(ManualPage.page(of: command.spec))
            return .done
        })
}
