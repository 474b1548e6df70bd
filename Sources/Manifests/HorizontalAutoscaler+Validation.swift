internal import Autoscaling
package import KubernetesTypes

extension HorizontalAutoscaler {
    /// What the API server would refuse about a defaulted custom resource when it is created, sorted by field: what it
    /// refuses about a HorizontalPodAutoscaler, and about the fields beyond it.
    package func validate() -> [FieldError] {
        let extensions = spec?.extensions ?? Extensions()
        let bounds = (spec?.autoscaling ?? .init()).defaulted()
        return FieldError.sorted(
            HorizontalPodAutoscaler(self).validate()
                + extensions.validate(at: FieldPath([.field("spec")]), beside: bounds))
    }
}

extension HorizontalAutoscaler.Extensions {
    /// - Parameter spec: The fields of `autoscaling/v2` beside them.
    func validate(at path: FieldPath, beside spec: HorizontalPodAutoscaler.Spec) -> [FieldError] {
        var errors = refusedChoices(at: path) + refusedPeriods(at: path)
        errors += HorizontalAutoscaler.Schedule.validate(schedules ?? [], at: path, beside: spec)
        errors += fallback?.validate(at: path.child("fallback")) ?? []
        if let scaleToZero {
            errors += scaleToZero.validate(at: path.child("scaleToZero"), metrics: AutoscalerSpec(spec).metrics)
        }
        errors += prediction?.validate(at: path.child("prediction"), beside: AutoscalerSpec(spec)) ?? []
        return errors + faults(of: formula, at: path.child("formula"), AutoscalerSpec(spec).metrics)
    }

    private func faults(of formula: String?, at path: FieldPath, _ metrics: [MetricSpec]) -> [FieldError] {
        guard let formula else { return [] }
        do throws(FormulaError) {
            try Formula(formula).check(against: metrics)
            return []
        } catch {
            return [FieldError(.invalid, at: path, error.description)]
        }
    }

    private func refusedPeriods(at path: FieldPath) -> [FieldError] {
        guard let seconds = syncPeriodSeconds, !Self.syncPeriods.contains(seconds) else { return [] }
        let (fewest, most) = (Self.syncPeriods.lowerBound, Self.syncPeriods.upperBound)
        return [
            FieldError(
                .invalid, at: path.child("syncPeriodSeconds"), "must be from \(fewest) to \(most)", value: "\(seconds)")
        ]
    }

    private static let syncPeriods: ClosedRange<Int32> = 1...3_600

    private func refusedChoices(at path: FieldPath) -> [FieldError] {
        unknownChoices.map { unknown in
            let supported = unknown.supported.map(GoText.quoted).joined(separator: ", ")
            return FieldError(
                .notSupported, at: path.below(unknown.field), "supported values: \(supported)",
                value: GoText.quoted(unknown.text))
        }
    }
}
