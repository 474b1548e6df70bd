import CommandLine
import Testing

@Suite struct ArgumentsTests {
    enum Colour: String, CaseIterable, Sendable {
        case red, green
    }

    static let period = Option<Duration>.duration(
        "sync-period", aliases: ["long-sync-period"], default: .seconds(15), "Period")
    static let files = Option<[String]>.list("filename", letter: "f", "PATH", "Files")
    static let colour = Option<Colour>.choice("colour", letter: "o", default: .green, "Colour")
    static let loud = Option<Bool>.flag("loud", letter: "l", "Loud")
    static let quick = Option<Bool>.flag("quick", letter: "q", "Quick")
    static let number = Option<Double>.number("number", default: 0.1, in: 0...1, "Number")
    static let url = Option<String?>.text("prometheus-url", "URL", "URL")
    static let spec = CommandSpec(
        "test", "Try", positionals: .init("FILE", fewest: 0, most: 2),
        options: [period.spec, files.spec, colour.spec, loud.spec, quick.spec, number.spec, url.spec])

    struct Case: Sendable, CustomStringConvertible {
        var words: [String]
        var reading: Reading
        var description: String { words.joined(separator: " ") }

        init(_ text: String, _ reading: Reading) {
            words = text.split(separator: " ").map(String.init)
            self.reading = reading
        }
    }

    struct Reading: Sendable, Equatable {
        var period = Duration.seconds(15)
        var files: [String] = []
        var colour = Colour.green
        var loud = false
        var quick = false
        var number = 0.1
        var url: String?
        var positionals: [String] = []
    }

    @Test(arguments: [
        Case("", Reading()),
        Case("--sync-period=5m", Reading(period: .seconds(300))),
        Case("--sync-period 1h30m", Reading(period: .seconds(5400))),
        Case("--long-sync-period 500ms", Reading(period: .milliseconds(500))),
        Case("-f a -f=b -fc --filename d --filename=e", Reading(files: ["a", "b", "c", "d", "e"])),
        Case("-f -", Reading(files: ["-"])),
        Case("-o red", Reading(colour: .red)),
        Case("-lq", Reading(loud: true, quick: true)),
        Case("-lqored x", Reading(colour: .red, loud: true, quick: true, positionals: ["x"])),
        Case("a --loud b", Reading(loud: true, positionals: ["a", "b"])),
        Case("-- --loud -f", Reading(positionals: ["--loud", "-f"])),
        Case("-", Reading(positionals: ["-"])),
        Case("--prometheus-url=http://h/?a=b", Reading(url: "http://h/?a=b")),
        Case("--prometheus-url=", Reading(url: "")),
        Case("--loud --loud --number 1", Reading(loud: true, number: 1)),
    ])
    func reads(_ test: Case) throws {
        let arguments = try Arguments(parsing: test.words, for: Self.spec)
        let reading = Reading(
            period: try arguments[Self.period], files: try arguments[Self.files], colour: try arguments[Self.colour],
            loud: try arguments[Self.loud], quick: try arguments[Self.quick], number: try arguments[Self.number],
            url: try arguments[Self.url], positionals: arguments.positionals)
        #expect(reading == test.reading)
    }

    struct Refusal: Sendable, CustomStringConvertible {
        var words: [String]
        var message: String
        var description: String { words.joined(separator: " ") }

        init(_ text: String, _ message: String) {
            words = text.split(separator: " ").map(String.init)
            self.message = message
        }
    }

    @Test(arguments: [
        Refusal(
            "--promtheus-url x", "'--promtheus-url' is not an option of swiftlet test, did you mean --prometheus-url?"),
        Refusal("--prom=x", "'--prom' is not an option of swiftlet test, did you mean --prometheus-url?"),
        Refusal("--zzzzzz", "'--zzzzzz' is not an option of swiftlet test"),
        Refusal("-x", "'-x' is not an option of swiftlet test"),
        Refusal("-lx", "'-x' is not an option of swiftlet test"),
        Refusal("--sync-period", "--sync-period needs a value: --sync-period DURATION"),
        Refusal("--sync-period --loud", "--sync-period needs a value: --sync-period DURATION"),
        Refusal("-f", "-f needs a value: -f PATH"),
        Refusal(
            "--sync-period 15", "--sync-period: '15' is not a duration, write one like 500ms, 15s, 5m or 1h30m"),
        Refusal("--sync-period 1s --sync-period 2s", "--sync-period is written twice, and it takes one value"),
        Refusal("--colour blue", "--colour: 'blue' is none of red, green"),
        Refusal("--number 2", "--number: '2' is not a number from 0 to 1"),
        Refusal("--number -1", "--number: '-1' is not a number from 0 to 1"),
        Refusal("--number nan", "--number: 'nan' is not a number from 0 to 1"),
        Refusal("--loud=yes", "--loud takes no value"),
        Refusal("a b c", "'c' is one argument too many"),
    ])
    func refuses(_ test: Refusal) {
        #expect(throws: UsageError(test.message, command: "test")) {
            try Arguments(parsing: test.words, for: Self.spec)
        }
    }

    @Test func helpIsAnsweredWhateverElseIsWrong() throws {
        let arguments = try Arguments(parsing: ["--nonsense", "-h"], for: Self.spec)
        #expect(try arguments[CommonOptions.help])
        #expect(throws: UsageError.self) { try Arguments(parsing: ["--nonsense", "--", "-h"], for: Self.spec) }
    }

    struct DurationCase: Sendable, CustomStringConvertible {
        var text: String
        var milliseconds: Int64?
        var description: String { text }

        init(_ text: String, _ milliseconds: Int64?) {
            self.text = text
            self.milliseconds = milliseconds
        }
    }

    @Test(arguments: [
        DurationCase("0s", 0), DurationCase("500ms", 500), DurationCase("15s", 15_000), DurationCase("5m", 300_000),
        DurationCase("1h30m", 5_400_000), DurationCase("1h0m1s1ms", 3_601_001), DurationCase("90s", 90_000),
        DurationCase("", nil), DurationCase("5", nil), DurationCase("s", nil), DurationCase("-5s", nil),
        DurationCase("1.5s", nil), DurationCase("5s1m", nil), DurationCase("5s5s", nil), DurationCase("5 s", nil),
        DurationCase("5d", nil), DurationCase("99999999999999999999s", nil), DurationCase("9223372036854775807h", nil),
        DurationCase("٥s", nil),
    ])
    func durations(_ test: DurationCase) {
        #expect(DurationText.duration(test.text) == test.milliseconds.map { .milliseconds($0) })
    }

    @Test(arguments: ["0s", "1ms", "15s", "5m", "1h30m", "1h1m1s1ms"])
    func durationsReadAsTheyAreWritten(_ text: String) throws {
        let duration = try #require(DurationText.duration(text))
        #expect(DurationText.text(duration) == text)
    }
}
