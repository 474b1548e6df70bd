internal import Autoscaling
package import KubernetesClient

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

/// The loop: a tick each sync period, and in between only for autoscalers that have a shorter one of their own.
///
///     let loop = ControlLoop(source: source, reconciler: reconciler, clock: SystemClock(), stateFile: nil) { report in
///         print(report.autoscalers.map(\.decision.desiredReplicas))
///     }
///     try await loop.run()
///
/// Where several controllers stand for election, only the leader ticks; the others keep their caches and wait. Where they
/// share the work, each ticks for the namespaces that it owns.
package struct ControlLoop: Sendable {
    private let source: any AutoscalerSource
    private let configuration: (any ConfigurationSource)?
    private let reconciler: Reconciler
    private let objects: ObjectWriter?
    private let ownership: Ownership
    private let clock: any ControllerClock
    private let syncPeriod: Duration
    private let stateFile: StateFile?
    private let onTick: @Sendable (TickReport) async -> Void
    private let onStandby: @Sendable () async -> Void

    /// How often a candidate looks whether it leads: a fraction of the time in which a standby is to take over.
    private static let candidatePeriod = Duration.milliseconds(100)
    /// How often one of several looks whether it has got another shard.
    private static let sharePeriod = Duration.milliseconds(500)

    /// - Parameters:
    ///   - configuration: What the reconciler works by from tick to tick; always by its own when `nil`.
    ///   - objects: Writes statuses and Events; `nil` where autoscalers are no objects, or nothing is to be written.
    ///   - ownership: Whose autoscalers are looked after; who owns nothing does not tick.
    ///   - stateFile: Without one, and without a status to remember by, a restart begins new windows: the present size is
    ///     then the first recommendation, which holds a scale-down for a whole window.
    ///   - onTick: Called after each tick, before the loop waits for the next.
    ///   - onStandby: Called each sync period while somebody else leads: a sign of life.
    package init(
        source: any AutoscalerSource, configuration: (any ConfigurationSource)? = nil, reconciler: Reconciler,
        objects: ObjectWriter? = nil,
        ownership: Ownership = .uncontested(), clock: any ControllerClock = SystemClock(),
        syncPeriod: Duration = .seconds(15), stateFile: StateFile? = nil,
        onTick: @escaping @Sendable (TickReport) async -> Void = { _ in },
        onStandby: @escaping @Sendable () async -> Void = {}
    ) {
        self.source = source
        self.configuration = configuration
        self.reconciler = reconciler
        self.objects = objects
        self.ownership = ownership
        self.clock = clock
        self.syncPeriod = syncPeriod
        self.stateFile = stateFile
        self.onTick = onTick
        self.onStandby = onStandby
    }

    /// Ticks at once and then each sync period, until the task is cancelled; a tick that overruns skips the next ones.
    ///
    /// - Returns: Once cancelled, when the writes under way have ended and the state is saved.
    /// - Throws: What the source throws.
    package func run() async throws {
        let loaded = stateFile?.load() ?? StateFile.Loaded(store: HistoryStore())
        var state = State(
            source: source, configuration: configuration, store: loaded.store,
            problems: loaded.warning.map { [$0] } ?? [])
        do {
            while true {
                try await waitForLeadership()
                try await lead(&state)
            }
        } catch is CancellationError {
            return
        }
    }

    /// What the loop carries from tick to tick.
    private struct State {
        var source: any AutoscalerSource
        var configuration: (any ConfigurationSource)?
        var store: HistoryStore
        var problems: [String]
        var number = 0
        /// The terms that the store is from, by shard.
        var terms: [Int: Int]?
    }

    private func waitForLeadership() async throws {
        var nextSign = clock.now()
        while !ownership.isAny {
            let now = clock.now()
            if now >= nextSign {
                await onStandby()
                nextSign = now.advanced(byNanoseconds: syncPeriod.nanoseconds)
            }
            try await clock.sleep(until: now.advanced(byNanoseconds: Self.candidatePeriod.nanoseconds))
        }
    }

    /// Ticks for as long as this process leads.
    private func lead(_ state: inout State) async throws {
        let owned = ownership.terms
        if let terms = state.terms {
            // Another may have been at work in between: what was remembered may be wrong, and the objects know.
            state.store.keep(namespaces: { terms[ownership.shard(of: $0)] == owned[ownership.shard(of: $0)] })
        }
        state.terms = owned
        var due = DueTimes(start: clock.now(), period: syncPeriod)
        while !owned.isEmpty, ownership.terms == owned {
            try Task.checkCancellation()
            let report = try await tick(&state, owned, &due)
            // Before the report goes out: whoever moves the clock on a report must not make the loop miss a tick.
            let next = due.next(after: clock.now())
            await onTick(report)
            try await sleep(until: next, owning: owned)
        }
    }

    /// Sleeps until the next tick; not as long when another shard has come meanwhile, or one is gone.
    private func sleep(until next: Timestamp, owning owned: [Int: Int]) async throws {
        while ownership.isShared, ownership.terms == owned {
            let until = clock.now().advanced(byNanoseconds: Self.sharePeriod.nanoseconds)
            if until >= next { break }
            try await clock.sleep(until: until)
        }
        if ownership.terms == owned { try await clock.sleep(until: next) }
    }

    private func tick(_ state: inout State, _ owned: [Int: Int], _ due: inout DueTimes) async throws -> TickReport {
        let start = clock.now()
        var reading = try await state.source.autoscalers()
        if ownership.isShared {
            reading.autoscalers.removeAll { owned[ownership.shard(of: $0.key.namespace)] == nil }
        }
        var problems = state.problems + reading.problems
        var reconciler = reconciler
        if let reading = state.configuration?.configuration() {
            reconciler.configuration = reading.configuration
            problems += reading.problems
        }
        if ownership.isShared {
            reconciler.configuration.fleet = reconciler.configuration.fleet?.share(owned.count, of: ownership.count)
        }
        // A second reference to the store would make its first change copy all of it.
        let before = stateFile == nil ? nil : state.store
        state.store.keep(reading.autoscalers.lazy.map(\.key))
        let periods = due.take(Set(reading.autoscalers.map { $0.spec.syncPeriod ?? syncPeriod }), at: start)
        let isDue: (Autoscaler) -> Bool = { periods.contains($0.spec.syncPeriod ?? syncPeriod) }
        let resting = reading.autoscalers.filter { !isDue($0) }
        let round = try await reconciler.reconcile(
            resting.isEmpty ? reading.autoscalers : reading.autoscalers.filter(isDue), beside: resting,
            store: &state.store, at: start, beforeWriting: { try stateFile?.save($0) })
        if let objects {
            problems += await objects.write(round.autoscalers, &state.store, at: start)
        }
        if let stateFile, let before, state.store != before {
            do {
                try stateFile.save(state.store)
            } catch {
                problems.append("\(error)")
            }
        }
        state.problems = []
        state.number += 1
        return TickReport(
            number: state.number, time: start,
            duration: .nanoseconds(max(clock.now().nanoseconds(since: start), 0)), autoscalers: round.autoscalers,
            resting: resting.map(\.key), crowds: round.crowds, warnings: round.warnings,
            queryFailures: round.queryFailures,
            problems: problems)
    }
}
