/// A recommendation held against those of the recent past.
public struct Stabilization: Hashable, Sendable, Codable {
    /// Whether something was held back, and in which direction.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// The recommendation stands as it is.
        case unchanged
        /// Recent recommendations were lower.
        case scaleUpStabilized
        /// Recent recommendations were higher.
        case scaleDownStabilized
    }

    /// What the metrics ask for.
    public var recommendation: Int32
    /// What the windows let through.
    public var stabilized: Int32
    /// Whether a window held it back.
    public var reason: Reason
    /// When the record that holds the recommendation back leaves its window; `nil` when nothing is held back.
    public var heldUntil: Timestamp?
}

extension Stabilization {
    /// Without `behavior`: the highest recommendation of the flag's window, its edge included.
    ///
    /// - Source: `horizontal.go` v1.36, `stabilizeRecommendation`.
    static func withoutBehavior(
        _ recommendation: Int32, history: inout History, windowNanoseconds length: Int64, now: Timestamp
    ) -> Stabilization {
        let cutoff = now.advanced(byNanoseconds: 0 &- length)
        var highest = recommendation
        var holder: Timestamp?
        var outdated: Int?
        for index in history.recommendations.indices {
            let record = history.recommendations[index]
            if record.time < cutoff {
                outdated = index
            } else if record.replicas > highest || (record.replicas == highest && holder != nil) {
                holder = record.replicas > highest ? record.time : max(record.time, holder ?? record.time)
                highest = record.replicas
            }
        }
        history.record(History.Recommendation(time: now, replicas: recommendation), replacing: outdated)
        return Stabilization(
            recommendation: recommendation, stabilized: highest,
            reason: highest == recommendation ? .unchanged : .scaleDownStabilized,
            heldUntil: holder?.advanced(byNanoseconds: length))
    }

    /// With `behavior`: the present size, moved no further than the recommendations of both windows allow.
    ///
    /// A record whose age equals the window does not count any more.
    ///
    /// - Source: `horizontal.go` v1.36, `stabilizeRecommendationWithBehaviors`.
    package static func withBehavior(
        _ recommendation: Int32, current: Int32, behavior: ScalingBehavior, downWindowSeconds: Int64,
        history: inout History, now: Timestamp
    ) -> Stabilization {
        let upSeconds = Int64(behavior.scaleUp.stabilizationWindowSeconds ?? 0)
        let upCutoff = now.advanced(bySeconds: -upSeconds)
        let downCutoff = now.advanced(bySeconds: -downWindowSeconds)
        var lowest = recommendation
        var highest = recommendation
        var lowestHolder: Timestamp?
        var highestHolder: Timestamp?
        var outdated: Int?
        let outOfBoth = min(upCutoff, downCutoff)
        for index in history.recommendations.indices {
            let record = history.recommendations[index]
            if record.time < outOfBoth {
                outdated = index
            } else if record.replicas < recommendation {
                guard record.time > upCutoff, record.replicas <= lowest else { continue }
                lowestHolder = record.replicas < lowest ? record.time : max(record.time, lowestHolder ?? record.time)
                lowest = record.replicas
            } else if record.replicas > recommendation {
                guard record.time > downCutoff, record.replicas >= highest else { continue }
                highestHolder =
                    record.replicas > highest ? record.time : max(record.time, highestHolder ?? record.time)
                highest = record.replicas
            }
        }
        let stabilized = min(max(current, lowest), highest)
        history.record(History.Recommendation(time: now, replicas: recommendation), replacing: outdated)
        let goesUp = recommendation >= current
        let holder = goesUp ? lowestHolder : highestHolder
        return Stabilization(
            recommendation: recommendation, stabilized: stabilized,
            reason: stabilized == recommendation
                ? .unchanged : (goesUp ? .scaleUpStabilized : .scaleDownStabilized),
            heldUntil: stabilized == recommendation
                ? nil : holder?.advanced(bySeconds: goesUp ? upSeconds : downWindowSeconds))
    }
}
