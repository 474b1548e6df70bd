import FoundationEssentials
import Glibc
import LoopbackClient
import Testing

/// A program that runs beside a test until it is told to end.
struct BackgroundProgram: Sendable {
    private let words: [String]
    private let base: String

    /// What it writes goes into files of the folder.
    init(_ program: String, _ arguments: [String], in folder: String, named name: String) {
        words = [program] + arguments
        base = folder + "/" + name
    }

    /// Runs it to its end, and returns how it ended.
    ///
    /// A timer ends it when nobody does.
    func run() async throws -> Int32 {
        let bash = try #require(ChildProcess.find("bash"))
        let script = #"echo $$ > "$0.pid" && exec timeout --foreground -k 5 170 "$@" > "$0.log" 2>&1"#
        return try await ChildProcess.run(bash, ["-c", script, base] + words).status
    }

    /// Tells it to end; also before it has begun.
    func end() {
        guard let text = try? String(contentsOfFile: base + ".pid", encoding: .utf8),
            let identifier = pid_t(text.filter(\.isNumber))
        else { return }
        kill(identifier, SIGTERM)
    }

    var log: String { (try? String(contentsOfFile: base + ".log", encoding: .utf8)) ?? "" }
    var lastLines: String { log.split(separator: "\n").suffix(10).joined(separator: "\n") }
}
