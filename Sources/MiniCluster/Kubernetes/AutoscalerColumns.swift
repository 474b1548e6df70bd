internal import Autoscaling
internal import KubernetesTypes

/// The columns of horizontal pod autoscalers.
enum AutoscalerColumns {
    static let columns: [Table.Column] = [
        TableColumns.name,
        Table.Column("Reference") { object, _ in
            let target = object[path: ["spec", "scaleTargetRef"]] ?? [:]
            return .string("\(target["kind"]?.stringValue ?? "")/\(target["name"]?.stringValue ?? "")")
        },
        Table.Column("Targets") { object, _ in .string(targets(object)) },
        Table.Column("MinPods") { object, _ in
            object[path: ["spec", "minReplicas"]].map { .string("\($0)") } ?? "<unset>"
        },
        Table.Column("MaxPods", type: "integer") { object, _ in .int(object.count(["spec", "maxReplicas"])) },
        Table.Column("Replicas", type: "integer") { object, _ in .int(object.count(["status", "currentReplicas"])) },
        TableColumns.age,
    ]

    /// The first two metrics, and how many more there are: `cpu: 50%/60%, 12/30 (avg) + 1 more...`.
    private static func targets(_ object: JSONValue) -> String {
        if object["apiVersion"] == "autoscaling/v1" { return targetsV1(object) }
        let metrics = object[path: ["spec", "metrics"]]?.arrayValue ?? []
        let statuses = object[path: ["status", "currentMetrics"]]?.arrayValue ?? []
        if metrics.isEmpty { return "<none>" }
        let texts = metrics.enumerated().map { index, metric in
            target(metric, status: index < statuses.count ? statuses[index] : nil)
        }
        let shown = texts.prefix(2).joined(separator: ", ")
        return texts.count > 2 ? "\(shown) + \(texts.count - 2) more..." : shown
    }

    private static func targetsV1(_ object: JSONValue) -> String {
        guard let target = object[path: ["spec", "targetCPUUtilizationPercentage"]]?.intValue else { return "<none>" }
        let current = object[path: ["status", "currentCPUUtilizationPercentage"]]?.intValue
        return "cpu: \(current.map { "\($0)%" } ?? "<unknown>")/\(target)%"
    }

    private static func target(_ metric: JSONValue, status: JSONValue?) -> String {
        let type = metric["type"]?.stringValue ?? ""
        let field = type.prefix(1).lowercased() + type.dropFirst()
        guard let source = metric[field], let target = source["target"] else { return "<unknown type>" }
        let current = status?["type"] == metric["type"] ? status?[path: [field, "current"]] : nil
        let prefix = type == "Resource" || type == "ContainerResource" ? "\(source["name"]?.stringValue ?? ""): " : ""
        if let wanted = target["averageUtilization"]?.intValue {
            let found = current?["averageUtilization"]?.intValue.map { "\($0)%" } ?? "<unknown>"
            return "\(prefix)\(found)/\(wanted)%"
        }
        if let wanted = target["averageValue"]?.stringValue {
            let suffix = type == "Resource" || type == "ContainerResource" || type == "Pods" ? "" : " (avg)"
            return "\(prefix)\(current?["averageValue"]?.stringValue ?? "<unknown>")/\(wanted)\(suffix)"
        }
        return "\(prefix)\(current?["value"]?.stringValue ?? "<unknown>")/\(target["value"]?.stringValue ?? "<auto>")"
    }
}
