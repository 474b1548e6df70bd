extension ExplanationWriter {
    /// One metric's way from value to proposal: `cpu 95 % / 70 % = 1.357, × 2 pods = 2.71, rounded up to 3`.
    func arithmetic(_ index: Int, _ proposal: ReplicaProposal) -> String {
        let metric = spec.metrics[index]
        let unit = metric.unit
        let ratio = NumberText.decimal(proposal.usageRatio, digits: 3)
        let quotient =
            "\(metric.shortName) \(unit.text(unit.value(of: proposal))) / \(unit.text(unit.target)) = \(ratio)"
        switch proposal.rule {
        case .withinTolerance: return "\(quotient), within tolerance (\(toleranceText)): no change"
        case .ratio: return "\(quotient), \(product(proposal.usageRatio, proposal))"
        case .fromZero: return "\(quotient), rounded up to \(proposal.replicas)"
        case .totalOverAverage:
            return "\(metric.shortName) \(unit.text(unit.value(of: proposal))) a pod / \(unit.text(unit.target))"
                + " = \(ratio), × \(NumberText.count(proposal.multiplier, "pod")), rounded up to \(proposal.replicas)"
        case .correctedRatio:
            return "\(quotient); with stand-ins for pods that do not count "
                + "\(corrected(proposal)), \(product(proposal.correctedRatio ?? 1, proposal))"
        case .correctedWithinTolerance:
            return "\(quotient); with stand-ins for pods that do not count \(corrected(proposal)), within tolerance "
                + "(\(toleranceText)): no change"
        case .correctedDirectionFlip:
            return "\(quotient); with stand-ins for pods that do not count \(corrected(proposal)), which points the "
                + "other way: no change"
        case .countAgainstDirection:
            return "\(quotient); with stand-ins for pods that do not count \(corrected(proposal)), which times "
                + "\(NumberText.count(proposal.multiplier, "pod")) points the other way: no change"
        }
    }

    private func corrected(_ proposal: ReplicaProposal) -> String {
        NumberText.decimal(proposal.correctedRatio ?? proposal.usageRatio, digits: 3)
    }

    private func product(_ ratio: Double, _ proposal: ReplicaProposal) -> String {
        let exact = ratio * Double(proposal.multiplier)
        let count = NumberText.count(proposal.multiplier, "pod")
        let text = NumberText.decimal(exact, digits: 2)
        return exact == exact.rounded()
            ? "× \(count) = \(text)" : "× \(count) = \(text), rounded up to \(proposal.replicas)"
    }

    private var toleranceText: String {
        let tolerance = flags.tolerance(for: spec.behavior)
        let low = NumberText.decimal(1 - tolerance.scaleDown, digits: 3)
        let high = NumberText.decimal(1 + tolerance.scaleUp, digits: 3)
        return "\(low) to \(high)"
    }
}

/// How the values of a metric are counted and written.
package struct MetricUnit {
    package enum Kind {
        case percent, decimal, binary
    }

    package var kind: Kind
    /// Whole percent, or thousandths.
    package var target: Int64
    /// Whether it is an average over the pods, rather than the metric as a whole.
    package var isAverage: Bool

    /// What a proposal saw, in the unit of the target.
    package func value(of proposal: ReplicaProposal) -> Int64 {
        kind == .percent ? Int64(proposal.utilization ?? 0) : proposal.usage
    }

    /// A value as people write it: `95 %`, `250m`, `33.4`, `128Mi`.
    package func text(_ value: Int64) -> String {
        // Thousandths beside whole ones are read as decimals: 33.4, not 33400m.
        let isMixed = value.magnitude > 1_000 && !value.isMultiple(of: 1_000)
        switch kind {
        case .percent: return "\(value) %"
        case .decimal where isMixed: return NumberText.decimal(Double(value) / 1_000, digits: 3)
        case .decimal: return Quantity(milli: value).description
        case .binary where isMixed: return NumberText.decimal(Double(value) / 1_000, digits: 0)
        case .binary: return Quantity(milli: value, format: .binarySI).description
        }
    }
}

extension MetricSpec {
    /// The metric in a word or two: `cpu`, `cpu of container app`, `queue`.
    public var shortName: String {
        switch source {
        case .resource(let name): name
        case .containerResource(let name, let container): "\(name) of container \(container)"
        case .pods(let identifier), .external(let identifier): identifier.name
        case .object(let identifier, let object): "\(identifier.name) of \(object.kind) \(object.name)"
        case .prometheus(let query): query.shortName
        case .unknown(let type): "metric of type \(type)"
        }
    }

    /// How its values are counted, and what they are held to.
    package var unit: MetricUnit {
        if let averageValue = target.averageValue, target.kind != .value || source.prefersAverageValue {
            return MetricUnit(kind: source.isMemory ? .binary : .decimal, target: averageValue, isAverage: true)
        }
        if source.isResource, let percent = target.averageUtilization {
            return MetricUnit(kind: .percent, target: Int64(percent), isAverage: true)
        }
        return MetricUnit(kind: .decimal, target: target.value ?? 0, isAverage: false)
    }
}

extension MetricSource {
    fileprivate var isResource: Bool {
        switch self {
        case .resource, .containerResource: true
        default: false
        }
    }

    fileprivate var isMemory: Bool {
        switch self {
        case .resource(let name), .containerResource(let name, _): name == "memory"
        default: false
        }
    }

    fileprivate var prefersAverageValue: Bool {
        switch self {
        case .object, .prometheus: false
        default: true
        }
    }
}

extension String {
    /// The same text as the beginning of a sentence.
    var capitalizedFirst: String {
        guard let first else { return self }
        return first.uppercased() + dropFirst()
    }
}
