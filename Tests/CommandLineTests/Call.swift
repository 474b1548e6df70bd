import CommandLine
import LoopbackClient

/// One call of swiftlet, in this process or as the built program, and what came of it.
struct Call {
    var code: Int32
    var output: String
    var errors: String

    /// Runs the program in this process, without a terminal.
    static func inProcess(
        _ words: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Call {
        let (output, errors) = (TextSink.keeping(), TextSink.keeping())
        let console = Console(
            output: output, errors: errors, environment: environment, input: { Array(input.utf8) })
        let code = try await Program().run(words, console)
        return Call(code: code, output: output.text, errors: errors.text)
    }

    /// Runs the built program.
    static func built(
        _ words: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Call {
        let process = try await ChildProcess.run(
            BuiltProgram.path, words, environment: environment, input: input)
        return Call(code: process.status, output: process.output, errors: process.errors)
    }
}
