internal import Autoscaling

/// Where autoscalers come from.
package protocol AutoscalerSource: Sendable {
    /// The autoscalers as they are now, and what is wrong with their source; asked at the start of each tick.
    mutating func autoscalers() async throws -> SourceReading
}

/// What a source says.
package struct SourceReading: Sendable {
    package var autoscalers: [Autoscaler]
    /// What is wrong with it now; the last good state stands.
    package var problems: [String]

    package init(autoscalers: [Autoscaler], problems: [String] = []) {
        self.autoscalers = autoscalers
        self.problems = problems
    }
}

/// Autoscalers that never change.
package struct FixedAutoscalers: AutoscalerSource {
    private let all: [Autoscaler]

    package init(_ all: [Autoscaler]) {
        self.all = all
    }

    package func autoscalers() -> SourceReading { SourceReading(autoscalers: all) }
}

/// The loop: a tick each sync period, and nothing in between.
///
///     let loop = ControlLoop(source: source, reconciler: reconciler, clock: SystemClock(), stateFile: nil) { report in
///         print(report.autoscalers.map(\.decision.desiredReplicas))
///     }
///     try await loop.run()
package struct ControlLoop: Sendable {
    private let source: any AutoscalerSource
    private let reconciler: Reconciler
    private let clock: any ControllerClock
    private let syncPeriod: Duration
    private let stateFile: StateFile?
    private let onTick: @Sendable (TickReport) async -> Void

    /// - Parameters:
    ///   - stateFile: Without one, a restart begins new windows: the present size is then the first recommendation,
    ///     which holds a scale-down for a whole window.
    ///   - onTick: Called after each tick, before the loop waits for the next.
    package init(
        source: any AutoscalerSource, reconciler: Reconciler, clock: any ControllerClock = SystemClock(),
        syncPeriod: Duration = .seconds(15), stateFile: StateFile? = nil,
        onTick: @escaping @Sendable (TickReport) async -> Void = { _ in }
    ) {
        self.source = source
        self.reconciler = reconciler
        self.clock = clock
        self.syncPeriod = syncPeriod
        self.stateFile = stateFile
        self.onTick = onTick
    }

    /// Ticks at once and then each sync period, until the task is cancelled; a tick that overruns skips the next ones.
    ///
    /// - Returns: Once cancelled, when the writes under way have ended and the state is saved.
    /// - Throws: What the source throws.
    package func run() async throws {
        let loaded = stateFile?.load() ?? StateFile.Loaded(store: HistoryStore())
        var store = loaded.store
        var problems = loaded.warning.map { [$0] } ?? []
        var source = source
        let schedule = TickSchedule(start: clock.now(), period: syncPeriod)
        for number in 1... {
            do {
                try Task.checkCancellation()
                let report = try await tick(number, &source, &store, problems)
                problems = []
                // Before the report goes out: whoever moves the clock on a report must not make the loop miss a tick.
                let next = schedule.next(after: clock.now())
                await onTick(report)
                try await clock.sleep(until: next)
            } catch is CancellationError {
                return
            }
        }
    }

    private func tick(
        _ number: Int, _ source: inout any AutoscalerSource, _ store: inout HistoryStore, _ problems: [String]
    ) async throws -> TickReport {
        let start = clock.now()
        let reading = try await source.autoscalers()
        var problems = problems + reading.problems
        let before = store
        store.keep(Set(reading.autoscalers.map(\.key)))
        let round = try await reconciler.reconcile(
            reading.autoscalers, store: &store, at: start, beforeWriting: { try stateFile?.save($0) })
        if let stateFile, store != before {
            do {
                try stateFile.save(store)
            } catch {
                problems.append("\(error)")
            }
        }
        return TickReport(
            number: number, time: start,
            duration: .nanoseconds(max(clock.now().nanoseconds(since: start), 0)), autoscalers: round.autoscalers,
            warnings: round.warnings, problems: problems)
    }
}
