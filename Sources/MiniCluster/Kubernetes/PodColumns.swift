internal import Autoscaling
internal import KubernetesTypes

/// The columns of pods and of events.
enum PodColumns {
    static let columns: [Table.Column] = [
        TableColumns.name,
        Table.Column("Ready") { pod, _ in
            let containers = pod[path: ["spec", "containers"]]?.arrayValue ?? []
            let ready = statuses(pod).filter { $0["ready"] == true }
            return .string("\(ready.count)/\(containers.count)")
        },
        Table.Column("Status") { pod, _ in .string(status(pod)) },
        Table.Column("Restarts") { pod, _ in
            .string(String(statuses(pod).reduce(0) { $0 + $1.count(["restartCount"]) }))
        },
        TableColumns.age,
        Table.Column("IP", isWide: true) { pod, _ in pod[path: ["status", "podIP"]] ?? "<none>" },
        Table.Column("Node", isWide: true) { pod, _ in pod[path: ["spec", "nodeName"]] ?? "<none>" },
        Table.Column("Nominated Node", isWide: true) { _, _ in "<none>" },
        Table.Column("Readiness Gates", isWide: true) { _, _ in "<none>" },
    ]

    private static func statuses(_ pod: JSONValue) -> [JSONValue] {
        pod[path: ["status", "containerStatuses"]]?.arrayValue ?? []
    }

    /// The phase, unless something says it better: the reason why a container waits or has ended, or the deletion.
    private static func status(_ pod: JSONValue) -> String {
        var status = pod[path: ["status", "reason"]]?.stringValue ?? pod[path: ["status", "phase"]]?.stringValue ?? ""
        for container in statuses(pod).reversed() {
            for state in ["waiting", "terminated"] {
                if let reason = container[path: ["state", state, "reason"]]?.stringValue, !reason.isEmpty {
                    status = reason
                }
            }
        }
        return pod.metadata("deletionTimestamp") == nil ? status : "Terminating"
    }
}

/// The columns of events; they are given in their stored, or in their newer, version.
enum EventColumns {
    static let columns: [Table.Column] = [
        Table.Column("Last Seen") { event, now in
            let series = event[path: ["series", "lastObservedTime"]]
            return .string(
                Table.age(since: first(event, series, ["lastTimestamp", "deprecatedLastTimestamp", "eventTime"]), now))
        },
        Table.Column("Type") { event, _ in event["type"] ?? "" },
        Table.Column("Reason") { event, _ in event["reason"] ?? "" },
        Table.Column("Object") { event, _ in
            let object = event["involvedObject"] ?? event["regarding"] ?? [:]
            let kind = object["kind"]?.stringValue?.lowercased() ?? ""
            return .string("\(kind)/\(object["name"]?.stringValue ?? "")")
        },
        Table.Column("Subobject", isWide: true) { event, _ in
            (event["involvedObject"] ?? event["regarding"])?["fieldPath"] ?? ""
        },
        Table.Column("Source", isWide: true) { event, _ in
            event[path: ["source", "component"]] ?? event["reportingComponent"] ?? event["reportingController"] ?? ""
        },
        Table.Column("Message") { event, _ in event["message"] ?? event["note"] ?? "" },
        Table.Column("First Seen", isWide: true) { event, now in
            .string(
                Table.age(since: first(event, nil, ["firstTimestamp", "deprecatedFirstTimestamp", "eventTime"]), now))
        },
        Table.Column("Count", isWide: true) { event, _ in
            event["count"] ?? event["deprecatedCount"] ?? event[path: ["series", "count"]] ?? 1
        },
        Table.Column("Name", isWide: true) { event, _ in event[path: ["metadata", "name"]] ?? "" },
    ]

    private static func first(_ event: JSONValue, _ preferred: JSONValue?, _ fields: [String]) -> JSONValue? {
        ([preferred] + fields.map { event[$0] }).compactMap { $0 }.first { !$0.isNull }
            ?? event[path: ["metadata", "creationTimestamp"]]
    }
}
