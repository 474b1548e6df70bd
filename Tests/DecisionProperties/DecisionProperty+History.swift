internal import Autoscaling
internal import Recordings

extension DecisionProperty {
    /// Decides some ticks later from a whole history and from the compacted one, and compacts again at each tick.
    static func compaction(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed)
        let world = RandomWorld(seed: seed, isWild: false)
        let now = world.observation.time
        var whole = random.longHistory(now: now)
        var compact = whole.compacted(at: now)
        if compact.recommendations.count > whole.recommendations.count { return "seed \(seed): it grew: \(compact)" }
        var observation = world.observation
        var spec = world.spec
        spec.stretchWindows(using: &random)
        observation.time = now.advanced(bySeconds: Int64.random(in: 0...4_000, using: &random))
        for _ in 0..<4 {
            let decision = evaluate(spec, observation, history: &whole, flags: world.flags)
            let other = evaluate(spec, observation, history: &compact, flags: world.flags)
            if decision != other { return "seed \(seed): \(decision) became \(other): \(world)" }
            if decision.rescales {
                whole.count(decision, spec)
                compact.count(decision, spec)
            }
            compact = compact.compacted(at: observation.time)
            observation.time = observation.time.advanced(bySeconds: Int64.random(in: 1...120, using: &random))
        }
        return nil
    }

    /// With very few records a target moves no further than with all of them.
    static func coarseCompaction(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed)
        let world = RandomWorld(seed: seed, isWild: false)
        var whole = random.longHistory(now: world.observation.time)
        let limit = Int.random(in: 1...3, using: &random)
        var compact = whole.compacted(
            at: world.observation.time, .init(mostRecommendations: limit, mostScaleEvents: limit))
        guard compact.recommendations.count <= 2 * limit, compact.scaleUpEvents.count <= limit,
            compact.scaleDownEvents.count <= limit
        else { return "seed \(seed): more than \(limit): \(compact)" }
        let decision = evaluate(world.spec, world.observation, history: &whole, flags: world.flags)
        let other = evaluate(world.spec, world.observation, history: &compact, flags: world.flags)
        guard let exact = decision.stabilization, let coarse = other.stabilization else {
            return decision == other ? nil : "seed \(seed): \(world)"
        }
        // Without a behavior only the way down is stabilized.
        let current = decision.currentReplicas
        let isNearer =
            world.spec.behavior == nil
            ? coarse.stabilized >= exact.stabilized
            : (min(current, exact.stabilized)...max(current, exact.stabilized)).contains(coarse.stabilized)
        return isNearer ? nil : "seed \(seed): \(exact) became \(coarse): \(world)"
    }
}

extension History {
    fileprivate mutating func count(_ decision: Decision, _ spec: AutoscalerSpec) {
        recordScale(
            from: decision.currentReplicas, to: decision.desiredReplicas, at: decision.time, behavior: spec.behavior)
    }
}

extension AutoscalerSpec {
    /// Sometimes the longest windows and periods that the API allows.
    fileprivate mutating func stretchWindows(using random: inout SeededGenerator) {
        guard behavior != nil, Bool.random(using: &random) else { return }
        behavior?.scaleUp.stabilizationWindowSeconds = Int32.random(in: 0...3_600, using: &random)
        behavior?.scaleDown.stabilizationWindowSeconds = Bool.random(using: &random) ? 3_600 : nil
    }
}

extension SeededGenerator {
    /// Up to an hour and a half of recommendations, fewer than what is always kept; times may be equal or unsorted.
    fileprivate mutating func longHistory(now: Timestamp) -> History {
        let step = Int64.random(in: 1...90, using: &self)
        let range = Int32.random(in: 1...60, using: &self)
        let recommendations = (0..<Int.random(in: 0...60, using: &self)).map { index in
            let age = Int64(index) * step + Int64.random(in: 0...step, using: &self)
            return History.Recommendation(
                time: now.advanced(bySeconds: -age), replicas: Int32.random(in: 0...range, using: &self))
        }
        func events(_ random: inout SeededGenerator) -> [History.ScaleEvent] {
            (0..<Int.random(in: 0...20, using: &random)).map { _ in
                History.ScaleEvent(
                    time: now.advanced(bySeconds: -Int64.random(in: 0...2_400, using: &random)),
                    change: Int32.random(in: 1...5, using: &random))
            }
        }
        return History(
            recommendations: recommendations.shuffled(using: &self), scaleUpEvents: events(&self),
            scaleDownEvents: events(&self))
    }
}
