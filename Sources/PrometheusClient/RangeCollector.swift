public import Autoscaling
internal import HTTPTransport

/// Asks Prometheus what a controller would have been told at each step of a stretch of the past.
public struct RangeCollector: Sendable {
    private let api: PrometheusAPI
    private let concurrency: Int

    /// - Parameter concurrency: Queries under way at once, at least 1.
    public init(_ api: PrometheusAPI, concurrency: Int = SnapshotCollector.defaultConcurrency) {
        self.api = api
        self.concurrency = max(concurrency, 1)
    }

    /// Runs all queries of a plan as range queries; the plan's own time does not count.
    ///
    /// - Parameters:
    ///   - start: The first step, in whole milliseconds.
    ///   - steps: How many there are, above 0. Prometheus answers at most 11,000.
    /// - Throws: The first ``PrometheusError``; ``PrometheusError/asksForTooMuch`` says whether fewer steps may do.
    public func collect(
        _ plan: SnapshotPlan, from start: Timestamp, step: Duration, steps: Int
    ) async throws -> RangeSnapshot {
        let end = start.advanced(byNanoseconds: step.nanoseconds * Int64(max(steps, 1) - 1))
        let batches = plan.limits.batches(of: plan.namespaces)
        let resources = plan.resources.sorted { $0.resource < $1.resource }
        var requests: [QueryRequest] = []
        for resource in resources {
            for batch in batches {
                for text in [resource.usageExpression(namespaces: batch), resource.timeExpression(namespaces: batch)] {
                    requests.append(
                        QueryRequest(
                            text, .range(start: start, end: end, step: step), labels: .only(ResourceQuery.labels)))
                }
            }
        }
        let expressions = Set(plan.expressions).sorted()
        requests += expressions.map { QueryRequest($0, .range(start: start, end: end, step: step)) }
        let (matrices, doubts) = try await matrices(of: requests)
        let usage = Array(matrices.prefix(requests.count - expressions.count))
        return RangeSnapshot(
            start: start, step: step, count: max(steps, 1), resources: resources, batches: batches, usage: usage,
            answers: Dictionary(uniqueKeysWithValues: zip(expressions, matrices.suffix(expressions.count))),
            doubts: doubts)
    }

    /// The answers in the order of the requests, and the expressions whose answers may be partial.
    private func matrices(of requests: [QueryRequest]) async throws -> ([SampleMatrix], doubts: [String: String]) {
        try await withThrowingTaskGroup(of: (Int, QueryAnswer).self) { group in
            var answers: [QueryAnswer?] = Array(repeating: nil, count: requests.count)
            for (index, request) in requests.enumerated() {
                if index >= concurrency, let (done, answer) = try await group.next() { answers[done] = answer }
                group.addTask { (index, try await self.api.ask(request)) }
            }
            for try await (done, answer) in group { answers[done] = answer }
            var doubts: [String: String] = [:]
            for (request, answer) in zip(requests, answers) { doubts[request.expression] = answer?.doubt }
            return (try answers.compactMap { try $0?.matrix().get() }, doubts)
        }
    }
}

/// The answers to one stretch of the past.
public struct RangeSnapshot: Sendable {
    public let start: Timestamp
    public let step: Duration
    /// Steps, at least 1.
    public let count: Int
    private let resources: [ResourceQuery]
    private let batches: [[String]]
    /// For each resource and batch: usage and times.
    private let usage: [SampleMatrix]
    private let answers: [String: SampleMatrix]
    /// By expression: why its answer may be partial.
    private let doubts: [String: String]

    init(
        start: Timestamp, step: Duration, count: Int, resources: [ResourceQuery], batches: [[String]],
        usage: [SampleMatrix], answers: [String: SampleMatrix], doubts: [String: String]
    ) {
        self.start = start
        self.step = step
        self.count = count
        self.resources = resources
        self.batches = batches
        self.usage = usage
        self.answers = answers
        self.doubts = doubts
    }

    /// The time of a step, from 0.
    public func time(of index: Int) -> Timestamp { start.advanced(byNanoseconds: step.nanoseconds * Int64(index)) }

    /// What ``SnapshotCollector`` would have collected at a step.
    ///
    /// - Parameter expressions: Those whose answers are wanted too.
    public func snapshot(at index: Int, answering expressions: [String] = []) -> Snapshot {
        let time = time(of: index)
        var usages: [String: ResourceUsage] = [:]
        var next = 0
        for resource in resources {
            var builder = ResourceUsageBuilder(resource)
            for batch in batches {
                builder.add(
                    usage: usage[next].vector(at: time), times: usage[next + 1].vector(at: time), namespaces: batch)
                if !doubts.isEmpty {
                    let asked = [
                        resource.usageExpression(namespaces: batch), resource.timeExpression(namespaces: batch),
                    ]
                    builder.doubt(batch, asked.lazy.compactMap { doubts[$0] }.first)
                }
                next += 2
            }
            usages[resource.resource] = builder.finish()
        }
        let answers = expressions.map { expression in
            var answer = QueryAnswer(result: .vector(vector(of: expression, at: index)))
            answer.knownDoubt = doubts[expression]
            return (expression, Result<_, PrometheusError>.success(answer))
        }
        return Snapshot(
            time: time, resources: usages, answers: Dictionary(answers) { first, _ in first }, warnings: [])
    }

    /// The answer to an expression at a step; empty where nobody asked for it.
    public func vector(of expression: String, at index: Int) -> SampleVector {
        answers[expression]?.vector(at: time(of: index)) ?? SampleVector()
    }

    /// Whether an expression has any sample at all.
    public func isEmpty(_ expression: String) -> Bool { answers[expression].map(\.isEmpty) ?? true }
}

extension SampleMatrix {
    /// The samples of one moment.
    ///
    /// - Complexity: O(series × log of their samples).
    func vector(at time: Timestamp) -> SampleVector {
        var vector = SampleVector()
        vector.table = table
        for entry in entries {
            var (low, high) = (entry.points.lowerBound, entry.points.upperBound)
            while low < high {
                let middle = low + (high - low) / 2
                if points[middle].time < time { low = middle + 1 } else { high = middle }
            }
            guard low < entry.points.upperBound, points[low].time == time else { continue }
            vector.entries.append(.init(labels: entry.labels, time: time, value: .number(points[low].value)))
        }
        return vector
    }
}

extension QueryAnswer {
    /// The result where a matrix is needed.
    public func matrix() -> Result<SampleMatrix, PrometheusError> {
        if case .matrix(let matrix) = result { return .success(matrix) }
        return .failure(
            PrometheusError(
                kind: .unexpectedResult(result.typeName), message: "a matrix is needed", query: question?.query ?? "",
                url: question?.url ?? ""))
    }
}

extension PrometheusError {
    /// Whether the same question over a shorter time may well be answered.
    public var asksForTooMuch: Bool {
        switch kind {
        case .tooManySamples, .queryTimeout, .transport(.responseTooLarge(_)), .transport(.timeout(.total)): true
        case .badQuery: message.contains("exceeded maximum resolution")
        default: false
        }
    }
}
