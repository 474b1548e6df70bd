package import Autoscaling
internal import KubernetesClient
package import PrometheusClient

/// The pasts of all metrics that are foreseen, read from Prometheus beside the ticks: a tick takes what is there and waits
/// for nothing.
///
///     let histories = DemandHistories(api)
///     async let reading: Void = histories.run(SystemClock())
///     // in each tick: await histories.forecasts(for: targets, configuration, at: now)
///
/// Each is read whole once, in pieces, and then only where it goes on. A few queries are under way at once whatever the
/// number of autoscalers, and what was asked for again comes before what is asked for the first time.
package actor DemandHistories {
    /// How much is kept and asked.
    package struct Limits: Sendable {
        /// Points of all histories together, of four bytes each.
        package var points: Int64 = 16_000_000
        /// Queries under way at once.
        package var concurrency = 2
        /// A history that no tick has wanted for so long is forgotten: longer than any sync period.
        package var patience = Duration.seconds(4_200)

        package init() {}
    }

    /// What a forecast is wanted for.
    package struct Wanted: Sendable {
        package var autoscaler: Autoscaler
        package var pods: PodSet

        package init(autoscaler: Autoscaler, pods: PodSet) {
            self.autoscaler = autoscaler
            self.pods = pods
        }
    }

    private let api: PrometheusAPI
    private let limits: Limits
    private var histories: [AutoscalerKey: DemandHistory] = [:]
    /// Those that are being asked for.
    private var underWay: Set<AutoscalerKey> = []
    /// Rung when there is something to read: where nothing is foreseen nobody looks each second.
    private let begun = Doorbell()

    package init(_ api: PrometheusAPI, limits: Limits = Limits()) {
        self.api = api
        self.limits = limits
    }

    /// What is foreseen for some autoscalers at a time; `nil` for those without a prediction. What is missing is read from
    /// then on.
    package func forecasts(
        for wanted: [Wanted], _ configuration: ControllerConfiguration, at now: Timestamp
    ) -> [ForecastReading?] {
        // Those that are gone, or are not foreseen any more; a tick is not for all.
        histories = histories.filter { now.nanoseconds(since: $0.value.wanted) <= limits.patience.nanoseconds }
        return wanted.map { one in
            let key = one.autoscaler.key
            guard let policy = one.autoscaler.spec.extensions?.prediction else { return nil }
            do throws(HistoryQuestion.Fault) {
                guard let question = try HistoryQuestion(for: one.autoscaler, configuration) else { return nil }
                if histories[key]?.question != question || histories[key]?.policy != policy {
                    guard points(without: key) + question.reach <= limits.points else {
                        throw HistoryQuestion.Fault(text: "more histories than are kept at once")
                    }
                    histories[key] = DemandHistory(question, policy, at: now)
                    begun.ring()
                }
                histories[key]?.wanted = now
                return histories[key]?.reading(pods: one.pods, at: now)
            } catch {
                return .missing(error.text)
            }
        }
    }

    private func points(without key: AutoscalerKey) -> Int64 {
        histories.reduce(0) { $1.key == key ? $0 : $0 + $1.value.question.reach }
    }

    // MARK: - Reading

    /// From one look for what is due to the next.
    private static let pause: Int64 = 1

    /// Reads what is due, until the task is cancelled.
    package func run(_ clock: any ControllerClock) async {
        while !Task.isCancelled {
            if histories.isEmpty { await begun.wait() }
            begun.quiet()
            let now = clock.now()
            await refresh(at: now)
            do {
                try await clock.sleep(until: now.advanced(bySeconds: Self.pause))
            } catch {
                return
            }
        }
    }

    /// Reads what is due at a time, all of it.
    package func refresh(at now: Timestamp) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(limits.concurrency, 1) {
                group.addTask {
                    while !Task.isCancelled, await self.readOne(at: now) {}
                }
            }
        }
    }

    /// Asks for the piece that is most urgent.
    ///
    /// - Returns: Whether there was one.
    private func readOne(at now: Timestamp) async -> Bool {
        guard let (key, piece) = mostUrgent(at: now), let history = histories[key] else { return false }
        underWay.insert(key)
        defer { underWay.remove(key) }
        let answer = await ask(QueryRequest(history.question.expression, history.range(of: piece)))
        if Task.isCancelled { return false }
        // Another question may have come meanwhile, whose answer this is not.
        guard histories[key]?.question == history.question else { return true }
        histories[key]?.take(answer, to: piece, at: now)
        return true
    }

    /// What goes on before what begins, and of these the one that is nearest to its end.
    private func mostUrgent(at now: Timestamp) -> (AutoscalerKey, DemandHistory.Piece)? {
        var best: (key: AutoscalerKey, piece: DemandHistory.Piece, rank: (Int, Int64))?
        for (key, history) in histories where !underWay.contains(key) {
            guard let piece = history.due(at: now) else { continue }
            let rank = (history.isWhole ? 0 : 1, -piece.first * history.question.stepSeconds)
            if best.map({ rank < $0.rank || (rank == $0.rank && key < $0.key) }) ?? true { best = (key, piece, rank) }
        }
        return best.map { ($0.key, $0.piece) }
    }

    private func ask(_ request: QueryRequest) async -> Result<SampleMatrix, DemandHistory.Failure> {
        do {
            let answer = try await api.ask(request)
            if let doubt = answer.doubt { return .failure(.init(text: "the answer may be partial: \(doubt)")) }
            return .success(try answer.matrix().get())
        } catch let error as PrometheusError {
            return .failure(.init(text: "\(error)", asksForTooMuch: error.asksForTooMuch))
        } catch {
            return .failure(.init(text: "\(error)"))
        }
    }
}
