package import KubernetesTypes

extension HorizontalAutoscaler {
    /// What the API server would refuse about a defaulted custom resource when it is created, sorted by field: what it
    /// refuses about a HorizontalPodAutoscaler, and about the fields beyond it.
    package func validate() -> [FieldError] {
        let extensions = spec?.extensions ?? Extensions()
        return FieldError.sorted(
            HorizontalPodAutoscaler(self).validate() + extensions.validate(at: FieldPath([.field("spec")])))
    }
}

extension HorizontalAutoscaler.Extensions {
    func validate(at path: FieldPath) -> [FieldError] {
        unknownChoices.map { unknown in
            let supported = unknown.supported.map(GoText.quoted).joined(separator: ", ")
            return FieldError(
                .notSupported, at: path.below(unknown.field), "supported values: \(supported)",
                value: GoText.quoted(unknown.text))
        }
    }
}
