internal import KubernetesTypes

extension ResourceKind {
    /// A stored object as this version shows it, with `apiVersion` and `kind`.
    func presented(_ stored: JSONValue) -> JSONValue {
        var object =
            switch conversion {
            case .none: stored
            case .autoscalingV1: HorizontalPodAutoscalerV1.presented(stored)
            case .eventsV1: EventV1.presented(stored)
            }
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        return object
    }

    /// An object of this version as it is stored.
    ///
    /// - Parameter current: The stored object that it replaces: keeps what this version cannot express.
    func stored(_ object: JSONValue, over current: JSONValue? = nil) -> JSONValue {
        var object =
            switch conversion {
            case .none: object
            case .autoscalingV1: HorizontalPodAutoscalerV1.stored(object, over: current)
            case .eventsV1: EventV1.stored(object)
            }
        object["apiVersion"] = nil
        object["kind"] = nil
        return object
    }
}

/// `autoscaling/v1`: only CPU utilization. Other metrics stay in the stored object; the annotations in which the real
/// server shows them are not written.
private enum HorizontalPodAutoscalerV1 {
    static func presented(_ stored: JSONValue) -> JSONValue {
        var object = stored
        var spec = stored["spec"] ?? [:]
        spec["targetCPUUtilizationPercentage"] =
            spec["metrics"]?.arrayValue?.first(where: isCPU)?[path: ["resource", "target", "averageUtilization"]]
        spec["metrics"] = nil
        spec["behavior"] = nil
        object["spec"] = spec
        var status: JSONValue = ["currentReplicas": 0, "desiredReplicas": 0]
        for field in ["observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas"] {
            if let value = stored[path: ["status", field]] { status[field] = value }
        }
        status["currentCPUUtilizationPercentage"] =
            stored[path: ["status", "currentMetrics"]]?.arrayValue?.first(where: isCPU)?[
                path: ["resource", "current", "averageUtilization"]]
        object["status"] = status
        return object
    }

    static func stored(_ object: JSONValue, over current: JSONValue?) -> JSONValue {
        var result = object
        var metrics = (current?[path: ["spec", "metrics"]]?.arrayValue ?? []).filter { !isCPU($0) }
        if let percentage = object[path: ["spec", "targetCPUUtilizationPercentage"]] {
            metrics.append([
                "type": "Resource",
                "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": percentage]],
            ])
        }
        result[path: ["spec", "targetCPUUtilizationPercentage"]] = nil
        result[path: ["spec", "metrics"]] = metrics.isEmpty ? nil : .array(metrics)
        result[path: ["spec", "behavior"]] = current?[path: ["spec", "behavior"]]
        result[path: ["status", "currentCPUUtilizationPercentage"]] = nil
        return result
    }

    private static func isCPU(_ metric: JSONValue) -> Bool {
        metric["type"]?.stringValue == "Resource" && metric[path: ["resource", "name"]]?.stringValue == "cpu"
    }
}

/// `events.k8s.io/v1`: the same event under other names.
private enum EventV1 {
    /// Name here, name in core/v1.
    private static let names = [
        ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"),
        ("deprecatedSource", "source"), ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
    ]

    static func presented(_ stored: JSONValue) -> JSONValue {
        var object = stored
        for (name, core) in names {
            object[core] = nil
            object[name] = stored[core]
        }
        return object
    }

    static func stored(_ object: JSONValue) -> JSONValue {
        var result = object
        for (name, core) in names {
            result[name] = nil
            result[core] = object[name]
        }
        return result
    }
}
