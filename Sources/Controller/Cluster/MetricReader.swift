internal import Autoscaling
internal import PrometheusClient

/// Turns the answers to a round's questions into readings of Pods, Object, External and Prometheus metrics.
struct MetricReader: Sendable {
    private let snapshot: Snapshot
    private let questions: MetricQuestions
    /// Samples older than this are missing.
    private let ageLimit: Duration
    private let now: Timestamp
    /// By the text of the expression; each answer is read once for all autoscalers.
    private var pods: [String: Result<PodValues, Problem>] = [:]

    /// Why an answer cannot be used.
    struct Problem: Error, Sendable {
        var text: String
    }

    init(snapshot: Snapshot, questions: MetricQuestions, ageLimit: Duration, now: Timestamp) {
        self.snapshot = snapshot
        self.questions = questions
        self.ageLimit = ageLimit
        self.now = now
        for question in questions.ofPods {
            for query in question.asked.expressions where pods[query] == nil {
                pods[query] = answer(to: query).flatMap { answer in
                    Result { () throws(UnusableAnswer) in
                        try PodValues(answer, namespace: question.namespace, query: query)
                    }.mapError { Problem(text: "\($0)") }
                }
            }
        }
    }

    /// - Returns: `nil` for a type of metrics that no question is asked for.
    func reading(of source: MetricSource, pods: PodInventory, for autoscaler: Autoscaler) -> MetricReading? {
        switch questions[source, autoscaler] {
        case nil: return nil
        case .failure(.selector(let text)): return .failed(.selector(text))
        case .failure(.metric(let text)): return .failed(.source(text))
        case .success(let question):
            switch source {
            case .pods: return reading(of: question.asked, pods, autoscaler.key.namespace)
            case .external: return total(question.asked, nil) { .series([$0], at: $1) }
            case .prometheus(let query): return total(question.asked, query.whenEmpty) { .value(milli: $0, at: $1) }
            default: return total(question.asked, nil) { .value(milli: $0, at: $1) }
            }
        }
    }

    /// Why the answers that a metric is read from may be partial.
    func doubt(about source: MetricSource, of autoscaler: Autoscaler) -> String? {
        guard case .success(let question) = questions[source, autoscaler] else { return nil }
        return question.asked.expressions.lazy.compactMap { snapshot.doubt(about: $0) }.first
    }

    private func answer(to query: String) -> Result<QueryAnswer, Problem> {
        switch snapshot.answer(to: query) {
        case nil: .failure(Problem(text: "Prometheus was not asked; query '\(query)'"))
        case .failure(let error): .failure(Problem(text: "unable to fetch metrics from Prometheus: \(error)"))
        case .success(let answer): .success(answer)
        }
    }

    // MARK: - One number

    private func total(
        _ question: MetricQuestion, _ whenEmpty: PrometheusQuery.WhenEmpty?,
        _ reading: (Int64, Timestamp) -> MetricReading
    ) -> MetricReading {
        do throws(Problem) {
            let value = try number(question.value, whenEmpty)
            // Nothing is younger than the look at it, which was an earlier one where the query is slow.
            var time = evaluated(question.value)
            if let query = question.time {
                guard let last = QueryAnswer.time(ofSeconds: try number(query)) else {
                    throw Problem(text: "the time of the samples is no time; query '\(query)'")
                }
                time = min(time, last)
            }
            guard isFresh(time) else {
                throw Problem(
                    text: "all samples are older than \(ageLimit.components.seconds) s; query '\(question.value)'")
            }
            return reading(QueryAnswer.milliValue(value), time)
        } catch {
            return .failed(.source(error.text))
        }
    }

    private func number(
        _ query: String, _ whenEmpty: PrometheusQuery.WhenEmpty? = nil
    ) throws(Problem) -> Double {
        let answer = try answer(to: query).get()
        do {
            return try answer.number(of: query).get()
        } catch {
            if error.isEmpty, whenEmpty == .zero { return 0 }
            let advice = error.isEmpty && whenEmpty == .error ? "; if nothing means 0, write whenEmpty: Zero" : ""
            throw Problem(text: "\(error)\(advice)")
        }
    }

    private func evaluated(_ query: String) -> Timestamp {
        guard case .success(let answer) = snapshot.answer(to: query), let time = answer.evaluated else { return now }
        return min(time, now)
    }

    private func isFresh(_ time: Timestamp) -> Bool { now.nanoseconds(since: time) <= ageLimit.nanoseconds }

    // MARK: - A number for each pod

    private func reading(of question: MetricQuestion, _ pods: PodInventory, _ namespace: String) -> MetricReading {
        do throws(Problem) {
            let values = try podValues(question.value)
            let times = try question.time.map { (query) throws(Problem) in try podValues(query) }
            let evaluated = evaluated(question.value)
            var (samples, usable, old, unusable) = ([PodSample](), 0, 0, 0)
            samples.reserveCapacity(pods.pods.count)
            for name in pods.pods.names {
                let last = times.map { $0[namespace, name].flatMap(QueryAnswer.time(ofSeconds:)) } ?? evaluated
                let time = last.map { min($0, evaluated) }
                // A rate outlives its series by its window: without a time there is no such series any more.
                guard let value = values[namespace, name], let time else {
                    samples.append(.missing)
                    continue
                }
                guard value.isFinite, isFresh(time) else {
                    if value.isFinite { old += 1 } else { unusable += 1 }
                    samples.append(.missing)
                    continue
                }
                usable += 1
                samples.append(
                    PodSample(
                        value: QueryAnswer.milliValue(value), time: time,
                        windowNanoseconds: question.window.nanoseconds))
            }
            if usable == 0, !pods.pods.isEmpty {
                var causes: [String] = []
                if old > 0 {
                    causes.append("\(old) pods have only samples older than \(ageLimit.components.seconds) s")
                }
                if unusable > 0 { causes.append("\(unusable) pods have NaN or infinity for a value") }
                if causes.isEmpty { causes.append("Prometheus has no series of the \(pods.pods.count) pods") }
                throw Problem(
                    text: "no metrics returned from custom metrics API (\(causes.joined(separator: "; ")); query "
                        + "'\(question.value)')")
            }
            return .pods(PodReadings(samples: samples))
        } catch {
            return .failed(.source(error.text))
        }
    }

    private func podValues(_ query: String) throws(Problem) -> PodValues {
        guard let values = pods[query] else { throw Problem(text: "Prometheus was not asked; query '\(query)'") }
        return try values.get()
    }
}
