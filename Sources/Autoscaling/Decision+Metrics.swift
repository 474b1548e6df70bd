extension Decision {
    /// Whether each metric that it points at is one of its own.
    ///
    /// One that ``evaluate(_:_:history:flags:)`` made is so; one that was read may say anything.
    package var pointsAtOwnMetrics: Bool {
        var places: [Int?] = [prediction?.metric]
        switch basis {
        case .metric(let index, let invalid): places += [index, invalid?.first]
        case .invalidMetrics(let invalid): places.append(invalid.first)
        case .fallback(let invalid): places.append(invalid?.first)
        default: break
        }
        switch rescaleReason {
        case .metricAboveTarget(let index), .metricExpectedAboveTarget(let index): places.append(index)
        default: break
        }
        switch activity?.state {
        case .active(let index), .unknown(let index): places.append(index)
        case .idle, nil: break
        }
        if case .failed(.metric(let index)) = formula?.outcome { places.append(index) }
        return places.allSatisfy { $0.map(metrics.indices.contains) ?? true }
    }
}
