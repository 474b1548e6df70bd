import Autoscaling

/// The work that is timed: decisions about a Deployment at 95 % of its target's request.
struct DecisionBenchmarks {
    var spec = AutoscalerSpec(
        scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web"),
        minReplicas: 1, maxReplicas: 10_000,
        metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(70))],
        behavior: ScalingBehavior())
    let now = Timestamp(nanoseconds: 1_773_424_800_000_000_000)

    func observation(pods count: Int) -> Observation {
        var pods = PodSet()
        var readings = PodReadings(samples: [])
        for index in 0..<count {
            // Some young, some not ready: every rule of the grouping is walked.
            let age = Int64(index % 7 == 0 ? 120 : 3_600)
            pods.append(
                PodState(
                    phase: .running, readiness: index % 11 == 0 ? .false : .true,
                    readyTransition: now.advanced(bySeconds: 60 - age), startTime: now.advanced(bySeconds: -age)),
                named: "web-\(index)")
            readings.samples.append(
                PodSample(
                    value: 60 + Int64(index % 50), time: now.advanced(bySeconds: -10),
                    windowNanoseconds: 30_000_000_000))
            readings.requests.milliValues.append(100)
        }
        return Observation(
            time: now, target: .found(ObservedScale(specReplicas: Int32(count), statusReplicas: Int32(count))),
            pods: pods, readings: [.pods(readings)])
    }

    /// A whole decision, explanation aside, every 15 s with a full five-minute window behind it.
    func decision(pods: Int) -> Measurement {
        ticks(of: spec, observation(pods: pods), replicas: Int32(pods))
    }

    /// The calculator alone: what the Go controller's `GetResourceReplicas` does.
    func calculator(pods count: Int) -> Measurement {
        let observation = observation(pods: count)
        guard case .pods(let readings) = observation.readings[0] else {
            return Measurement(nanoseconds: 0, allocations: 0)
        }
        let calculator = ReplicaCalculator(tolerance: Tolerance(scaleDown: 0.1, scaleUp: 0.1))
        return Measurement.median {
            let proposal = try? calculator.replicas(
                forUtilization: 70, readings: readings, pods: observation.pods, currentReplicas: Int32(count),
                considersReadiness: true, now: now)
            return proposal?.replicas ?? 0
        }
    }

    /// Stabilisation and policies alone: what the Go controller's `normalizeDesiredReplicasWithBehaviors` does.
    func stabilization() -> Measurement {
        var history = fullHistory(replicas: 10)
        var time = now
        let behavior = ScalingBehavior()
        let bounds = ReplicaBounds(minReplicas: 1, maxReplicas: 10_000)
        return Measurement.median {
            time = time.advanced(bySeconds: 15)
            let stabilization = Stabilization.withBehavior(
                20, current: 10, behavior: behavior, downWindowSeconds: 300, history: &history, now: time)
            let limitation = Limitation.withBehavior(
                stabilization.stabilized, current: 10, bounds: bounds, behavior: behavior, history: history, now: time)
            return limitation.replicas
        }
    }

    /// A whole decision whose metric is one number.
    func oneNumber() -> Measurement {
        var spec = spec
        spec.metrics = [
            MetricSpec(source: .external(MetricIdentifier(name: "queue")), target: .averageValue(milli: 10_000))
        ]
        let observation = Observation(
            time: now, target: .found(ObservedScale(specReplicas: 10, statusReplicas: 10)),
            readings: [.value(milli: 200_000, at: now)])
        return ticks(of: spec, observation, replicas: 10)
    }

    private func ticks(of spec: AutoscalerSpec, _ observation: Observation, replicas: Int32) -> Measurement {
        var observation = observation
        var history = fullHistory(replicas: replicas)
        return Measurement.median {
            observation.time = observation.time.advanced(bySeconds: 15)
            return evaluate(spec, observation, history: &history).desiredReplicas
        }
    }

    /// Storing a scale event in a history whose periods are full.
    func scaleEvent() -> Measurement {
        var history = fullHistory(replicas: 10)
        var time = now
        return Measurement.median {
            time = time.advanced(bySeconds: 15)
            history.recordScale(from: 10, to: 12, at: time, behavior: spec.behavior)
            return Int32(truncatingIfNeeded: history.scaleUpEvents.count)
        }
    }

    /// The words of a decision over 1,000 pods: made only when asked for.
    func explanation() -> Measurement {
        var history = fullHistory(replicas: 1_000)
        let decision = evaluate(spec, observation(pods: 1_000), history: &history)
        return Measurement.median {
            let explanation = Explanation(decision, spec: spec, namespace: "shop", flags: ControllerFlags())
            return Int32(truncatingIfNeeded: explanation.line.utf8.count)
        }
    }

    /// Twenty recommendations and as many changes, 15 seconds apart; the oldest has just left the window, so that each
    /// step finds a slot to use again, as in a controller that has run for long.
    private func fullHistory(replicas: Int32) -> History {
        let times = (1...21).reversed().map { now.advanced(bySeconds: -15 * $0) }
        return History(
            recommendations: times.map { History.Recommendation(time: $0, replicas: replicas) },
            scaleUpEvents: times.map { History.ScaleEvent(time: $0, change: 1) },
            scaleDownEvents: times.map { History.ScaleEvent(time: $0, change: 1) })
    }
}
