import CommandLine
import FoundationEssentials
import HTTPService
import KubernetesTypes
import Locking
import LoopbackClient
import Manifests
import MiniCluster
import Recordings
import Testing

/// One bad autoscaler never harms another: among objects and files that no API server should have let through, the good one
/// is scaled.
@Suite(.timeLimit(.minutes(2))) struct HostileNeighbourTests {
    private static func object(_ name: String, _ spec: JSONValue, more: JSONValue = [:]) -> JSONValue {
        var metadata: JSONValue = [
            "name": .string(name), "namespace": "default", "uid": .string("uid-" + name), "resourceVersion": "3",
        ]
        for (key, value) in more.objectValue ?? [:] { metadata[key] = value }
        return ["metadata": metadata, "spec": spec]
    }

    private static func spec(_ target: String, _ change: JSONValue = [:]) -> JSONValue {
        var spec: JSONValue = [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(target)],
            "minReplicas": 1, "maxReplicas": 3,
            "metrics": [
                [
                    "type": "Resource",
                    "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 70]],
                ]
            ],
        ]
        for (key, value) in change.objectValue ?? [:] { spec[key] = value }
        return spec
    }

    /// Items of a list that are no autoscalers, or no good ones.
    private static let items: [JSONValue] = {
        let many = JSONValue.object(
            Dictionary((0..<3_000).map { ("label-\($0)", JSONValue.string("value-\($0)")) }) { $1 })
        let huge = JSONValue.string(String(repeating: "x", count: 500_000))
        var deep: JSONValue = "x"
        for _ in 0..<200 { deep = [deep] }
        let policies = JSONValue.array(
            Array(repeating: ["type": "Pods", "value": .int(.max), "periodSeconds": -1], count: 5_000))
        let changes: [JSONValue] = [
            ["maxReplicas": "many"], ["maxReplicas": 1.5], ["maxReplicas": 1e10], ["maxReplicas": -5],
            ["maxReplicas": .null],
            ["minReplicas": .int(.max)], ["minReplicas": -1], ["metrics": 7], ["metrics": deep], ["metrics": [.null]],
            ["metrics": [["type": "Sorcery"]]], ["metrics": [["type": "Resource"]]],
            [
                "metrics": [
                    [
                        "type": "Resource",
                        "resource": ["name": "cpu", "target": ["type": "Value", "value": "1e999999"]],
                    ]
                ]
            ],
            [
                "metrics": [
                    [
                        "type": "External",
                        "external": [
                            "metric": ["name": "a\"} or vector(1) or b{c=\""],
                            "target": ["type": "Value", "value": "1"],
                        ],
                    ]
                ]
            ],
            ["scaleTargetRef": "web"], ["scaleTargetRef": [:]],
            ["scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": ".."]],
            ["scaleTargetRef": ["apiVersion": "///", "kind": "Deployment", "name": "web"]],
            ["scaleTargetRef": ["apiVersion": "apps/v1", "kind": "De\nployment", "name": huge]],
            ["behavior": ["scaleUp": ["policies": policies, "stabilizationWindowSeconds": .int(.min)]]],
            ["behavior": ["scaleDown": ["tolerance": "-1e30", "selectPolicy": "Never"]]],
            ["formula": huge], ["formula": "((((((((((((((((((((((((((((((((((((((((("],
            ["schedules": [["cron": "* * *"]]],
            ["syncPeriodSeconds": -7], ["mode": "Sideways"], ["hold": ["until": "yesterday"]], ["fallback": [[:]]],
        ]
        var items: [JSONValue] = [
            7, "text", [], [:], ["metadata": 7], ["metadata": ["name": 7]], object("text", "text"),
        ]
        items += changes.enumerated().map { object("bad-\($0.offset)", spec("web-\($0.offset)", $0.element)) }
        items += [
            object("<script>alert(1)</script>", spec("a")), object("a/b", spec("b")), object("..", spec("c")),
            object("", spec("d")), object("line\nend", spec("e")), object("labels", spec("f"), more: ["labels": many]),
            object("annotation", spec("g"), more: ["annotations": ["swiftlet.dev/history": huge]]),
            object(
                "history", spec("h"),
                more: [
                    "annotations": [
                        "swiftlet.dev/history": #"{"recommendations":[{"time":"9999-12-31T23:59:59Z","replicas":-1}]}"#
                    ]
                ]),
        ]
        return items
    }()

    @Test(arguments: ["crd", "hpa"]) func theGoodObjectAmongBadOnesIsScaled(_ source: String) async throws {
        let plural = source == "crd" ? "horizontalautoscalers" : "horizontalpodautoscalers"
        let list = Locked<[UInt8]?>(nil)
        try await PlanWorld.run(fault: { _, request in
            guard request.method == "GET", request.path.hasSuffix(plural), request.queryValue("watch") == nil,
                let body = list.withLock({ $0 })
            else { return nil }
            return .respond(.json(body, status: 200))
        }) { world in
            var good = ByteBites.autoscaler
            if source == "crd" {
                good["apiVersion"] = .string(HorizontalAutoscaler.apiVersion)
                good["kind"] = .string(HorizontalAutoscaler.kind)
                good[path: ["spec", "podSelection"]] = "Selector"
            }
            if source == "crd" {
                let path = RepositoryPath.root + "/manifests/crd/horizontalautoscalers.yaml"
                let documents = try YAMLParser.documents(of: [UInt8](Data(contentsOf: URL(filePath: path))), file: path)
                let definition = try YAMLDecoder().decode(
                    JSONValue.self, from: try #require(documents.first), file: path)
                try await world.store.create(.customResourceDefinitions, definition.value)
            }
            let port = try #require(world.kubernetesURL.split(separator: ":").last.flatMap { Int($0) })
            let version = source == "crd" ? "/apis/swiftlet.dev/v1alpha1/" : "/apis/autoscaling/v2/"
            let created = try await LoopbackConnection(port: port).exchange(
                "POST", version + "namespaces/default/" + plural, headers: [("Content-Type", "application/json")],
                body: good.description)
            try #require(created.status == 201, "\(created.text)")
            let path = version + plural
            var answer = try JSONValue(parsing: try await LoopbackConnection(port: port).exchange("GET", path).body)
            answer["items"] = .array(Self.items + (answer["items"]?.arrayValue ?? []) + Self.items.prefix(7))
            list.withLock { $0 = answer.serialized() }
            try await Self.expectScaled(world, ["--source", source])
        }
    }

    /// Files that are none: at the start they are an error with their places; later the good content stays in force.
    @Test func badFilesDoNotTakeTheGoodOneAway() async throws {
        let files: [(String, [UInt8])] = [
            ("binary.yaml", (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 37) }), ("nul.yaml", [0, 0, 0]),
            ("bomb.yaml", Array("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n".utf8)),
            ("deep.yaml", Array(String(repeating: "[", count: 200_000).utf8)),
            ("wide.yaml", Array(String(repeating: "? ", count: 200_000).utf8)),
            ("open.yaml", Array("kind: \"HorizontalPodAutoscaler".utf8)),
            ("type.yaml", Array(PlanWorld.hpa().replacing("maxReplicas: 10", with: "maxReplicas: [1]").utf8)),
            ("same.yaml", Array(PlanWorld.hpa().utf8)),
        ]
        for (name, bytes) in files {
            try await PlanWorld.run { world in
                let folder = world.folder + "/manifests"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data(PlanWorld.hpa().utf8).write(to: URL(filePath: folder + "/good.yaml"))
                let words = ["-f", folder, "--namespace", "default"]
                try await Self.expectScaled(world, words) {
                    try Data(bytes).write(to: URL(filePath: folder + "/" + name))
                } until: {
                    $0.contains(name) && $0.contains("stay in force")
                }
                // Two of one name are two decisions to a plan.
                let call = try await Call.inProcess(["plan", "-f", folder] + world.servers)
                #expect(name == "same.yaml" || call.code == 1 && call.errors.contains(name), "\(name): \(call.errors)")
            }
        }
    }

    /// Runs the controller until the Deployment of the good autoscaler has three replicas.
    ///
    /// - Parameters:
    ///   - before: What is done once it runs.
    ///   - isTold: What the log must say as well.
    private static func expectScaled(
        _ world: PlanWorld, _ words: [String], before: () throws -> Void = {},
        until isTold: @escaping (String) -> Bool = { $0.contains("it cannot be read") }
    ) async throws {
        let errors = TextSink.keeping()
        let console = Console(output: .keeping(), errors: errors)
        let all = ["run", "--metrics-bind-address", "off", "--sync-period", "100ms"] + world.servers + words
        let run = Task { try await Program().run(all, console) }
        while !errors.text.contains("event=started") { try await Task.sleep(for: .milliseconds(20)) }
        try before()
        let port = try #require(world.kubernetesURL.split(separator: ":").last.flatMap { Int($0) })
        let path = "/apis/apps/v1/namespaces/default/deployments/" + ByteBites.deploymentName
        var replicas: Int64?
        // The suite's time limit ends a test in which it never happens.
        while replicas != 3 || !isTold(errors.text) {
            try await Task.sleep(for: .milliseconds(50))
            let body = try await LoopbackConnection(port: port).exchange("GET", path).body
            replicas = try JSONValue(parsing: body)[path: ["spec", "replicas"]]?.intValue
        }
        run.cancel()
        _ = try? await run.value
    }
}
