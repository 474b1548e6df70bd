internal import FoundationEssentials
internal import Glibc

/// The whole process: arguments, signals, command, exit code.
package enum EntryPoint {
    private enum Ending: Sendable {
        case command(Int32)
        /// The command has ended because it was cancelled.
        case cancelled
        case signal(Int32)
        case nothing
    }

    /// A dump of memory would have tokens and passwords in it.
    private static func leaveNoCoreDump() {
        var nothing = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &nothing)
    }

    /// What comes before everything, on the main thread: a thread that has allocated before has a heap of its own for good.
    @MainActor
    package static func prepare() {
        if Swift.CommandLine.arguments.dropFirst().first == Command.run.spec.name { ProcessHeap.prepare() }
    }

    /// Runs the command that the process was called with.
    ///
    /// A first SIGINT or SIGTERM cancels the command and waits for it: a controller that stops in order exits with 0, and
    /// a command that was cut short with 128 and the signal's number.
    ///
    /// - Returns: The exit code.
    package static func run() async -> Int32 {
        // A reader that has gone is an error of the write, not a signal.
        signal(SIGPIPE, SIG_IGN)
        leaveNoCoreDump()
        let invocation = Invocation(program: Swift.CommandLine.arguments.first ?? "")
        let words = invocation.words(Array(Swift.CommandLine.arguments.dropFirst()))
        var console = Console.process(environment: ProcessInfo.processInfo.environment)
        console.invocation = invocation
        let termination = Termination()
        defer { termination.stop() }
        return await withTaskGroup(of: Ending.self) { [console] group in
            group.addTask {
                do {
                    return .command(try await Program().run(words, console))
                } catch {
                    return .cancelled
                }
            }
            group.addTask {
                for await number in termination.signals { return .signal(number) }
                return .nothing
            }
            var received: Int32?
            for await ending in group {
                switch ending {
                case .command(let code):
                    group.cancelAll()
                    return code
                case .cancelled:
                    group.cancelAll()
                    return 128 + (received ?? SIGINT)
                case .signal(let number):
                    received = number
                    group.cancelAll()
                case .nothing: continue
                }
            }
            return ExitCode.no.rawValue
        }
    }
}
