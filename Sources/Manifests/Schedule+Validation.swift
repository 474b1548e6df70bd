internal import KubernetesTypes
internal import Schedules

extension HorizontalAutoscaler.Schedule {
    /// As in the schema of the custom resource.
    private static let most = 16
    private static let longestName = 63

    /// What is wrong with the schedules of a spec.
    static func validate(
        _ schedules: [Self], at path: FieldPath, beside spec: HorizontalPodAutoscaler.Spec
    ) -> [FieldError] {
        let path = path.child("schedules")
        var errors: [FieldError] = []
        if schedules.count > most {
            errors.append(FieldError(.tooLong, at: path, "must have at most \(most) items"))
        }
        var names: Set<String> = []
        for (index, schedule) in schedules.enumerated() {
            errors += schedule.validate(at: path.index(index), beside: spec)
            guard let name = schedule.name, !names.insert(name).inserted else { continue }
            errors.append(
                FieldError(
                    .invalid, at: path.index(index).child("name"), "is the name of an earlier schedule",
                    value: GoText.quoted(name)))
        }
        return errors
    }

    private func validate(at path: FieldPath, beside spec: HorizontalPodAutoscaler.Spec) -> [FieldError] {
        var errors: [FieldError] = []
        for (field, value) in [("name", name), ("cron", cron), ("duration", duration)] where (value ?? "").isEmpty {
            errors.append(FieldError(.required, at: path.child(field), ""))
        }
        if let name, name.utf8.count > Self.longestName {
            errors.append(
                FieldError(.tooLong, at: path.child("name"), "may not be more than \(Self.longestName) bytes"))
        }
        if let cron, !cron.isEmpty {
            do {
                _ = try CronExpression(cron)
            } catch {
                errors.append(
                    FieldError(.invalid, at: path.child("cron"), error.description, value: GoText.quoted(cron)))
            }
        }
        if let timeZone, !TimeZoneName.isValid(timeZone) {
            errors.append(
                FieldError(
                    .invalid, at: path.child("timeZone"), "is no name of the tz database, such as Europe/Berlin or UTC",
                    value: GoText.quoted(timeZone)))
        }
        if let duration, !duration.isEmpty, ScheduleDuration.seconds(duration) == nil {
            errors.append(
                FieldError(
                    .invalid, at: path.child("duration"),
                    "must be hours, minutes and seconds, from 1m to 744h, such as 3h30m",
                    value: GoText.quoted(duration)))
        }
        return errors + validateBounds(at: path, beside: spec)
    }

    private func validateBounds(at path: FieldPath, beside spec: HorizontalPodAutoscaler.Spec) -> [FieldError] {
        if minReplicas == nil, maxReplicas == nil {
            return [FieldError(.required, at: path, "must raise minReplicas, maxReplicas or both")]
        }
        var errors: [FieldError] = []
        for (field, value) in [("minReplicas", minReplicas), ("maxReplicas", maxReplicas)] {
            guard let value, value < 1 else { continue }
            errors.append(
                FieldError(.invalid, at: path.child(field), "must be greater than or equal to 1", value: "\(value)"))
        }
        let most = max(spec.maxReplicas ?? 0, maxReplicas ?? 0)
        if let minReplicas, minReplicas > most {
            errors.append(
                FieldError(
                    .invalid, at: path.child("minReplicas"),
                    "must be less than or equal to `maxReplicas`, which is \(most) then", value: "\(minReplicas)"))
        }
        return errors
    }
}
