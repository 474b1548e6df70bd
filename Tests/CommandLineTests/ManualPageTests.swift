import CommandLine
import FoundationEssentials
import LoopbackClient
import Testing

/// The manual pages: formatters have nothing to say about them, and they hold what the help holds.
@Suite(.timeLimit(.minutes(2))) struct ManualPageTests {
    private static let names = [""] + Command.all.map(\.spec.name)

    private static func page(_ name: String) async throws -> String {
        let call = try await Call.inProcess(["man"] + (name.isEmpty ? [] : [name]))
        #expect(call.code == 0 && call.errors.isEmpty)
        return call.output
    }

    struct Formatter: Sendable, CustomTestStringConvertible {
        var words: [String]
        var testDescription: String { words.joined(separator: " ") }
    }

    @Test(arguments: [
        Formatter(words: ["mandoc", "-Tlint", "-W", "warning"]),
        Formatter(words: ["groff", "-man", "-ww", "-z", "-Tascii"]),
    ])
    func formattersHaveNothingToSay(_ formatter: Formatter) async throws {
        guard let program = ChildProcess.find(formatter.words[0]) else {
            try Test.cancel("\(formatter.words[0]) is not installed: this test checked nothing")
        }
        for name in Self.names {
            let page = try await Self.page(name)
            let run = try await ChildProcess.run(program, Array(formatter.words.dropFirst()), input: page)
            #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(name): \(run.output)\(run.errors)")
        }
    }

    /// Formatted, and with the breaks of lines taken out.
    private func formatted(_ page: String, by groff: String) async throws -> String {
        let run = try await ChildProcess.run(
            groff, ["-man", "-Tutf8", "-P-cbou", "-rLL=400n"], input: page)
        #expect(run.status == 0, "\(run.errors)")
        return run.output.split { $0.isWhitespace }.joined(separator: " ")
    }

    @Test func aPageHoldsWhatTheHelpHolds() async throws {
        guard let groff = ChildProcess.find("groff") else {
            try Test.cancel("groff is not installed: this test checked nothing")
        }
        for command in Command.all.map(\.spec) {
            let text = try await formatted(try await Self.page(command.name), by: groff)
            for option in command.options {
                #expect(text.contains(option.longForm), "\(command.name) \(option.longForm)")
                // Formatters may choose another mark for the apostrophe, and the words stay.
                #expect(text.contains(option.summary.split(separator: " ").joined(separator: " ")), "\(option.summary)")
            }
            for paragraph in command.discussion {
                #expect(text.contains(paragraph.split(separator: " ").joined(separator: " ")), "\(paragraph)")
            }
            for example in command.examples { #expect(text.contains(example.call), "\(example.call)") }
        }
        let overview = try await formatted(try await Self.page(""), by: groff)
        for command in Command.all {
            #expect(overview.contains("swiftlet-\(command.spec.name)(1) \(command.spec.summary)."))
        }
    }

    @Test func aPageOfNoCommandIsRefused() async throws {
        let call = try await Call.inProcess(["man", "pla"])
        #expect(call.code == 2)
        #expect(call.errors == "swiftlet: 'pla' is not a command of swiftlet (see 'swiftlet help man')\n")
    }
}
