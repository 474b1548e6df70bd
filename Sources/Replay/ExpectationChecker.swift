package import Autoscaling
internal import Manifests

/// Whether one expectation held.
package struct ExpectationResult: Hashable, Sendable {
    package var name: String
    package var hasPassed: Bool
    /// Where it stands, `file:line:column`.
    package var place: String
    /// What was found, with the moment and the explanation of the decision where there is one.
    package var message: String
    /// The first moment it failed at.
    package var time: Timestamp?
}

/// Checks expectations while a replay runs: hand it each tick, and the scores at the end.
package struct ExpectationChecker {
    /// How one rule about moments stands.
    private struct Progress {
        /// Ticks that were looked at.
        var checked = 0
        var failures = 0
        var first: ExpectationResult?
    }

    private let expectations: Expectations
    /// For the explanations; a journal may change it on the way.
    var spec: AutoscalerSpec
    var flags: ControllerFlags
    private var progress: [Progress]
    private var worst = WorstMoments()
    private var previous: ReplayTick?

    package init(_ expectations: Expectations, spec: AutoscalerSpec, flags: ControllerFlags = ControllerFlags()) {
        self.expectations = expectations
        self.spec = spec
        self.flags = flags
        progress = Array(repeating: Progress(), count: expectations.expectations.count)
    }

    package mutating func observe(_ tick: ReplayTick) {
        worst.observe(tick)
        for index in progress.indices {
            switch expectations.expectations[index].rule {
            case .score: continue
            case .by(let moment, let quantity, let bounds):
                // The last decision at or before the moment is known once one comes after it.
                guard let previous, moment.isPassed(from: previous.time, to: tick.time, zone: expectations.zone) else {
                    continue
                }
                check(index, quantity, bounds, previous)
            case .between(let from, let to, let quantity, let bounds):
                if Expectations.Moment.contains(tick.time, from, to, zone: expectations.zone) {
                    check(index, quantity, bounds, tick)
                }
            }
        }
        previous = tick
    }

    private mutating func check(
        _ index: Int, _ quantity: Expectations.Quantity, _ bounds: Expectations.Bounds, _ tick: ReplayTick
    ) {
        let value: Double? =
            switch quantity {
            case .replicas: Double(tick.decision.desiredReplicas)
            case .readyReplicas: Double(tick.readyReplicas)
            case .utilization: tick.utilization
            }
        // Without a ready pod there is no utilisation to be too high or too low.
        guard let value else { return }
        progress[index].checked += 1
        if bounds.admits(value) { return }
        progress[index].failures += 1
        guard progress[index].first == nil else { return }
        let why = Explanation(tick.decision, spec: spec, namespace: "default", flags: flags).line
        let time = TraceTime.text(tick.time, zone: expectations.zone)
        progress[index].first = result(
            index, hasPassed: false,
            "\(quantity.rawValue) is \(NumberText.short(value)) at \(time), not \(bounds.text): \(why)", at: tick.time)
    }

    /// - Returns: One result for each expectation, in the order written.
    package func finish(_ scores: Scores) -> [ExpectationResult] {
        progress.indices.map { index in
            switch expectations.expectations[index].rule {
            case .score(let name, let bounds):
                guard let value = scores[name] else {
                    return result(index, hasPassed: false, "\(name.rawValue) is undefined for this run")
                }
                let text = "\(name.rawValue) is \(NumberText.short(value)) \(name.unit)"
                if bounds.admits(value) { return result(index, hasPassed: true, text) }
                let moment = worst.moment(of: name, isTooHigh: value > bounds.atMost ?? .infinity)
                return result(
                    index, hasPassed: false, "\(text), not \(bounds.text)\(words(moment))", at: moment?.tick.time)
            case .by, .between:
                if var failure = progress[index].first {
                    failure.message += " (\(progress[index].failures) of \(progress[index].checked) moments)"
                    return failure
                }
                let count = progress[index].checked
                return count > 0
                    ? result(index, hasPassed: true, "holds at all of \(count) moments")
                    : result(index, hasPassed: false, "the replay has no decision at this time, so nothing was checked")
            }
        }
    }

    /// Where a score went wrong most, and why.
    private func words(_ moment: WorstMoments.Moment?) -> String {
        guard let moment else { return "" }
        let time = TraceTime.text(moment.tick.time, zone: expectations.zone)
        let why = Explanation(moment.tick.decision, spec: spec, namespace: "default", flags: flags).line
        return "; \(moment.what) at \(time): \(why)"
    }

    private func result(_ index: Int, hasPassed: Bool, _ message: String, at time: Timestamp? = nil)
        -> ExpectationResult
    {
        let expectation = expectations.expectations[index]
        return ExpectationResult(
            name: expectation.name, hasPassed: hasPassed, place: "\(expectations.file):\(expectation.place)",
            message: message, time: time)
    }
}

extension Expectations.Moment {
    private static let day: Int64 = 86_400_000_000_000

    /// Nanoseconds since midnight.
    private static func clock(_ time: Timestamp, _ zone: ZoneOffset) -> Int64 {
        let remainder = time.advanced(bySeconds: zone.seconds).nanoseconds % day
        return remainder < 0 ? remainder + day : remainder
    }

    /// Whether the moment lies at or after the first time and before the second.
    func isPassed(from first: Timestamp, to second: Timestamp, zone: ZoneOffset) -> Bool {
        switch self {
        case .instant(let instant): return first <= instant && instant < second
        case .timeOfDay(let seconds):
            let wait = seconds * 1_000_000_000 % Expectations.Moment.day - Expectations.Moment.clock(first, zone)
            let ahead = wait < 0 ? wait + Expectations.Moment.day : wait
            return ahead < second.nanoseconds(since: first)
        }
    }

    /// Whether a time lies between two moments; times of day may go past midnight.
    static func contains(
        _ time: Timestamp, _ from: Expectations.Moment, _ to: Expectations.Moment, zone: ZoneOffset
    ) -> Bool {
        switch (from, to) {
        case (.instant(let first), .instant(let last)): return first <= time && time < last
        case (.timeOfDay(let first), .timeOfDay(let last)):
            let now = clock(time, zone)
            let (start, end) = (first * 1_000_000_000, last * 1_000_000_000)
            return start <= end ? start <= now && now < end : now >= start || now < end
        default: return false
        }
    }
}
