internal import CCurl
internal import Glibc

/// The multi handle and the transfers in it. Lives on the transfer loop's thread, and nowhere else.
///
/// See <https://curl.se/libcurl/c/libcurl-multi.html>. A handle is added, removed and freed only between calls of
/// `curl_multi_perform`, never inside a callback.
final class TransferEngine {
    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClient.Configuration
    private var admission: TransferAdmission<ObjectIdentifier>
    /// Waiting and running.
    private var transfers: [ObjectIdentifier: Transfer] = [:]
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]
    /// No limit passes before this time. Limits that moved away are found out when it comes: so the cost of time is one
    /// look at every transfer now and then, not one at every event.
    private var nextLook: ContinuousClock.Instant?

    /// - Parameter multi: Stays the caller's to free, after ``endAll()``.
    init(multi: UnsafeMutableRawPointer, configuration: HTTPClient.Configuration) {
        self.multi = multi
        self.configuration = configuration
        admission = TransferAdmission(
            requests: configuration.maximumRequests, streams: configuration.maximumStreams)
        // Connections kept for reuse; the oldest idle one makes room for the next.
        _ = swiftlet_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumRequests)
    }

    /// Does what a command asks for.
    func perform(_ command: TransferCommand) {
        switch command {
        case .start(let transfer, let completion): start(transfer, completion)
        case .cancel(let transfer): cancel(transfer)
        case .resume(let transfer): resume(transfer)
        }
    }

    /// Moves every transfer on as far as the network allows, and waits until it allows more, a limit passes, or
    /// `curl_multi_wakeup` is called.
    func turn() {
        var stillRunning: CInt = 0
        curl_multi_perform(multi, &stillRunning)
        endFinished()
        endExpired(now: .now)
        // Ending transfers starts others; a command that came meanwhile has left a wake-up, so that this returns.
        let code = curl_multi_poll(multi, nil, 0, pollMilliseconds(now: .now), nil)
        // Out of descriptors or memory: better slow than spinning.
        if code != CURLM_OK { usleep(10_000) }
    }

    /// Ends everything with `shutDown`.
    func endAll() {
        for transfer in transfers.values {
            detach(transfer)
            transfer.finish(
                TransportError(kind: .shutDown, url: transfer.shownURL, detail: "the client has been shut down"))
        }
        transfers = [:]
    }

    private func start(_ transfer: Transfer, _ completion: Transfer.Completion) {
        guard transfer.phase == .fresh else { return completion.fail(CancellationError()) }
        transfer.activate(completion)
        let id = ObjectIdentifier(transfer)
        transfers[id] = transfer
        if admission.submit(id, lane: transfer.body == nil ? .request : .stream) {
            run(transfer)
        } else {
            look(at: transfer.deadline)
        }
    }

    private func cancel(_ transfer: Transfer) {
        switch transfer.phase {
        case .fresh: transfer.phase = .cancelledBeforeStart
        case .active: end(transfer, CancellationError())
        case .cancelledBeforeStart, .ended: break
        }
    }

    private func resume(_ transfer: Transfer) {
        guard transfer.phase == .active, let easy = transfer.easy else { return }
        transfer.restartIdleClock()
        // May call the write callback at once, and so pause again.
        let code = curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
        if code != CURLE_OK { end(transfer, transfer.error(for: code)) }
    }

    /// Hands a transfer to libcurl; one that cannot start gives its place to the next.
    private func run(_ first: Transfer) {
        var candidate: Transfer? = first
        while let transfer = candidate {
            do throws(TransportError) {
                try attach(transfer)
                return
            } catch {
                candidate = leave(transfer, error)
            }
        }
    }

    private func attach(_ transfer: Transfer) throws(TransportError) {
        let easy = try EasyHandle(url: transfer.shownURL)
        try easy.configure(transfer.request, url: transfer.url, configuration: configuration)
        try transfer.installCallbacks(on: easy)
        let code = curl_multi_add_handle(multi, easy.pointer)
        guard code == CURLM_OK else {
            let detail = "libcurl: \(String(cString: curl_multi_strerror(code)))"
            throw TransportError(kind: .invalidRequest, url: transfer.shownURL, detail: detail)
        }
        transfer.easy = easy
        running[easy.pointer] = transfer
        if case .lookAgain(let time) = transfer.clock(at: .now) { look(at: time) } else { look(at: .now) }
    }

    private func detach(_ transfer: Transfer) {
        guard let easy = transfer.easy else { return }
        running[easy.pointer] = nil
        curl_multi_remove_handle(multi, easy.pointer)
        transfer.easy = nil
    }

    private func end(_ transfer: Transfer, _ error: (any Error)?) {
        if let next = leave(transfer, error) { run(next) }
    }

    /// Takes a transfer out, tells its waiter, and returns the one that gets its place.
    private func leave(_ transfer: Transfer, _ error: (any Error)?) -> Transfer? {
        let id = ObjectIdentifier(transfer)
        detach(transfer)
        transfers[id] = nil
        transfer.finish(error)
        return admission.withdraw(id) ? nil : admission.finish(id).flatMap { transfers[$0] }
    }

    private func endFinished() {
        var code = CURLE_OK
        while let handle = swiftlet_curl_multi_next_done(multi, &code) {
            guard let transfer = running[handle] else { continue }
            end(transfer, transfer.error(for: code))
        }
    }
}

// MARK: - Time

extension TransferEngine {
    private func look(at time: ContinuousClock.Instant?) {
        guard let time else { return }
        nextLook = nextLook.map { min($0, time) } ?? time
    }

    private func endExpired(now: ContinuousClock.Instant) {
        guard let nextLook, now >= nextLook else { return }
        self.nextLook = nil
        for transfer in Array(transfers.values) where transfer.phase == .active {
            switch transfer.clock(at: now) {
            case .expired(let error): end(transfer, error)
            case .lookAgain(let time): look(at: time)
            }
        }
    }

    /// Until the next look, at most a minute; libcurl shortens it to its own next timer.
    private func pollMilliseconds(now: ContinuousClock.Instant) -> CInt {
        guard let nextLook else { return 60_000 }
        guard nextLook > now else { return 0 }
        return CInt(min(now.duration(to: nextLook), .seconds(60)).clampedMilliseconds)
    }
}
