import Glibc
import ScriptedServers

/// A program run by a test, its output read through a pipe.
struct ChildProcess {
    private let identifier: pid_t
    private let output: CInt

    /// - Parameter arguments: The program, found on `PATH`, and its arguments.
    init(_ arguments: [String]) throws {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemError(call: "pipe") }
        // Other tests start programs at the same time: none may inherit this pipe and hold it open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var identifier = pid_t()
        let code = posix_spawnp(&identifier, arguments[0], &actions, nil, &words, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw SystemError(call: arguments[0], code: code)
        }
        self.identifier = identifier
        output = ends[0]
    }

    /// Output up to where `isEnough` says so, or its end.
    func read(until isEnough: (String) -> Bool = { _ in false }) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !isEnough(text) {
            let count = Glibc.read(output, &buffer, buffer.count)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    /// - Returns: The exit code, or the signal plus 128.
    @discardableResult
    func wait() -> CInt {
        var status: CInt = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        close(output)
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }

    func stop() {
        kill(identifier, SIGKILL)
        wait()
    }

    /// Whether a program is on `PATH`.
    static func isInstalled(_ program: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    struct Failure: Error {
        var command: [String]
        var output: String
    }

    /// Runs a program to its end.
    static func run(_ arguments: [String]) throws {
        let process = try ChildProcess(arguments)
        let output = process.read()
        guard process.wait() == 0 else { throw Failure(command: arguments, output: output) }
    }
}
