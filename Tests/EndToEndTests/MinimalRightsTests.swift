import Autoscaling
import FoundationEssentials
import HTTPService
import KubernetesClient
import KubernetesTypes
import Locking
import LoopbackClient
import MiniCluster
import Testing

/// The roles of `manifests/` name every right that the controller uses, and no other one.
///
/// The program runs as its service account in front of a cluster where every kind of target is scaled, a write meets a
/// conflict, and something goes on failing; what it asks for is compared with what it may.
@Suite(.serialized, .timeLimit(.minutes(4))) struct MinimalRightsTests {
    /// What the API server was asked by the service account.
    private struct Record: Sendable {
        var used: Set<GrantedRights.Right> = []
        var refused: Set<GrantedRights.Right> = []
    }

    @Test(arguments: ["default", "drop-in", "shadow"])
    func everyRightIsUsedAndNoneIsMissing(_ overlay: String) async throws {
        let manifests = try await RenderedManifests("overlays/" + overlay)
        let granted = GrantedRights(of: "swiftlet-system:swiftlet", in: manifests)
        #expect(granted.all.count >= 9)
        let (record, log) = try await Self.run(overlay, manifests, without: nil) { record, _ in
            granted.all.isSubset(of: record.used)
        }
        #expect(granted.all.subtracting(record.used) == [], "never asked for\n\(log.suffix(2_000))")
        #expect(record.refused == [], "\(log.suffix(2_000))")
    }

    /// Each right is taken away in turn: the server refuses something, and the program says which right it lacks.
    @Test(arguments: ["default", "drop-in"]) func whichRightIsMissingIsSaid(_ overlay: String) async throws {
        let manifests = try await RenderedManifests("overlays/" + overlay)
        let granted = GrantedRights(of: "swiftlet-system:swiftlet", in: manifests)
        // One kind of target stands for all three.
        let rights = granted.all.filter {
            !$0.resource.hasPrefix("replicasets") && !$0.resource.hasPrefix("statefulsets")
        }
        for right in rights.sorted(by: { "\($0)" < "\($1)" }) {
            let words = "allow verb \"\(right.verb)\" on resource \"\(right.resource)\""
            let (record, log) = try await Self.run(overlay, manifests, without: right) { $1.contains(words) }
            #expect(record.refused == [right], "\(right)")
            #expect(log.contains(words), "\(right)\n\(log.suffix(2_000))")
        }
    }

    // MARK: - The world

    private static let kinds = [
        (ResourceKind.deployments, "Deployment"), (.replicaSets, "ReplicaSet"), (.statefulSets, "StatefulSet"),
    ]

    /// Runs the program until enough has happened, or for so long that it never will.
    private static func run(
        _ overlay: String, _ manifests: RenderedManifests, without missing: GrantedRights.Right?,
        until isEnough: (Record, String) -> Bool
    ) async throws -> (Record, log: String) {
        let folder = FileManager.default.temporaryDirectory.path + "/rights-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let granted = GrantedRights(of: "swiftlet-system:swiftlet", in: manifests)
        let record = Locked(Record())
        let user = Access.User(name: "system:serviceaccount:swiftlet-system:swiftlet") { request in
            let right = GrantedRights.Right(
                group: request.group, resource: request.qualifiedResource, verb: request.verb)
            let isAllowed = granted.allow(request) && right != missing
            if !request.resource.isEmpty {
                record.withLock { record in
                    if isAllowed { record.used.insert(right) }
                    if !isAllowed { record.refused.insert(right) }
                }
            }
            return isAllowed
        }
        let store = ClusterStore(now: { Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970) })
        try await fill(store, overlay, manifests)
        let conflicts = Locked<Set<String>>([])
        let api = try KubernetesAPI(store: store, access: Access(users: ["token": user])) { request in
            guard request.method == "PATCH", request.path.hasSuffix("/scale"),
                conflicts.withLock({ $0.insert(request.path).inserted })
            else { return nil }
            return .status(StatusError(409, "Conflict", "the object has been modified"))
        }
        let arguments = try manifests.container().texts("args").map {
            $0.replacing("$(POD_NAMESPACE)", with: "swiftlet-system").replacing(":9095", with: "127.0.0.1:0").replacing(
                "127.0.0.1:9096", with: "127.0.0.1:0")
        }
        try Data(api.kubeconfig(token: "token", namespace: "swiftlet-system").utf8).write(
            to: URL(filePath: folder + "/kubeconfig"))
        var log = ""
        let pods = kinds.map { "\($0.1.lowercased())-1" }
        try await SimulatedUsage.run(pods: pods, namespace: "shop", millicores: 100) { prometheus in
            let program = BackgroundProgram(
                BuiltProgram.path,
                arguments + [
                    "--kubeconfig", folder + "/kubeconfig", "--prometheus-url", prometheus, "--sync-period", "200ms",
                    "--foreign-write-backoff", "0s",
                    "--leader-elect-lease-duration", "3s", "--leader-elect-renew-deadline", "2s",
                    "--leader-elect-retry-period", "200ms",
                ], in: folder, named: "swiftlet")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await program.run() }
                // Far more than it takes; a failure is then reported with what there is.
                for round in 0..<300 {
                    log = words(program.log + (await page(program.log)))
                    if isEnough(record.withLock { $0 }, log) { break }
                    try await Task.sleep(for: .milliseconds(100))
                    // The same change of size once more is the same Event once more.
                    if round % 10 == 9 { try await shrink(store) }
                }
                program.end()
                try await group.waitForAll()
            }
        }
        await api.stop()
        return (record.withLock { $0 }, log)
    }

    /// What a log in JSON says, without the escapes of its quotes.
    private static func words(_ log: String) -> String { log.replacing(#"\"#, with: "") }

    /// What the status API says; a watch that is refused is told there before it counts as broken.
    private static func page(_ log: String) async -> String {
        guard let port = log.firstMatch(of: /"page":"http:\/\/127\.0\.0\.1:(\d+)/).flatMap({ Int($0.1) }) else {
            return ""
        }
        return (try? await LoopbackConnection(port: port).exchange("GET", "/api/v1/autoscalers?limit=1").text) ?? ""
    }

    /// Somebody sets every target back to one replica.
    private static func shrink(_ store: ClusterStore) async throws {
        for (resource, kind) in kinds {
            try await store.update(resource, namespace: "shop", name: kind.lowercased()) { object in
                var object = object
                object[path: ["spec", "replicas"]] = 1
                return object
            }
        }
    }

    /// A target of each kind at 100 % of its request, where half is wanted; and an autoscaler that never knows its metric.
    private static func fill(_ store: ClusterStore, _ overlay: String, _ manifests: RenderedManifests) async throws {
        for name in ["shop", "swiftlet-system"] {
            try await store.create(.namespaces, ["metadata": ["name": .string(name)]])
        }
        let isNative = overlay != "default"
        for definition in manifests.all("CustomResourceDefinition") {
            try await store.create(.customResourceDefinitions, definition)
        }
        for (resource, kind) in kinds {
            let name = kind.lowercased()
            let labels: JSONValue = ["app": .string(name)]
            try await store.create(
                resource, namespace: "shop",
                [
                    "metadata": ["name": .string(name), "labels": labels],
                    "spec": [
                        "replicas": 1, "selector": ["matchLabels": labels],
                        "template": ["metadata": ["labels": labels], "spec": pod],
                    ],
                ])
            let start: JSONValue = "2026-01-01T00:00:00Z"
            try await store.create(
                .pods, namespace: "shop",
                [
                    "metadata": ["name": .string(name + "-1"), "labels": labels], "spec": pod,
                    "status": [
                        "phase": "Running", "startTime": start,
                        "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": start]],
                    ],
                ], keepsStatus: true)
            for metric in ["cpu", "memory"] {
                var autoscaler: JSONValue = [
                    "metadata": ["name": .string("\(name)-\(metric)"), "namespace": "shop"],
                    "spec": [
                        "scaleTargetRef": ["apiVersion": "apps/v1", "kind": .string(kind), "name": .string(name)],
                        "maxReplicas": 5,
                        "metrics": [
                            [
                                "type": "Resource",
                                "resource": [
                                    "name": .string(metric),
                                    "target": ["type": "Utilization", "averageUtilization": 50],
                                ],
                            ]
                        ],
                    ],
                ]
                if !isNative { autoscaler[path: ["spec", "podSelection"]] = "Selector" }
                // Two autoscalers of one target would keep each other from working.
                if metric == "memory" {
                    autoscaler[path: ["spec", "scaleTargetRef", "name"]] = .string(name + "-gone")
                }
                try await store.create(
                    isNative ? .horizontalPodAutoscalers : customAutoscalers, namespace: "shop", autoscaler)
            }
        }
    }

    private static let customAutoscalers = ResourceKind(
        GroupVersion(group: "swiftlet.dev", version: "v1alpha1"), plural: "horizontalautoscalers",
        kind: HorizontalAutoscaler.kind, shortNames: ["hza"], hasGeneration: true, hasStatus: true,
        hasStrategicMerge: false)

    private static let pod: JSONValue = [
        "containers": [["name": "app", "image": "registry.invalid/app:1", "resources": ["requests": ["cpu": "100m"]]]]
    ]
}
