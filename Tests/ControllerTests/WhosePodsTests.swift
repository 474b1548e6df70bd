import Autoscaling
import HTTPService
import KubernetesClient
import KubernetesTypes
import MiniCluster
import Testing

@testable import Controller

/// Whose pods they are, who else writes the size, and what a rollout does.
@Suite(.timeLimit(.minutes(3))) struct WhosePodsTests {
    private typealias Kind = AutoscalerObject.Kind

    /// A pod under the order service's labels that nobody of it made.
    private func addForeignPod(_ world: World, _ name: String) async throws {
        try await world.cluster.store.create(
            .pods, namespace: world.cluster.namespace,
            [
                "metadata": ["name": .string(name), "labels": ["app": "order-service"]],
                "spec": [
                    "containers": [
                        ["name": "debug", "image": "debug:1", "resources": ["requests": ["cpu": "100m"]]]
                    ]
                ],
                "status": [
                    "phase": "Running", "startTime": "2026-03-13T16:00:00Z",
                    "conditions": [
                        ["type": "Ready", "status": "True", "lastTransitionTime": "2026-03-13T16:00:10Z"]
                    ],
                ],
            ], keepsStatus: true)
    }

    @Test func foreignPodsAreNamedAndNotCounted() async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            var watcher = watchers[0]
            try await cached.world.advance(to: 900)
            try await addForeignPod(cached.world, "debug-1")
            try await watcher.settle(cached.world, kind: .customAutoscalers)
            let report = try await watcher.tick(cached.world)
            #expect(report.observation.pods.count == 2)
            #expect(report.foreignPods == ["debug-1"])
            let status = try await cached.object(.horizontalAutoscaler)["status"]
            #expect(status?["foreignPods"]?[0]?.stringValue == "debug-1")
        }
    }

    @Test(arguments: [true, false]) func theHPACountsEveryPodOfItsSelector(_ isHPA: Bool) async throws {
        let extensions: [String: JSONValue] = isHPA ? [:] : ["podSelection": "Selector"]
        try await CachedWorld.run(
            isHPA ? .horizontalPodAutoscaler : .horizontalAutoscaler, extensions: extensions
        ) { cached, watchers in
            var watcher = watchers[0]
            try await cached.world.advance(to: 900)
            try await addForeignPod(cached.world, "debug-1")
            try await watcher.settle(
                cached.world, kind: isHPA ? .horizontalPodAutoscalers : .customAutoscalers)
            let report = try await watcher.tick(cached.world)
            #expect(report.observation.pods.count == 3)
            #expect(report.foreignPods.isEmpty)
        }
    }

    @Test func twoAutoscalersOfOneTargetAreBothNamedAndKeepItsSize() async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            var watcher = watchers[0]
            var second = try await cached.object(.horizontalAutoscaler)
            second["metadata"] = ["name": "another"]
            try await cached.world.cluster.store.create(
                .customAutoscalers, namespace: cached.world.cluster.namespace, second)
            try await cached.world.advance(to: 2_700)
            try await watcher.settle(cached.world, kind: .customAutoscalers)
            let reports = try await watcher.tickAll(cached.world)
            #expect(reports.count == 2)
            for report in reports {
                #expect(report.decision.desiredReplicas == 2)
                let problem = report.problem ?? ""
                #expect(problem.contains("bytebites/another") && problem.contains("bytebites/order-service-hpa"))
            }
            #expect(try await cached.world.replicas == 2)
        }
    }

    /// `kubectl scale`, as the API server sees it.
    private func scale(_ cached: CachedWorld, to replicas: Int, by manager: String) async throws {
        let world = cached.world
        try await world.cluster.store.update(
            .deployments, namespace: world.cluster.namespace, name: ByteBites.deploymentName,
            options: WriteOptions(writer: FieldWriter(manager: manager, subresource: "scale"))
        ) { object in
            var changed = object
            changed[path: ["spec", "replicas"]] = .int(Int64(replicas))
            return changed
        }
    }

    @Test func anotherWriterIsNamedAndNotFought() async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            var watcher = watchers[0]
            func tick(at second: Int) async throws -> AutoscalerReport {
                try await cached.world.advance(to: second)
                try await watcher.settle(cached.world, kind: .customAutoscalers)
                return try await watcher.tick(cached.world)
            }
            guard case .scaled(_, let size) = try await tick(at: 2_700).outcome else {
                Issue.record("it does not scale up on the way to the rush")
                return
            }
            try await scale(cached, to: 2, by: "argocd-controller")
            let held = try await tick(at: 2_715)
            #expect(held.outcome == .kept)
            #expect(try await cached.world.replicas == 2)
            #expect(held.decision.restraint?.hold.reason == "ReplicasWrittenByOther")
            let message = held.decision.restraint?.hold.message ?? ""
            #expect(
                message.hasPrefix(
                    "argocd-controller (scale) changed spec.replicas from \(size) to 2 at 2026-03-13T18:15"))
            // After the wait it takes over again, and the next foreign write is left alone for twice as long.
            guard case .scaled = try await tick(at: 2_730).outcome else {
                Issue.record("it does not take over again")
                return
            }
            try await scale(cached, to: 2, by: "argocd-controller")
            #expect(try await tick(at: 2_745).outcome == .kept)
            #expect(try await tick(at: 2_760).outcome == .kept)
            guard case .scaled = try await tick(at: 2_775).outcome else {
                Issue.record("it does not take over after the longer wait")
                return
            }
        }
    }

    // MARK: Rollouts

    /// Begins a rollout: a new ReplicaSet with so many pods that run and are not ready.
    private func beginRollout(_ cached: CachedWorld, newPods: Int) async throws {
        let (store, namespace) = (cached.world.cluster.store, cached.world.cluster.namespace)
        let deployment = try await store.get(.deployments, namespace: namespace, name: ByteBites.deploymentName)
        let uid = deployment[path: ["metadata", "uid"]] ?? ""
        func owner(_ kind: String, _ name: String, _ uid: JSONValue) -> JSONValue {
            [["apiVersion": "apps/v1", "kind": .string(kind), "name": .string(name), "uid": uid, "controller": true]]
        }
        let labels: JSONValue = ["app": "order-service", "pod-template-hash": "new"]
        let template = deployment[path: ["spec", "template", "spec"]] ?? [:]
        let created = try await store.create(
            .replicaSets, namespace: namespace,
            [
                "metadata": [
                    "name": "order-service-new", "labels": labels,
                    "annotations": ["deployment.kubernetes.io/revision": "2"],
                    "ownerReferences": owner("Deployment", ByteBites.deploymentName, uid),
                ],
                "spec": [
                    "replicas": .int(Int64(newPods)), "selector": ["matchLabels": labels],
                    "template": ["metadata": ["labels": labels], "spec": template],
                ],
            ])
        for number in 0..<newPods {
            try await store.create(
                .pods, namespace: namespace,
                [
                    "metadata": [
                        "name": .string("order-service-new-\(number)"), "labels": labels,
                        "ownerReferences": owner(
                            "ReplicaSet", "order-service-new", created[path: ["metadata", "uid"]] ?? ""),
                    ],
                    "spec": template,
                    "status": [
                        "phase": "Running", "startTime": "2026-03-13T17:40:00Z",
                        "conditions": [
                            ["type": "Ready", "status": "False", "lastTransitionTime": "2026-03-13T17:40:00Z"]
                        ],
                    ],
                ], keepsStatus: true)
        }
        let old = deployment[path: ["status", "replicas"]]?.intValue ?? 0
        try await store.patchStatus(
            .deployments, namespace: namespace, name: ByteBites.deploymentName,
            ["replicas": .int(old + Int64(newPods)), "updatedReplicas": .int(Int64(newPods))])
    }

    @Test func unreadyNewPodsAreToldApartAndNeverMakeItScaleToTheMaximum() async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            var watcher = watchers[0]
            // Two pods at a little over 60 %: nothing to do.
            try await cached.world.advance(to: 1_260)
            try await beginRollout(cached, newPods: 6)
            try await watcher.settle(cached.world, kind: .customAutoscalers)
            for _ in 0..<4 {
                let report = try await watcher.tick(cached.world)
                #expect(report.target.rollout == Rollout(newPods: 6, readyNewPods: 0, oldPods: 2))
                #expect(report.observation.pods.count == 8)
                #expect(report.decision.desiredReplicas == 2)
                try await watcher.settle(cached.world, kind: .customAutoscalers)
            }
        }
    }

    struct Choice: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var scales: Bool
    }

    @Test(arguments: [
        Choice(testDescription: "Scale", scales: true), Choice(testDescription: "ScaleUpOnly", scales: true),
        Choice(testDescription: "ScaleDownOnly", scales: false), Choice(testDescription: "Hold", scales: false),
    ])
    func aRolloutHoldsWhatTheSpecSays(_ choice: Choice) async throws {
        try await CachedWorld.run(
            .horizontalAutoscaler, extensions: ["duringRollout": .string(choice.testDescription)]
        ) { cached, watchers in
            var watcher = watchers[0]
            try await cached.world.advance(to: 2_700)
            try await beginRollout(cached, newPods: 1)
            try await watcher.settle(cached.world, kind: .customAutoscalers)
            let report = try await watcher.tick(cached.world)
            #expect(report.decision.rescales == choice.scales)
            if !choice.scales {
                #expect(report.decision.restraint?.hold.reason == "RolloutInProgress")
                #expect(report.decision.restraint?.withheldReplicas ?? 0 > 2)
            }
        }
    }
}
