internal import FoundationEssentials
internal import KubernetesTypes
internal import Locking

extension Reflector {
    /// One watch, from asking for it to its end, with an eye on its silence.
    ///
    /// When the caller's task is cancelled the report is of no use.
    func watch(
        from version: String, timeout: Duration, _ status: ReflectorStatus, _ sink: @escaping Sink
    ) async -> WatchReport {
        let silence = Locked(Silence(limit: options.silenceLimit))
        let start = clock.now()
        var report = WatchReport(resourceVersion: version)
        let isDistrusted = Locked(false)
        status.doubt.quiet()
        await withTaskGroup(of: WatchReport?.self) { group in
            group.addTask { await read(from: version, timeout: timeout, silence, status, sink) }
            group.addTask {
                await status.doubt.wait()
                if !Task.isCancelled { isDistrusted.withLock { $0 = true } }
                return nil
            }
            group.addTask {
                await keepWatch(on: silence)
                return nil
            }
            // Whoever is first ends the other; the reader's report is wanted in any case.
            for await ended in group {
                group.cancelAll()
                if let ended { report = ended }
            }
        }
        if silence.withLock({ $0.isTooLong }) { report.end = .silent }
        if isDistrusted.withLock({ $0 }) { report.end = .distrusted }
        report.lived = clock.now() - start
        return report
    }

    /// Returns when the stream has been silent for too long, or when the reader is done.
    private func keepWatch(on silence: Locked<Silence>) async {
        while case .lookAgain(let after) = silence.withLock({ $0.look(at: clock.now()) }) {
            do {
                try await clock.sleep(for: after)
            } catch {
                return
            }
        }
    }

    private func read(
        from version: String, timeout: Duration, _ silence: Locked<Silence>, _ status: ReflectorStatus,
        _ sink: Sink
    ) async -> WatchReport {
        var report = WatchReport(resourceVersion: version)
        do {
            let options = WatchOptions(
                labelSelector: options.labelSelector, fieldSelector: options.fieldSelector, resourceVersion: version,
                timeout: timeout, form: form, maximumEventBytes: options.maximumEventBytes)
            status.asksForWatch()
            silence.withLock { $0.waits(at: clock.now()) }
            var stream = try await client.watch(Object.self, collection, options: options)
            status.answered(at: clock.now())
            while true {
                silence.withLock { $0.waits(at: clock.now()) }
                let isOpen = try await stream.receive()
                guard silence.withLock({ $0.isOver() }), isOpen else { return report }
                while let event = try stream.event() {
                    try Task.checkCancellation()
                    await take(event, status, sink)
                    guard let version = event.identity.resourceVersion, !version.isEmpty else { continue }
                    report.resourceVersion = version
                    report.hasProgressed = true
                }
            }
        } catch {
            report.end = .failed(WatchFailure(error))
        }
        return report
    }

    private func take(_ event: WatchEvent<Object>, _ status: ReflectorStatus, _ sink: Sink) async {
        let now = clock.now()
        switch event.change {
        case .added(let object), .modified(let object):
            status.told(event.identity, at: now)
            await sink(.stored(transform(object)))
        case .deleted(let object):
            status.told(event.identity, at: now)
            await sink(.deleted(transform(object)))
        case .unreadable(let isDeleted, let error):
            // Below `object`.
            let problem = KubernetesError.words(for: error, below: 1)
            let object = UnreadableObject(identity: event.identity, isDeleted: isDeleted, problem: problem)
            status.told(object, at: now)
            await sink(.unreadable(object))
        case .bookmark: status.bookmarked(at: now)
        // The stream has made errors of these.
        case .error, .unknown: break
        }
    }
}
