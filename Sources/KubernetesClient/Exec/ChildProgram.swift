internal import Dispatch
internal import FoundationEssentials
internal import Glibc

/// A program run to its end, with bounds on its time and on what it writes.
///
/// All that is not plain Swift about processes is in this file.
struct ChildProgram: Sendable {
    /// An absolute path.
    var path: String
    var arguments: [String]
    /// All that the program gets.
    var environment: [String: String]
    var limit: Duration

    /// Most bytes of either stream. More of the output is an error, more of the errors is cut off.
    static let outputLimit = 1 << 20

    /// How it ended.
    enum Ending: Sendable, Hashable {
        case exited(status: Int32)
        case killed(signal: Int32)
        case timedOut
        case wroteTooMuch
        /// It could not be started at all; the system's own words.
        case notStarted(String)
    }

    struct Result: Sendable {
        var ending: Ending
        var output: [UInt8]
        var errors: [UInt8]
    }

    /// Runs it with nothing to read, on a thread of its own: the tasks' threads must not wait for a program.
    func run() async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: runBlocking()) }
        }
    }

    private func runBlocking() -> Result {
        guard let output = Pipe(), let errors = Pipe() else {
            return Result(ending: .notStarted(Self.systemWords(errno)), output: [], errors: [])
        }
        let identifier: pid_t
        switch spawn(output: output, errors: errors) {
        case .success(let started): identifier = started
        case .failure(let error):
            return Result(ending: .notStarted(Self.systemWords(error.code)), output: [], errors: [])
        }
        output.closeWriting()
        errors.closeWriting()
        var streams = [Stream(output.reading), Stream(errors.reading)]
        let cut = collect(&streams)
        // Its whole group: a child of a shell would keep the pipes open, and go on for ever.
        if cut != nil { kill(-identifier, SIGKILL) }
        let ending = Self.wait(for: identifier)
        return Result(ending: cut ?? ending, output: streams[0].bytes, errors: streams[1].bytes)
    }

    // MARK: Starting

    private struct SystemError: Error {
        var code: Int32
    }

    private func spawn(output: Pipe, errors: Pipe) -> Swift.Result<pid_t, SystemError> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
        // Connections of this process are no business of the program.
        for descriptor in Self.inheritedDescriptors { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This process ignores some signals; ignoring is inherited, and a program expects none of it.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var identifier: pid_t = 0
        let code = Self.withCStrings([path] + arguments) { argv in
            Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&identifier, path, &actions, &attributes, argv, envp)
            }
        }
        return code == 0 ? .success(identifier) : .failure(SystemError(code: code))
    }

    /// What a child would get of this process besides the standard streams. One that is closed meanwhile does no harm.
    private static var inheritedDescriptors: [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }.filter { $0 > 2 && fcntl($0, F_GETFD) & FD_CLOEXEC == 0 }
    }

    private static func withCStrings<Value>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        let pointers = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
        pointers.initialize(repeating: nil)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        defer {
            for pointer in pointers { free(pointer) }
            pointers.deallocate()
        }
        guard let base = pointers.baseAddress else { preconditionFailure("a list with an end is not empty") }
        return body(base)
    }

    // MARK: Reading

    private struct Stream {
        let descriptor: Int32
        var bytes: [UInt8] = []
        var isOpen = true

        init(_ descriptor: Int32) {
            self.descriptor = descriptor
        }
    }

    /// Reads until both streams have ended.
    ///
    /// - Returns: Why it was given up before that.
    private func collect(_ streams: inout [Stream]) -> Ending? {
        let clock = ContinuousClock()
        let end = clock.now + limit
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while streams.contains(where: \.isOpen) {
            let left = end - clock.now
            guard left > .zero else { return .timedOut }
            var polls = streams.map { pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0) }
            let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
            guard poll(&polls, nfds_t(polls.count), Int32(clamping: milliseconds + 1)) >= 0 else { continue }
            for index in streams.indices where polls[index].revents != 0 {
                let count = piece.withUnsafeMutableBytes { read(polls[index].fd, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                streams[index].isOpen = count > 0
                let room = Self.outputLimit - streams[index].bytes.count
                streams[index].bytes += piece.prefix(min(max(count, 0), room))
                if index == 0, count > room { return .wroteTooMuch }
            }
        }
        return nil
    }

    private static func wait(for identifier: pid_t) -> Ending {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 {
            guard errno == EINTR else { return .notStarted(systemWords(errno)) }
        }
        let signal = status & 0x7f
        return signal == 0 ? .exited(status: (status >> 8) & 0xff) : .killed(signal: signal)
    }

    private static func systemWords(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Both ends are closed with the value.
    private final class Pipe {
        let reading: Int32
        private(set) var writing: Int32

        init?() {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            reading = ends[0]
            writing = ends[1]
        }

        deinit {
            closeWriting()
            close(reading)
        }

        func closeWriting() {
            if writing >= 0 { close(writing) }
            writing = -1
        }
    }
}
