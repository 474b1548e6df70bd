package import Autoscaling
package import KubernetesTypes

/// One policy of a search and what it came to.
package struct TuningTrial: Sendable {
    /// On one trace.
    package struct Result: Sendable {
        package var trace: String
        package var scores: Scores
        package var expectations: [ExpectationResult]
        /// Names of those that the trace could not check, since no decision falls into their time.
        package var unchecked: [String]

        package var failures: [ExpectationResult] {
            expectations.filter { !$0.hasPassed && !unchecked.contains($0.name) }
        }
    }

    /// The values of the fields that vary; `nil` is the policy that the search began with.
    package let values: [Double]?
    package let object: HorizontalPodAutoscaler
    package let spec: AutoscalerSpec
    package let results: [Result]
    /// Pod-hours, the mean over the traces.
    package let cost: Double
    /// Pod-seconds, the mean over the traces.
    package let deficit: Double
    /// The mean over the traces.
    package let reversals: Double
    /// Expectations that it fails, over all traces.
    package let failureCount: Int

    init(values: [Double]?, object: HorizontalPodAutoscaler, spec: AutoscalerSpec, results: [Result]) {
        self.values = values
        self.object = object
        self.spec = spec
        self.results = results
        cost = results.mean(.podHours) ?? .infinity
        deficit = results.mean(.deficitPodSeconds) ?? .infinity
        reversals = results.mean(.reversals) ?? .infinity
        failureCount = results.reduce(0) { $0 + $1.failures.count }
    }

    /// Of a score over the traces for which it is defined.
    package func mean(_ name: ScoreName) -> Double? { results.mean(name) }

    /// Cheaper first; of equal cost the one that is short of less, then the calmer one.
    static func isCheaper(_ left: TuningTrial, _ right: TuningTrial) -> Bool {
        (left.cost, left.deficit, left.reversals) < (right.cost, right.deficit, right.reversals)
    }
}

extension [TuningTrial.Result] {
    fileprivate func mean(_ name: ScoreName) -> Double? {
        let values = compactMap { $0.scores[name] }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

extension [TuningTrial] {
    /// Those that no other one beats in cost, deficit and reversals, the cheapest first; of equal ones the first.
    var front: [TuningTrial] {
        let sorted = enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            if TuningTrial.isCheaper(first, second) { return true }
            return TuningTrial.isCheaper(second, first) ? false : left.offset < right.offset
        }
        var front: [TuningTrial] = []
        for (_, trial) in sorted {
            // Whatever beats it is cheaper or as cheap, and so stands before it.
            let isBeaten = front.contains { other in
                other.deficit <= trial.deficit && other.reversals <= trial.reversals
            }
            if !isBeaten { front.append(trial) }
        }
        return front
    }
}
