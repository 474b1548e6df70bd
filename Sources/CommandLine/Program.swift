internal import Manifests

/// The program `swiftlet`: finds the command, reads its arguments, runs it, and turns what happens into an exit code.
package struct Program: Sendable {
    package var commands: [Command]
    /// Commands that work and are not offered.
    package var hidden: [Command]

    package init(_ commands: [Command] = Command.all, hidden: [Command] = Command.hidden) {
        self.commands = commands
        self.hidden = hidden
    }

    /// Runs one call.
    ///
    /// - Parameter words: The arguments without the program's name.
    /// - Returns: The exit code; 141, as a shell reports SIGPIPE, when the reader of the output has gone.
    /// - Throws: `CancellationError` when the task was cancelled and the command had no more to say.
    package func run(_ words: [String], _ console: Console) async throws(CancellationError) -> Int32 {
        do {
            return try await dispatch(words, console).rawValue
        } catch is CancellationError {
            throw CancellationError()
        } catch is OutputClosed {
            return 141
        } catch let error as UsageError {
            complain(error, console)
            return ExitCode.usage.rawValue
        } catch let error as CommandFailure {
            complain(error, console)
            return error.code.rawValue
        } catch {
            // What was stopped has nothing to complain of.
            if Task.isCancelled, error is Diagnostic { throw CancellationError() }
            complain(error, console)
            return Failure.code(of: error).rawValue
        }
    }

    private func complain(_ error: any Error, _ console: Console) {
        console.complain(console.errorStyle(.bad, "\(console.invocation.name):") + " \(error)")
    }

    private func dispatch(_ words: [String], _ console: Console) async throws -> ExitCode {
        guard let first = words.first else {
            try console.errors.write(HelpText(console.invocation).overview(commands.map(\.spec)))
            return .usage
        }
        let rest = Array(words.dropFirst())
        switch first {
        case "--help", "-h": return try help([], console)
        case "--version": return try await run(try command(named: "version"), [], console)
        case "help":
            let names = rest.filter { !CommonOptions.help.spec.spellings.contains($0) }
            return try help(names.isEmpty && !rest.isEmpty ? ["help"] : names, console)
        default: return try await run(try command(named: first), rest, console)
        }
    }

    private func run(_ command: Command, _ words: [String], _ console: Console) async throws -> ExitCode {
        let arguments = try Arguments(parsing: words, for: command.spec)
        if try arguments[CommonOptions.help] {
            try console.output.write(HelpText(console.invocation).text(command.spec))
            return .done
        }
        var console = console
        if try arguments[CommonOptions.noColor] {
            console.style = .plain
            console.errorStyle = .plain
        }
        return try await command.run(arguments, console)
    }

    private func help(_ words: [String], _ console: Console) throws -> ExitCode {
        if words.count > 1 { throw UsageError("'\(words[1])' is one argument too many, help takes one command") }
        let writer = HelpText(console.invocation)
        let text = try words.first.map { writer.text(try command(named: $0).spec) }
        try console.output.write(text ?? writer.overview(commands.map(\.spec)))
        return .done
    }

    private func command(named name: String) throws(UsageError) -> Command {
        if let command = (commands + hidden).first(where: { $0.spec.name == name }) { return command }
        let what = name.hasPrefix("-") ? "an option of swiftlet; options follow the command" : "a command of swiftlet"
        let nearest = Suggestion.nearest(to: name, among: commands.map(\.spec.name))
        throw UsageError("'\(name)' is not \(what)" + (nearest.map { ", did you mean \($0)?" } ?? ""))
    }
}
