internal import CCurl
internal import Glibc
internal import Locking

/// What other threads ask of the transfer loop.
enum TransferCommand {
    case start(Transfer, Transfer.Completion)
    case cancel(Transfer)
    /// The reader of a paused transfer has room again.
    case resume(Transfer)
}

/// The thread that owns the multi handle, and the mailbox through which everybody else speaks to it.
final class TransferLoop: Sendable {
    private let mailbox: Locked<Mailbox>
    /// `nil` once joined or detached.
    private let thread: Locked<pthread_t?>

    /// - Throws: ``TransportError`` when libcurl or the system has no room for another client.
    init(configuration: HTTPClient.Configuration) throws(TransportError) {
        guard curlIsReady, let multi = curl_multi_init().map(MultiHandle.init) else {
            throw TransportError(kind: .invalidRequest, url: "libcurl", detail: "cannot be initialized")
        }
        mailbox = Locked(Mailbox(multi: multi))
        let start = Unmanaged.passRetained(ThreadStart(mailbox: mailbox, multi: multi, configuration: configuration))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runTransferLoop, start.toOpaque())
        self.thread = Locked(code == 0 ? thread : nil)
        guard code == 0 else {
            start.release()
            curl_multi_cleanup(multi.pointer)
            throw TransportError(kind: .invalidRequest, url: "libcurl", detail: "no thread: error \(code)")
        }
    }

    /// Without ``shutDown()`` the thread ends by itself, unattended.
    deinit {
        mailbox.withLock { $0.close() }
        if let thread = takeThread() { pthread_detach(thread) }
    }

    /// Starts a transfer; its continuation is resumed in any case.
    func start(_ transfer: Transfer, _ completion: Transfer.Completion) {
        guard !mailbox.withLock({ $0.post(.start(transfer, completion)) }) else { return }
        completion.fail(
            TransportError(kind: .shutDown, url: transfer.shownURL, detail: "the client has been shut down"))
    }

    /// Drops a transfer, also one that is yet to start; one that has ended is left alone.
    func cancel(_ transfer: Transfer) {
        _ = mailbox.withLock { $0.post(.cancel(transfer)) }
    }

    /// Lets a paused transfer go on.
    func resume(_ transfer: Transfer) {
        _ = mailbox.withLock { $0.post(.resume(transfer)) }
    }

    /// Ends all transfers, closes all connections and returns when the thread is gone. May be called again.
    func shutDown() async {
        await withCheckedContinuation { waiter in
            let hasEnded = mailbox.withLock { mailbox in
                mailbox.close()
                if !mailbox.hasEnded { mailbox.endWaiters.append(waiter) }
                return mailbox.hasEnded
            }
            if hasEnded { waiter.resume() }
        }
        // The thread resumed its waiters as its last act: this waits for its return only.
        if let thread = takeThread() { pthread_join(thread, nil) }
    }

    private func takeThread() -> pthread_t? {
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
    }
}

/// The multi handle's address, on its way to the thread.
///
/// `@unchecked Sendable`: only the loop's thread uses the handle, but for `curl_multi_wakeup`, which libcurl allows from
/// any thread, and which the mailbox calls only while the handle lives.
private struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}

/// What waits for the loop's thread. After `close` nothing is accepted; what was accepted is always handled.
private struct Mailbox {
    private(set) var commands: [TransferCommand] = []
    private(set) var isOpen = true
    /// `nil` once the handle may be freed.
    var multi: MultiHandle?
    var hasEnded = false
    var endWaiters: [CheckedContinuation<Void, Never>] = []

    init(multi: MultiHandle) {
        self.multi = multi
    }

    /// - Returns: Whether the command will be handled.
    mutating func post(_ command: TransferCommand) -> Bool {
        guard isOpen else { return false }
        commands.append(command)
        // The first command since the last look wakes the loop; the others are found with it.
        if commands.count == 1 { wake() }
        return true
    }

    mutating func close() {
        guard isOpen else { return }
        isOpen = false
        wake()
    }

    mutating func takeCommands() -> [TransferCommand] {
        defer { commands = [] }
        return commands
    }

    /// Called with the lock held, for the lock is what keeps the handle alive; it writes one byte and cannot block.
    private func wake() {
        if let multi { curl_multi_wakeup(multi.pointer) }
    }
}

/// What the new thread needs, handed over whole.
private final class ThreadStart {
    let mailbox: Locked<Mailbox>
    let multi: MultiHandle
    let configuration: HTTPClient.Configuration

    init(mailbox: Locked<Mailbox>, multi: MultiHandle, configuration: HTTPClient.Configuration) {
        self.mailbox = mailbox
        self.multi = multi
        self.configuration = configuration
    }

    func run() {
        let engine = TransferEngine(multi: multi.pointer, configuration: configuration)
        while true {
            let (commands, isOpen) = mailbox.withLock { ($0.takeCommands(), $0.isOpen) }
            for command in commands { engine.perform(command) }
            guard isOpen else { break }
            engine.turn()
        }
        engine.endAll()
        mailbox.withLock { $0.multi = nil }
        curl_multi_cleanup(multi.pointer)
        let waiters = mailbox.withLock { mailbox in
            mailbox.hasEnded = true
            return mailbox.takeEndWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension Mailbox {
    fileprivate mutating func takeEndWaiters() -> [CheckedContinuation<Void, Never>] {
        defer { endWaiters = [] }
        return endWaiters
    }
}

private func runTransferLoop(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // OpenSSL writes without MSG_NOSIGNAL: a peer that has gone would end the process by SIGPIPE. Signals for the
    // program belong to its other threads; those that report a fault must stay deliverable here.
    var signals = sigset_t()
    sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&signals, fault) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    if let argument { Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
}

/// libcurl's own set-up, once in a process.
private let curlIsReady = swiftlet_curl_global_init() == CURLE_OK
