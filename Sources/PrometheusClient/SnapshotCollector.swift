internal import Autoscaling
internal import Locking

/// Asks Prometheus everything that one tick needs.
public struct SnapshotCollector: Sendable {
    /// Queries under way at once unless told otherwise: Prometheus runs 20 at most (`--query.max-concurrency`), and
    /// dashboards want some of them.
    public static let defaultConcurrency = 4

    /// At which time queries are evaluated.
    public enum EvaluationTime: Sendable {
        /// That of the plan: for looks at a past, and where all share one clock.
        case planned
        /// The server's own now, whatever the time of the plan.
        ///
        /// A window that ends in what is the future of the server holds fewer samples than it should, and the rate over it
        /// is lower than the truth. With clocks that differ a controller would shrink what is in use.
        case serverNow
    }

    private let api: PrometheusAPI
    private let evaluationTime: EvaluationTime
    private let concurrency: Int
    /// `nil` to wait for every query.
    let board: QueryBoard?
    /// Where the series of each batch belong, from tick to tick.
    private let directories = Locked(DirectoryShelf())

    /// For single looks: every query is waited for.
    ///
    /// - Parameter concurrency: Queries under way at once, at least 1.
    public init(
        _ api: PrometheusAPI, at evaluationTime: EvaluationTime = .planned, concurrency: Int = defaultConcurrency
    ) {
        self.api = api
        self.evaluationTime = evaluationTime
        self.concurrency = max(concurrency, 1)
        board = nil
    }

    /// For a controller: a query that takes longer than `patience` is not waited for. Its last answer counts until it has
    /// answered, and one that has never answered fails those who need it.
    ///
    /// - Parameters:
    ///   - patience: For one query. While it answers within that, its answer is that of the tick.
    ///   - roundLimit: For all queries of a tick.
    ///   - concurrency: Queries under way at once, at least 1, and as many slow ones beside them.
    public init(
        _ api: PrometheusAPI, at evaluationTime: EvaluationTime = .planned, patience: Duration, roundLimit: Duration,
        concurrency: Int = defaultConcurrency
    ) {
        self.init(
            api, at: evaluationTime, patience: QueryBoard.Patience(query: patience, round: roundLimit),
            concurrency: concurrency)
    }

    init(
        _ api: PrometheusAPI, at evaluationTime: EvaluationTime = .planned, patience: QueryBoard.Patience,
        concurrency: Int
    ) {
        self.api = api
        self.evaluationTime = evaluationTime
        self.concurrency = max(concurrency, 1)
        board = QueryBoard(places: self.concurrency, patience: patience) { request in
            do {
                return .success(try await api.ask(request))
            } catch let error as PrometheusError {
                return .failure(error)
            } catch {
                return .failure(PrometheusError(kind: .underWay, message: "", query: request.expression, url: ""))
            }
        }
    }

    /// Runs the queries of a plan, each with the time-out of the configuration.
    ///
    /// - Throws: `CancellationError` alone; a query that fails is a value of the snapshot.
    public func collect(_ plan: SnapshotPlan) async throws -> Snapshot {
        let batches = plan.limits.batches(of: plan.namespaces)
        var resources: [String: ResourceQuery] = [:]
        for resource in plan.resources { resources[resource.resource] = resource }
        let ordered = resources.values.sorted { $0.resource < $1.resource }

        let evaluation = evaluation(of: plan)
        var requests: [QueryRequest] = []
        var known: [PodDirectory?] = []
        if board != nil { directories.withLock { $0.beginRound() } }
        for resource in ordered {
            for batch in batches {
                let (usage, times) = (
                    resource.usageExpression(namespaces: batch), resource.timeExpression(namespaces: batch)
                )
                let former = board.flatMap { _ in directories.withLock { $0.directory(of: usage) } }
                for (text, series) in [(usage, former?.usage), (times, former?.times)] {
                    var request = QueryRequest(text, evaluation, labels: .only(ResourceQuery.labels))
                    if board != nil { request.memory = AnswerMemory(series: series) }
                    requests.append(request)
                }
                known.append(former)
            }
        }
        let expressions = Set(plan.expressions).sorted()
        requests += expressions.map { QueryRequest($0, evaluation) }
        let outcomes = try await outcomes(of: requests)

        var usages: [String: ResourceUsage] = [:]
        var rest = outcomes[...]
        for (index, resource) in ordered.enumerated() {
            usages[resource.resource] = usage(
                resource, batches, rest.prefix(batches.count * 2), knowing: known.dropFirst(index * batches.count))
            rest = rest.dropFirst(batches.count * 2)
        }
        let answers = Dictionary(uniqueKeysWithValues: zip(expressions, rest))
        return Snapshot(time: plan.time, resources: usages, answers: answers, warnings: Self.warnings(in: outcomes))
    }

    private func evaluation(of plan: SnapshotPlan) -> QueryRequest.Evaluation {
        guard evaluationTime == .serverNow, let asked = plan.time else { return .instant(plan.time) }
        return .now(asked: asked)
    }

    private typealias Outcome = Result<QueryAnswer, PrometheusError>

    /// The outcomes in the order of the requests, with at most `concurrency` of them under way.
    private func outcomes(of requests: [QueryRequest]) async throws -> [Outcome] {
        if let board { return try await board.outcomes(of: requests) }
        return try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes: [Outcome?] = Array(repeating: nil, count: requests.count)
            for (index, request) in requests.enumerated() {
                if index >= concurrency, let (done, outcome) = try await group.next() { outcomes[done] = outcome }
                group.addTask { (index, try await self.outcome(of: request)) }
            }
            for try await (done, outcome) in group { outcomes[done] = outcome }
            return outcomes.compactMap(\.self)
        }
    }

    private func outcome(of request: QueryRequest) async throws -> Outcome {
        try Task.checkCancellation()
        do {
            return .success(try await api.ask(request))
        } catch let error as PrometheusError {
            return .failure(error)
        }
    }

    /// Joins the outcomes of one resource: usage and times of each batch in turn.
    private func usage(
        _ resource: ResourceQuery, _ batches: [[String]], _ outcomes: ArraySlice<Outcome>,
        knowing known: ArraySlice<PodDirectory?>
    ) -> ResourceUsage {
        var builder = ResourceUsageBuilder(resource)
        for (index, batch) in batches.enumerated() {
            let usage = outcomes[outcomes.startIndex + index * 2].flatMap { $0.vector() }
            let times = outcomes[outcomes.startIndex + index * 2 + 1].flatMap { $0.vector() }
            switch (usage, times) {
            case (.success(let usage), .success(let times)):
                let pair = outcomes.dropFirst(index * 2).prefix(2)
                let directory = builder.add(
                    usage: usage, times: times, namespaces: batch, evaluated: (try? pair.first?.get())?.evaluated,
                    knowing: known[known.startIndex + index])
                if board != nil {
                    directories.withLock { $0.keep(directory, of: resource.usageExpression(namespaces: batch)) }
                }
                builder.doubt(batch, pair.lazy.compactMap { try? $0.get().doubt }.first)
            case (.failure(let error), _), (_, .failure(let error)):
                builder.fail(batch, with: error)
            }
        }
        return builder.finish()
    }

    private static func warnings(in outcomes: [Outcome]) -> [String] {
        var seen: [String] = []
        for case .success(let answer) in outcomes {
            for warning in answer.warnings.map(PrometheusError.bounded)
            where !seen.contains(warning) && seen.count < Snapshot.maximumWarnings {
                seen.append(warning)
            }
        }
        return seen
    }
}
