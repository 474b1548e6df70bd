internal import Autoscaling
internal import KubernetesTypes

/// The columns of each kind.
///
/// - Source: `pkg/printers/internalversion/printers.go`.
enum TableColumns {
    typealias Column = Table.Column

    static func columns(_ kind: ResourceKind) -> [Column] {
        switch kind.storage {
        case ResourceKind.deployments.storage: deployment
        case ResourceKind.replicaSets.storage: replicaSet
        case ResourceKind.statefulSets.storage: statefulSet
        case ResourceKind.pods.storage: PodColumns.columns
        case ResourceKind.horizontalPodAutoscalers.storage: AutoscalerColumns.columns
        case ResourceKind.events.storage: EventColumns.columns
        case ResourceKind.leases.storage: lease
        case ResourceKind.services.storage: service
        case ResourceKind.namespaces.storage: namespace
        case ResourceKind.nodes.storage: node
        case ResourceKind.configMaps.storage: configMap
        default: [name] + (kind.columns.isEmpty ? [age] : kind.columns.map(column))
        }
    }

    /// A column as a CustomResourceDefinition describes it; a value that is not there leaves its place empty.
    private static func column(_ column: PrinterColumn) -> Column {
        Column(column.name, type: column.type, isWide: column.isWide) { object, now in
            guard let value = object[path: column.path], !value.isNull else { return .null }
            if column.type == "date" { return .string(Table.age(since: value, now)) }
            if column.type == "string", value.stringValue == nil { return .string(value.description) }
            return value
        }
    }

    static let name = Column("Name") { object, _ in object[path: ["metadata", "name"]] ?? "" }
    static let age = Column("Age") { object, now in
        .string(Table.age(since: object[path: ["metadata", "creationTimestamp"]], now))
    }

    private static let deployment: [Column] = [
        name,
        Column("Ready") { object, _ in
            .string("\(object.count(["status", "readyReplicas"]))/\(object.count(["spec", "replicas"]))")
        },
        Column("Up-to-date") { object, _ in .int(object.count(["status", "updatedReplicas"])) },
        Column("Available") { object, _ in .int(object.count(["status", "availableReplicas"])) },
        age, containers, images, selector,
    ]

    private static let replicaSet: [Column] = [
        name,
        Column("Desired", type: "integer") { object, _ in .int(object.count(["spec", "replicas"])) },
        Column("Current", type: "integer") { object, _ in .int(object.count(["status", "replicas"])) },
        Column("Ready", type: "integer") { object, _ in .int(object.count(["status", "readyReplicas"])) },
        age, containers, images, selector,
    ]

    private static let statefulSet: [Column] = [
        name,
        Column("Ready") { object, _ in
            .string("\(object.count(["status", "readyReplicas"]))/\(object.count(["spec", "replicas"]))")
        },
        age, containers, images,
    ]

    private static let containers = Column("Containers", isWide: true) { object, _ in
        .string(object.containerTexts("name"))
    }
    private static let images = Column("Images", isWide: true) { object, _ in .string(object.containerTexts("image")) }
    private static let selector = Column("Selector", isWide: true) { object, _ in
        .string(LabelQuery(selector: object[path: ["spec", "selector"]] ?? [:]).text)
    }

    private static let lease: [Column] = [
        name, Column("Holder") { object, _ in object[path: ["spec", "holderIdentity"]] ?? "" }, age,
    ]

    private static let namespace: [Column] = [
        name, Column("Status") { object, _ in object[path: ["status", "phase"]] ?? "" }, age,
    ]

    private static let configMap: [Column] = [
        name, Column("Data") { object, _ in .int(Int64(object["data"]?.objectValue?.count ?? 0)) }, age,
    ]

    private static let service: [Column] = [
        name,
        Column("Type") { object, _ in object[path: ["spec", "type"]] ?? "" },
        Column("Cluster-IP") { object, _ in object[path: ["spec", "clusterIP"]] ?? "<none>" },
        Column("External-IP") { _, _ in "<none>" },
        Column("Port(s)") { object, _ in
            let ports = (object[path: ["spec", "ports"]]?.arrayValue ?? []).map { port in
                "\(port["port"] ?? 0)/\(port["protocol"]?.stringValue ?? "TCP")"
            }
            return .string(ports.isEmpty ? "<none>" : ports.joined(separator: ","))
        },
        age,
        Column("Selector", isWide: true) { object, _ in
            .string(LabelQuery(selector: ["matchLabels": object[path: ["spec", "selector"]] ?? [:]]).text)
        },
    ]

    private static let node: [Column] = [
        name,
        Column("Status") { object, _ in
            let ready = object[path: ["status", "conditions"]]?.arrayValue?.first { $0["type"] == "Ready" }
            return ready?["status"] == "True" ? "Ready" : "NotReady"
        },
        Column("Roles") { _, _ in "<none>" },
        age,
        Column("Version") { object, _ in object[path: ["status", "nodeInfo", "kubeletVersion"]] ?? "" },
    ]
}

extension JSONValue {
    /// A count of an object; 0 when it is not there.
    func count(_ path: [String]) -> Int64 {
        self[path: path]?.intValue ?? 0
    }

    /// A member of every container of the pod template, joined by commas.
    fileprivate func containerTexts(_ member: String) -> String {
        (self[path: ["spec", "template", "spec", "containers"]]?.arrayValue ?? [])
            .compactMap { $0[member]?.stringValue }.joined(separator: ",")
    }
}
