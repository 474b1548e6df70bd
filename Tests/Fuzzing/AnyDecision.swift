import Autoscaling

/// Decisions by a policy that nobody validated: none may trap, whatever the sizes and the numbers are.
enum AnyDecision {
    private static let values: [Int64] = [.min, -1, 0, 1, 90_000, .max]

    /// - Throws: ``BrokenProperty`` for a size that is none.
    static func check(_ spec: AutoscalerSpec, isValid: Bool = false) throws(BrokenProperty) {
        let time = Timestamp(nanoseconds: 1_795_486_017_734_000_000)
        for size in [Int32(0), 1, 3, .max] {
            var history = History()
            for value in values {
                let observation = Observation(
                    time: time, target: .found(ObservedScale(specReplicas: size, statusReplicas: size)),
                    readings: spec.metrics.map { _ in .value(milli: value, at: time) }, isScaledToZero: true)
                let wanted = evaluate(spec, observation, history: &history).desiredReplicas
                try require(wanted == size || wanted >= 0, "\(wanted) replicas are wanted of \(size)")
                guard isValid else { continue }
                try require(wanted == size || wanted <= spec.maxReplicas, "\(wanted) replicas are wanted of \(size)")
            }
        }
    }
}
