extension PromQLEvaluator {
    /// The groups of a vector, each reduced to one sample, in the order of their labels.
    static func aggregate(
        _ aggregation: PromQLExpression.Aggregation, _ grouping: PromQLExpression.Grouping, _ samples: [VectorSample],
        at milliseconds: Int64
    ) -> [VectorSample] {
        var groups: [SeriesIdentity: [Double]] = [:]
        for sample in samples {
            let group =
                switch grouping {
                case .by(let names): sample.identity.keeping(names)
                case .without(let names): sample.identity.removing(names + [SeriesIdentity.metricLabel])
                }
            groups[group, default: []].append(sample.value)
        }
        return groups.sorted { $0.key < $1.key }.map { group, values in
            VectorSample(identity: group, value: reduce(aggregation, values), milliseconds: milliseconds)
        }
    }

    private static func reduce(_ aggregation: PromQLExpression.Aggregation, _ values: [Double]) -> Double {
        switch aggregation {
        case .sum: values.reduce(0, +)
        case .average: values.reduce(0, +) / Double(values.count)
        case .maximum: RangeWindow.extreme(values, >) ?? .nan
        case .minimum: RangeWindow.extreme(values, <) ?? .nan
        case .count: Double(values.count)
        }
    }

    /// An operator between scalars and vectors; two vectors are matched one to one on all their labels.
    func binary(
        _ symbol: PromQLExpression.Operator, _ left: Value, _ right: Value, returnsBool: Bool
    ) throws(PromQLError) -> Value {
        switch (left, right) {
        case (.scalar(let one), .scalar(let other)):
            return .scalar(Self.result(symbol, one, other))
        case (.vector(let samples), .scalar(let scalar)):
            return .vector(
                try unique(
                    samples.compactMap { combined(symbol, $0, $0.value, scalar, keeping: $0.value, returnsBool) }))
        case (.scalar(let scalar), .vector(let samples)):
            return .vector(
                try unique(
                    samples.compactMap { combined(symbol, $0, scalar, $0.value, keeping: $0.value, returnsBool) }))
        case (.vector(let ones), .vector(let others)):
            return .vector(try matched(symbol, ones, others, returnsBool: returnsBool))
        default:
            throw .execution("binary expression must contain only scalar and instant vector types")
        }
    }

    private func matched(
        _ symbol: PromQLExpression.Operator, _ ones: [VectorSample], _ others: [VectorSample], returnsBool: Bool
    ) throws(PromQLError) -> [VectorSample] {
        var partners: [SeriesIdentity: VectorSample] = [:]
        for other in others {
            if let former = partners.updateValue(other, forKey: other.identity.withoutMetric) {
                throw Self.manyToMany(former, other, side: "right")
            }
        }
        var used: [SeriesIdentity: VectorSample] = [:]
        var result: [VectorSample] = []
        for one in ones {
            let signature = one.identity.withoutMetric
            guard let partner = partners[signature] else { continue }
            let sample = combined(symbol, one, one.value, partner.value, keeping: one.value, returnsBool)
            guard let sample else { continue }
            if let former = used.updateValue(one, forKey: signature) {
                throw Self.manyToMany(former, one, side: "left")
            }
            result.append(sample)
        }
        return result
    }

    private static func manyToMany(_ one: VectorSample, _ other: VectorSample, side: String) -> PromQLError {
        .execution(
            "found duplicate series for the match group \(one.identity.withoutMetric) on the \(side) hand-side of the "
                + "operation: [\(other.identity), \(one.identity)];many-to-many matching not allowed: matching labels "
                + "must be unique on one side")
    }

    /// One sample of the result; `nil` when a comparison filters it out. Only a filter keeps the metric's name.
    private func combined(
        _ symbol: PromQLExpression.Operator, _ sample: VectorSample, _ left: Double, _ right: Double,
        keeping value: Double, _ returnsBool: Bool
    ) -> VectorSample? {
        let outcome = Self.result(symbol, left, right)
        guard symbol.isComparison, !returnsBool else { return computed(sample.identity.withoutMetric, outcome) }
        return outcome == 1 ? computed(sample.identity, value) : nil
    }

    private static func result(_ symbol: PromQLExpression.Operator, _ left: Double, _ right: Double) -> Double {
        switch symbol {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .remainder: left.truncatingRemainder(dividingBy: right)
        case .equal: left == right ? 1 : 0
        case .notEqual: left != right ? 1 : 0
        case .greater: left > right ? 1 : 0
        case .less: left < right ? 1 : 0
        case .greaterOrEqual: left >= right ? 1 : 0
        case .lessOrEqual: left <= right ? 1 : 0
        }
    }
}
