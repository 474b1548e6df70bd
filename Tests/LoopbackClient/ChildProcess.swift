internal import Dispatch
internal import Glibc

/// A program run to its end, and what it wrote.
public struct ChildProcess: Sendable {
    public var status: Int32
    public var output: String
    public var errors: String

    public struct SpawnError: Error {
        public var code: Int32
    }

    /// Where a program lies on the search path; `nil` when it is not installed.
    public static func find(_ program: String) -> String? {
        guard let path = getenv("PATH") else { return nil }
        return String(cString: path).split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs a program and waits for it, on a thread that is not one of the tasks'.
    ///
    /// - Parameters:
    ///   - environment: All that the program gets, besides `PATH` and `HOME`.
    ///   - input: What it can read.
    public static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> ChildProcess {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result { try spawn(program, arguments, environment: environment, input: input) })
            }
        }
    }

    private static func spawn(
        _ program: String, _ arguments: [String], environment: [String: String], input: String
    ) throws -> ChildProcess {
        let files = try [Pipe(), Pipe(), Pipe()]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, files[0].reading, 0)
        posix_spawn_file_actions_adddup2(&actions, files[1].writing, 1)
        posix_spawn_file_actions_adddup2(&actions, files[2].writing, 2)
        var variables = environment
        for name in ["PATH", "HOME"] where variables[name] == nil {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        // Threads of a queue block most signals, and a child would inherit that and never hear a SIGTERM.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var identifier: pid_t = 0
        let code = withCStrings([program] + arguments) { argv in
            withCStrings(variables.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&identifier, program, &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else { throw SpawnError(code: code) }
        close(files[0].reading)
        close(files[1].writing)
        close(files[2].writing)
        // Small enough for the pipe's buffer, so that this cannot block.
        precondition(input.utf8.count < 65536)
        _ = Array(input.utf8).withUnsafeBytes { write(files[0].writing, $0.baseAddress, $0.count) }
        close(files[0].writing)
        let errors = Collected()
        let group = DispatchGroup()
        DispatchQueue.global().async(group: group) { errors.text = readAll(files[2].reading) }
        let output = readAll(files[1].reading)
        group.wait()
        var status: Int32 = 0
        waitpid(identifier, &status, 0)
        return ChildProcess(
            status: (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), output: output,
            errors: errors.text)
    }

    private struct Pipe {
        var reading: Int32
        var writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw SpawnError(code: errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            reading = ends[0]
            writing = ends[1]
        }
    }

    /// Written by one thread, read by another after the group has been waited for.
    private final class Collected: @unchecked Sendable {
        var text = ""
    }

    private static func readAll(_ descriptor: Int32) -> String {
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece.prefix(count)
        }
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a list with an end is not empty") }
            return body(base)
        }
    }
}
