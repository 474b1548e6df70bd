import CommandLine
import FoundationEssentials
import KubernetesTypes
import MiniCluster
import Testing

@Suite(.timeLimit(.minutes(1))) struct PlanTests {
    /// 95 % of the request on 2 pods, 70 % wanted: 95 / 70 = 1.357, × 2 = 2.71, rounded up to 3.
    @Test func byteBitesNeedsThreePodsAndIsToldWhy() async throws {
        try await PlanWorld.run { world in
            let call = try await Call.built(["plan", "-f", world.folder + "/hpa.yaml"] + world.servers)
            #expect(call.code == 0)
            #expect(call.errors.hasSuffix("hpa.yaml:13:1: Service (v1) is left out\n"))
            let lines = call.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(
                lines.prefix(2) == [
                    "AUTOSCALER                 TARGET                               REPLICAS  METRIC  VALUE  TARGET VALUE  RATIO  WANTS  LIMITED BY  UNTIL",
                    "default/order-service-hpa  Deployment/order-service-deployment  2 → 3     cpu      95 %          70 %  1.357      3  -           -",
                ])
            let prose = lines.dropFirst(2).map { $0.drop { $0 == " " } }.joined(separator: " ")
            for part in ["95 % / 70 % = 1.357", "× 2 pods = 2.71", "rounded up to 3", "goes from 2 to 3"] {
                #expect(prose.contains(part), "\(prose)")
            }
        }
    }

    @Test func aSavedObservationDecidesTheSameWithNoServer() async throws {
        try await PlanWorld.run { world in
            let (manifest, saved) = (world.folder + "/hpa.yaml", world.folder + "/seen.json")
            let live = try await Call.inProcess(
                ["plan", "-f", manifest, "-o", "json", "--save", saved] + world.servers)
            #expect(live.code == 0)
            let nowhere = ["--kubeconfig", "/nonexistent", "--prometheus-url", "http://127.0.0.1:1"]
            let words = ["plan", "-f", manifest, "-o", "json", "--observation", saved] + nowhere
            let again = try await Call.inProcess(words)
            #expect(again.code == 0)
            #expect(again.output == live.output)
            let document = try JSONDecoder().decode(JSONValue.self, from: Data(again.output.utf8))
            let plan = try #require(document["items"]?[0])
            #expect(plan["currentReplicas"]?.intValue == 2)
            #expect(plan["desiredReplicas"]?.intValue == 3)
            let yaml = try await Call.inProcess(
                ["plan", "-f", manifest, "-o", "yaml", "--observation", saved])
            #expect(yaml.output.contains("desiredReplicas: 3\n"))
        }
    }

    @Test func twoPoliciesAreComparedOnTheSameData() async throws {
        try await PlanWorld.run { world in
            let new = try world.write("new.yaml", PlanWorld.hpa(target: 40))
            let call = try await Call.inProcess(
                ["plan", "-f", new, "--against", world.folder + "/hpa.yaml"] + world.servers)
            // 95 / 40 × 2 = 4.75, rounded up to 5; without behavior no more than max(2 × 2, 4) = 4 in one step.
            #expect(call.code == 0)
            #expect(call.output.contains("against the older policy: 2 → 3"))
            #expect(call.output.contains("new 4, old 3"))
        }
    }

    @Test func theMaximumIsNamedWhenTheLoadNeedsMore() async throws {
        try await PlanWorld.run { world in
            let small = try world.write("small.yaml", PlanWorld.hpa(max: 2))
            let call = try await Call.inProcess(["plan", "-f", small, "-o", "wide"] + world.servers)
            #expect(call.code == 0)
            #expect(call.output.contains("TooManyReplicas"))
            #expect(call.output.contains("raise maxReplicas from 2"))
        }
    }

    @Test func toleranceThatHidesAReplicaIsSaid() async throws {
        // 75 / 70 = 1.071 is within 0.1; × 2 = 2.14 would be 3.
        try await PlanWorld.run(millicores: 75) { world in
            let call = try await Call.inProcess(["plan", "-f", world.folder + "/hpa.yaml"] + world.servers)
            #expect(call.output.contains("without it cpu would ask for 3"))
            let strict = try await Call.inProcess(
                ["plan", "-f", world.folder + "/hpa.yaml", "--tolerance=0.01"] + world.servers)
            #expect(strict.output.contains("2 → 3"))
        }
    }

    @Test func aPodWithoutARequestFailsTheDecisionByName() async throws {
        try await PlanWorld.run(requests: false) { world in
            let call = try await Call.inProcess(["plan", "-f", world.folder + "/hpa.yaml"] + world.servers)
            #expect(call.code == 1)
            #expect(call.output.contains("missing request for cpu in container order-service of Pod order-service-a"))
        }
    }

    @Test func serversThatCannotBeReachedOrRefuseEndItWithThree() async throws {
        try await PlanWorld.run { world in
            let manifest = world.folder + "/hpa.yaml"
            let kubeconfig = ["--kubeconfig", world.folder + "/kubeconfig"]
            let noPrometheus = try await Call.built(
                ["plan", "-f", manifest, "--prometheus-url", "http://127.0.0.1:1"] + kubeconfig)
            #expect(noPrometheus.code == 3)
            let config =
                "{apiVersion: v1, kind: Config, current-context: a, users: [], "
                + "clusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}], "
                + "contexts: [{name: a, context: {cluster: a, user: ''}}]}"
            let away = try world.write("away", config)
            let noCluster = try await Call.built(
                ["plan", "-f", manifest, "--prometheus-url", world.prometheusURL, "--kubeconfig", away])
            #expect(noCluster.code == 3)
        }
        try await PlanWorld.run(access: Access(users: [:])) { world in
            let refused = try await Call.inProcess(["plan", "-f", world.folder + "/hpa.yaml"] + world.servers)
            #expect(refused.code == 3)
            #expect(refused.output.contains("not allowed"))
        }
    }

    struct Acting: Sendable, CustomTestStringConvertible {
        var options: [String]
        var code: Int32
        var says: String
        var testDescription: String { options.joined(separator: " ") }
    }

    @Test(arguments: [
        Acting(options: [], code: 3, says: #"user "ghost" is not allowed to"#),
        Acting(options: ["--as", "planner"], code: 0, says: "2 → 3"),
        Acting(options: ["--as", "stranger"], code: 3, says: #"user "stranger" is not allowed to"#),
        Acting(options: ["--as=stranger", "--as-group=readers", "--as-group", "b"], code: 0, says: "2 → 3"),
        Acting(
            options: ["--as=stranger", "--as-group=rulers", "--as-uid=7"], code: 3,
            says: #"allow verb "impersonate" on"#),
        Acting(options: ["--as", "a\nb"], code: 2, says: "--as: 'a\nb' is empty or has a control character in it"),
    ])
    func theClusterIsAskedAsWhomTheOptionsSay(_ acting: Acting) async throws {
        let reader: Access.Permission = { ["get", "list"].contains($0.verb) }
        let access = Access(
            users: [
                "robot-token": Access.User(name: "robot") { $0.verb == "impersonate" && $0.name != "rulers" },
                "planner-token": Access.User(name: "planner", mayDo: reader),
            ], groups: ["readers": reader])
        try await PlanWorld.run(access: access) { world in
            let config = try world.write(
                "acting",
                """
                current-context: c
                clusters: [{name: k, cluster: {server: "\(world.kubernetesURL)"}}]
                contexts: [{name: c, context: {cluster: k, user: u}}]
                users: [{name: u, user: {token: robot-token, as: ghost}}]
                """)
            let call = try await Call.inProcess(
                ["plan", "-f", world.folder + "/hpa.yaml", "--prometheus-url", world.prometheusURL, "--kubeconfig"]
                    + [config] + acting.options)
            #expect(call.code == acting.code)
            #expect((call.output + call.errors).contains(acting.says), "\(call.output)\(call.errors)")
        }
    }

    @Test func groupsNeedAUserToActAs() async throws {
        try await PlanWorld.run { world in
            for option in ["--as-group=a", "--as-uid=1"] {
                let call = try await Call.inProcess(["plan", "-f", world.folder + "/hpa.yaml", option] + world.servers)
                #expect(call.code == 2)
                #expect(call.errors.contains("--as-group and --as-uid need a user to act as, write --as USER"))
            }
        }
    }

    @Test func invalidAndMissingManifestsEndItWithOne() async throws {
        try await PlanWorld.run { world in
            let broken = try world.write("broken.yaml", ManifestCommandTests.invalid)
            for path in [broken, world.folder + "/absent.yaml"] {
                let call = try await Call.inProcess(["plan", "-f", path] + world.servers)
                #expect(call.code == 1)
                #expect(call.output.isEmpty)
                #expect(!call.errors.isEmpty)
            }
        }
    }

    @Test func aRatioBeyondCountingIsShownAndDoesNotTrap() async throws {
        try await PlanWorld.run { world in
            let manifest = try world.write(
                "queue.yaml",
                """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: queue}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}
                  maxReplicas: 10
                  metrics:
                  - type: External
                    external: {metric: {name: jobs}, target: {type: Value, value: 1m}}

                """)
            let recorded = try world.write(
                "observed.json",
                """
                {"apiVersion": "swiftlet.dev/v1alpha1", "kind": "ObservationList", "items": [
                  {"namespace": "default", "name": "queue", "metrics": ["jobs"], "observation": {
                    "time": 1773424800000000000, "target": {"specReplicas": 5, "statusReplicas": 5},
                    "pods": [{"name": "w", "phase": "Running", "ready": "True"}],
                    "readings": [{"series": [9223372036854775807], "time": 1773424800000000000}]}}]}
                """)
            let call = try await Call.inProcess(["plan", "-f", manifest, "--observation", recorded])
            #expect(call.code == 0, "\(call.errors)")
            #expect(call.output.contains("9.223372036854776e+18"))
            #expect(call.output.contains("5 → 10"))
        }
    }
}
