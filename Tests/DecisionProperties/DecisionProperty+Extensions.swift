internal import Autoscaling
internal import Recordings

extension DecisionProperty {
    /// Ticks through a random world with random extensions, whose metrics come and go: every write is within the bounds,
    /// nothing that is not known takes a target to zero, and every decision can be put into words.
    static func extensions(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed &+ 0x5EED)
        var world = RandomWorld(seed: seed, isWild: seed % 3 == 0)
        world.spec.extensions = random.extensions()
        if Bool.random(using: &random) { world.spec.minReplicas = 0 }
        let readings = world.observation.readings
        guard case .found(var scale) = world.observation.target else { return nil }
        for _ in 0..<6 {
            world.observation.target = .found(scale)
            world.observation.readings = readings.map {
                Int.random(in: 0..<3, using: &random) == 0 ? .failed(.source("gone")) : $0
            }
            world.observation.forecast = random.forecast(at: world.observation.time)
            let decision = evaluate(world.spec, world.observation, history: &world.history, flags: world.flags)
            let words = Explanation(decision, spec: world.spec, namespace: "shop", flags: world.flags)
            if words.line.isEmpty || words.paragraph.isEmpty { return "no words: \(world)" }
            if decision.rescales {
                guard (world.spec.minReplicas...world.spec.maxReplicas).contains(decision.desiredReplicas) else {
                    return "writes \(decision.desiredReplicas): \(world)"
                }
                let isKnown =
                    decision.basis == .formula && world.spec.extensions?.scaleToZero == nil
                    || decision.metrics.allSatisfy { $0.proposal != nil }
                if decision.desiredReplicas == 0, !isKnown { return "to zero, and not all is known: \(world)" }
                world.history.recordScale(
                    from: decision.currentReplicas, to: decision.desiredReplicas, at: decision.time,
                    behavior: world.spec.behavior)
                scale.specReplicas = decision.desiredReplicas
            }
            world.observation.time = world.observation.time.advanced(
                bySeconds: Int64.random(in: -5...90, using: &random))
        }
        return nil
    }
}

extension SeededGenerator {
    fileprivate mutating func extensions() -> ScalingExtensions {
        var extensions = ScalingExtensions()
        if Bool.random(using: &self) {
            extensions.fallback = FallbackPolicy(
                steps: (0..<Int.random(in: 0...3, using: &self)).map { _ in
                    FallbackPolicy.Step(
                        afterSeconds: [Int32.min, 0, 15, 60, .max].randomElement(using: &self) ?? 0, action())
                })
        }
        if Bool.random(using: &self) {
            extensions.scaleToZero = ScaleToZeroPolicy(
                cooldownSeconds: [Int32.min, 0, 30, .max].randomElement(using: &self) ?? 0,
                activation: [.init(metric: "queue", milliValue: Int64.random(in: -5...200, using: &self))])
        }
        if Bool.random(using: &self) { extensions.formula = try? Formula(formula()) }
        if Bool.random(using: &self) {
            extensions.prediction = PredictionPolicy(
                metric: [nil, "queue", "cpu", "gone"].randomElement(using: &self) ?? nil)
        }
        return extensions
    }

    fileprivate mutating func forecast(at time: Timestamp) -> ForecastReading? {
        guard Bool.random(using: &self) else { return Bool.random(using: &self) ? nil : .missing("too young") }
        let total = [Int64.min, -1, 0, 50, 150_000, .max].randomElement(using: &self) ?? 0
        return .forecast(
            Forecast(
                milliTotal: total, until: time.advanced(bySeconds: 120), usualMilliTotal: total, levelPercent: 100,
                season: .day, seasons: 3, errorPercent: Int32.random(in: 0...40, using: &self), shortPercent: 1,
                scoredSeconds: 86_400))
    }

    private mutating func formula() -> String {
        [
            "replicas(queue)", "available(queue) ? ceil(value(queue)) : current", "ceil(ratio(cpu) * current)",
            "max(replicas(queue), replicas(cpu)) - 3", "99999999999 * 99999999999", "-99999999999 * current",
            "ceil(1 / current)", "clamp(current + 1, minReplicas, maxReplicas)", "0",
        ].randomElement(using: &self) ?? "current"
    }

    private mutating func action() -> FallbackPolicy.Action {
        let replicas = [Int32.min, -1, 0, 3, 9, .max].randomElement(using: &self) ?? 0
        return [.hold, .lastGood, .atLeast(replicas: replicas), .fixed(replicas: replicas)]
            .randomElement(using: &self) ?? .hold
    }
}
