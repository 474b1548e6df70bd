internal import KubernetesTypes

/// The checks that a client can run into by an honest mistake; not everything that the real server refuses.
enum Validation {
    static func causes(_ object: JSONValue, _ kind: ResourceKind) -> [FieldCause] {
        var causes = nameCauses(object.metadata("name") ?? "", field: "metadata.name")
        if let prefix = object.metadata("generateName") {
            // What is generated goes on after a dash.
            causes += nameCauses(prefix.hasSuffix("-") ? prefix + "x" : prefix, field: "metadata.generateName")
        }
        switch kind.storage {
        case ResourceKind.events.storage where kind.conversion == .eventsV1: causes += eventCauses(object)
        case ResourceKind.deployments.storage, ResourceKind.replicaSets.storage, ResourceKind.statefulSets.storage:
            causes += workloadCauses(object)
        case ResourceKind.pods.storage:
            causes += containerCauses(object["spec"], at: "spec")
        case ResourceKind.horizontalPodAutoscalers.storage:
            causes += autoscalerCauses(object["spec"] ?? [:])
        case ResourceKind.leases.storage:
            if let duration = object[path: ["spec", "leaseDurationSeconds"]], (duration.intValue ?? 0) <= 0 {
                causes.append(.invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"))
            }
        case ResourceKind.customResourceDefinitions.storage: causes += CustomResources.causes(object)
        default: causes += kind.schema?.causes(of: object) ?? []
        }
        return causes
    }

    /// - Source: RFC 1123 subdomain, as `IsDNS1123Subdomain` checks it.
    private static func nameCauses(_ name: String, field: String) -> [FieldCause] {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isValid =
            name.utf8.count <= 253
            && parts.allSatisfy { part in
                part.first != "-" && part.last != "-" && !part.isEmpty
                    && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            }
        if isValid { return [] }
        return [
            .invalid(
                field, .string(name),
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation "
                    + #"is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#)
        ]
    }

    private static func workloadCauses(_ object: JSONValue) -> [FieldCause] {
        let spec = object["spec"] ?? [:]
        var causes: [FieldCause] = []
        if let replicas = spec["replicas"], (replicas.intValue ?? 0) < 0 {
            causes.append(.invalid("spec.replicas", replicas, "must be greater than or equal to 0"))
        }
        guard let selector = spec["selector"], !selector.isEmpty else {
            return causes + [.required("spec.selector", "")]
        }
        let labels = spec[path: ["template", "metadata", "labels"]] ?? [:]
        if !LabelQuery(selector: selector).matches(labels) {
            causes.append(
                .invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"))
        }
        return causes + containerCauses(spec[path: ["template", "spec"]], at: "spec.template.spec")
    }

    private static func containerCauses(_ spec: JSONValue?, at path: String) -> [FieldCause] {
        guard let containers = spec?["containers"]?.arrayValue, !containers.isEmpty else {
            return [.required("\(path).containers", "")]
        }
        return containers.indices.flatMap { index in
            ["name", "image"].filter { containers[index][$0]?.stringValue?.isEmpty ?? true }.map {
                .required("\(path).containers[\(index)].\($0)", "")
            }
        }
    }

    private static func autoscalerCauses(_ spec: JSONValue) -> [FieldCause] {
        var causes: [FieldCause] = []
        let minimum = spec["minReplicas"]?.intValue ?? 1
        let maximum = spec["maxReplicas"]?.intValue ?? 0
        if minimum < 1 {
            causes.append(.invalid("spec.minReplicas", .int(minimum), "must be greater than or equal to 1"))
        }
        if maximum < 1 {
            causes.append(.invalid("spec.maxReplicas", .int(maximum), "must be greater than 0"))
        } else if maximum < minimum {
            causes.append(
                .invalid("spec.maxReplicas", .int(maximum), "must be greater than or equal to `minReplicas`"))
        }
        for field in ["kind", "name"] where spec[path: ["scaleTargetRef", field]]?.stringValue?.isEmpty ?? true {
            causes.append(.required("spec.scaleTargetRef.\(field)", ""))
        }
        for (index, metric) in (spec["metrics"]?.arrayValue ?? []).enumerated() {
            causes += utilizationCauses(metric, at: "spec.metrics[\(index)]")
        }
        for direction in ["scaleUp", "scaleDown"] {
            let policies = spec[path: ["behavior", direction, "policies"]]?.arrayValue ?? []
            for (index, policy) in policies.enumerated() {
                guard let period = policy["periodSeconds"]?.intValue, period > 1800 else { continue }
                causes.append(
                    .invalid(
                        "spec.behavior.\(direction).policies[\(index)].periodSeconds", .int(period),
                        "must be less than or equal to 1800"))
            }
        }
        return causes
    }

    private static func utilizationCauses(_ metric: JSONValue, at path: String) -> [FieldCause] {
        for source in ["resource", "containerResource"] {
            guard let target = metric[path: [source, "target"]] else { continue }
            if target["averageUtilization"] == nil, target["averageValue"] == nil {
                return [
                    .required(
                        "\(path).\(source).target.averageUtilization",
                        "must set either a target raw value or a target utilization")
                ]
            }
        }
        return []
    }

    /// - Source: `pkg/apis/core/validation/events.go`, for `events.k8s.io/v1`. The event is in its stored version.
    private static func eventCauses(_ event: JSONValue) -> [FieldCause] {
        var causes: [FieldCause] = []
        for field in ["action", "reason"] where event[field]?.stringValue?.isEmpty ?? true {
            causes.append(.required(field, ""))
        }
        if event["message"]?.stringValue?.utf8.count ?? 0 > 1024 {
            causes.append(.invalid("message", "", "can have at most 1024 characters"))
        }
        return causes
    }

    /// What is wrong with the MicroTime fields of a Lease: they need six digits of fraction as written.
    static func unreadableTime(_ object: JSONValue, _ kind: ResourceKind) -> String? {
        guard kind.storage == ResourceKind.leases.storage else { return nil }
        for field in ["acquireTime", "renewTime"] {
            guard let text = object[path: ["spec", field]]?.stringValue else { continue }
            let fraction = text.drop { $0 != "." }.dropFirst().prefix { $0.isNumber }
            if fraction.count != 6 {
                let rest = text.dropFirst(19)
                return "parsing time \"\(text)\" as \"2006-01-02T15:04:05.000000Z07:00\": "
                    + "cannot parse \"\(rest)\" as \".000000\""
            }
        }
        return nil
    }
}
