internal import Autoscaling
internal import Recordings

/// A random autoscaler with a random world around it, from ordinary to absurd.
struct RandomWorld: CustomStringConvertible {
    var seed: UInt64
    var spec: AutoscalerSpec
    var observation: Observation
    var history: History
    var flags: ControllerFlags

    var description: String { "seed \(seed): \(spec) \(observation) \(history) \(flags)" }

    /// - Parameter isWild: Whether numbers come from the whole range of their type, negative ones and the ends too.
    init(seed: UInt64, isWild: Bool) {
        var random = SeededGenerator(seed: seed)
        self.init(seed: seed, isWild: isWild, using: &random)
    }

    private init(seed: UInt64, isWild: Bool, using random: inout SeededGenerator) {
        let now = Timestamp(nanoseconds: isWild ? random.wild() : 1_773_424_800_000_000_000)
        let bounds = [random.size(isWild), random.size(isWild)].sorted()
        var spec = AutoscalerSpec(
            scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "web"), minReplicas: bounds[0],
            maxReplicas: max(bounds[1], 1), metrics: [])
        let podCount = Int.random(in: 0...8, using: &random)
        var pods = PodSet()
        for index in 0..<podCount { pods.append(random.pod(now: now, isWild), named: "p\(index)") }
        var readings: [MetricReading] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let (metric, reading) = random.metric(pods: podCount, now: now, isWild)
            spec.metrics.append(metric)
            readings.append(reading)
        }
        if Bool.random(using: &random) { spec.behavior = random.behavior(isWild) }
        self.seed = seed
        self.spec = spec
        self.flags = ControllerFlags(allowsScaleToZero: Bool.random(using: &random))
        let scale = ObservedScale(specReplicas: random.size(isWild), statusReplicas: random.size(isWild))
        self.observation = Observation(
            time: now, target: .found(scale), pods: pods, readings: readings,
            isScaledToZero: Bool.random(using: &random))
        self.history = random.history(now: now, isWild)
    }
}

extension SeededGenerator {
    fileprivate mutating func wild() -> Int64 {
        switch Int.random(in: 0..<6, using: &self) {
        case 0: .max - Int64.random(in: 0...3, using: &self)
        case 1: .min + Int64.random(in: 0...3, using: &self)
        case 2: Int64.random(in: -3...3, using: &self)
        default: Int64.random(in: .min ... .max, using: &self) >> Int64.random(in: 0...62, using: &self)
        }
    }

    fileprivate mutating func size(_ isWild: Bool) -> Int32 {
        if isWild && Int.random(in: 0..<4, using: &self) == 0 { return Int32(truncatingIfNeeded: wild()) & .max }
        return Int32.random(in: 0...12, using: &self)
    }

    fileprivate mutating func value(_ isWild: Bool) -> Int64 {
        isWild ? wild() : Int64.random(in: 0...400, using: &self)
    }

    fileprivate mutating func time(before now: Timestamp, _ isWild: Bool) -> Timestamp {
        isWild
            ? Timestamp(nanoseconds: wild()) : now.advanced(bySeconds: -Int64.random(in: 0...600, using: &self))
    }

    fileprivate mutating func pod(now: Timestamp, _ isWild: Bool) -> PodState {
        PodState(
            phase: [.running, .running, .running, .pending, .succeeded, .failed, .unknown].randomElement(using: &self)
                ?? .running,
            readiness: [.true, .true, .false, .unknown, .absent].randomElement(using: &self) ?? .true,
            isDeleted: Int.random(in: 0..<10, using: &self) == 0, readyTransition: time(before: now, isWild),
            startTime: time(before: now, isWild))
    }

    fileprivate mutating func metric(pods: Int, now: Timestamp, _ isWild: Bool) -> (MetricSpec, MetricReading) {
        let target = isWild ? wild() : Int64.random(in: 1...300, using: &self)
        let identifier = MetricIdentifier(name: "queue")
        if Int.random(in: 0..<12, using: &self) == 0 {
            return (
                MetricSpec(source: .external(identifier), target: .value(milli: target)), .failed(.source("gone"))
            )
        }
        switch Int.random(in: 0..<6, using: &self) {
        case 0:
            let percent = Int32(truncatingIfNeeded: isWild ? wild() : Int64.random(in: 1...120, using: &self))
            return (
                MetricSpec(source: .resource(name: "cpu"), target: .utilization(percent)),
                podReadings(pods, now, isWild)
            )
        case 1:
            return (
                MetricSpec(source: .resource(name: "memory"), target: .averageValue(milli: target)),
                podReadings(pods, now, isWild)
            )
        case 2:
            return (
                MetricSpec(source: .pods(identifier), target: .averageValue(milli: target)),
                podReadings(pods, now, isWild)
            )
        case 3:
            let object = CrossVersionObjectReference(kind: "Ingress", name: "main")
            return (
                MetricSpec(source: .object(identifier, describedObject: object), target: .value(milli: target)),
                .value(milli: value(isWild), at: now)
            )
        case 4:
            return (MetricSpec(source: .external(identifier), target: .value(milli: target)), series(now, isWild))
        default:
            return (
                MetricSpec(source: .external(identifier), target: .averageValue(milli: target)), series(now, isWild)
            )
        }
    }

    private mutating func series(_ now: Timestamp, _ isWild: Bool) -> MetricReading {
        .series((0..<Int.random(in: 0...4, using: &self)).map { _ in value(isWild) }, at: now)
    }

    private mutating func podReadings(_ count: Int, _ now: Timestamp, _ isWild: Bool) -> MetricReading {
        var readings = PodReadings(samples: [])
        // Now and then fewer samples or requests than pods: what comes from outside need not fit together.
        let known = isWild ? Int.random(in: 0...count, using: &self) : count
        for _ in 0..<known {
            if Int.random(in: 0..<6, using: &self) == 0 {
                readings.samples.append(.missing)
            } else {
                readings.samples.append(
                    PodSample(
                        value: value(isWild), time: time(before: now, isWild),
                        windowNanoseconds: isWild ? wild() : 60_000_000_000))
            }
            readings.requests.milliValues.append(isWild ? wild() : Int64.random(in: 1...300, using: &self))
        }
        if Int.random(in: 0..<8, using: &self) == 0 { readings.unmatched = [value(isWild)] }
        return .pods(readings)
    }

    fileprivate mutating func behavior(_ isWild: Bool) -> ScalingBehavior {
        ScalingBehavior(scaleUp: rules(isWild), scaleDown: rules(isWild))
    }

    private mutating func rules(_ isWild: Bool) -> ScalingRules {
        let policies = (0..<Int.random(in: 1...3, using: &self)).map { _ in
            ScalingPolicy(
                kind: Bool.random(using: &self) ? .pods : .percent,
                value: isWild ? Int32(truncatingIfNeeded: wild()) : Int32.random(in: 1...200, using: &self),
                periodSeconds: isWild ? Int32(truncatingIfNeeded: wild()) : Int32.random(in: 1...1_800, using: &self))
        }
        return ScalingRules(
            stabilizationWindowSeconds: isWild
                ? Int32(truncatingIfNeeded: wild()) : Int32.random(in: 0...600, using: &self),
            selectPolicy: [.max, .min, .disabled].randomElement(using: &self) ?? .max, policies: policies,
            tolerance: Bool.random(using: &self) ? nil : Double.random(in: 0...0.5, using: &self))
    }

    fileprivate mutating func history(now: Timestamp, _ isWild: Bool) -> History {
        func events(_ random: inout SeededGenerator) -> [History.ScaleEvent] {
            (0..<Int.random(in: 0...3, using: &random)).map { _ in
                History.ScaleEvent(time: random.time(before: now, isWild), change: random.size(isWild))
            }
        }
        let recommendations = (0..<Int.random(in: 0...4, using: &self)).map { _ in
            History.Recommendation(time: time(before: now, isWild), replicas: size(isWild))
        }
        return History(
            recommendations: Bool.random(using: &self) ? nil : recommendations, scaleUpEvents: events(&self),
            scaleDownEvents: events(&self))
    }
}
