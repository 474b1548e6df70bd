package import Autoscaling
internal import KubernetesTypes

/// A Deployment of a cluster brought to life: what the Deployment controller, the scheduler and the kubelet do there.
///
/// It reads `spec.replicas` from the store, lets the pods of a ``WorkloadSimulation`` follow, and writes pods, ReplicaSet
/// and statuses back. A pod that somebody deletes is replaced. Without the Deployment there are no pods.
package actor SimulatedDeployment {
    package nonisolated let namespace: String
    package nonisolated let name: String

    private let store: ClusterStore
    private let objects: PodObjects
    /// The pods and what they do.
    package private(set) var simulation: WorkloadSimulation
    private var seenVersion: Int64 = -1
    private var deployment: JSONValue?
    private var replicaSetUID: String?
    private var lastStatus: JSONValue?

    /// - Parameter simulation: If it has pods already, ``writePods()`` puts them into the store before the first step.
    package init(namespace: String, name: String, simulation: WorkloadSimulation, in store: ClusterStore) {
        self.namespace = namespace
        self.name = name
        self.simulation = simulation
        self.store = store
        objects = PodObjects(
            namespace: namespace, replicaSet: simulation.replicaSet, container: simulation.containerName,
            image: simulation.image)
    }

    /// Writes the pods that the simulation begins with, of a Deployment that is in the store.
    ///
    /// - Throws: ``StatusError``.
    package func writePods() async throws {
        deployment = try await store.get(.deployments, namespace: namespace, name: name)
        if let deployment { try await writeReplicaSet(of: deployment) }
        for pod in simulation.pods { try await write(.created(pod)) }
        try await writeStatus(at: simulation.time)
    }

    /// Moves on to a time. Steps of a second or less keep start-up times and loads true.
    ///
    /// - Throws: ``StatusError`` when the store refuses a write, e.g. because the namespace is gone.
    package func step(to now: Timestamp) async throws {
        try await observe()
        let events = simulation.step(to: now, replicas: replicas)
        if let deployment, !events.isEmpty { try await writeReplicaSet(of: deployment) }
        for event in events { try await write(event) }
        try await writeStatus(at: now)
    }

    private var replicas: Int { Int(deployment?[path: ["spec", "replicas"]]?.intValue ?? 0) }

    /// Looks at the Deployment and at the pods that are still there, when anything in the store has changed.
    private func observe() async throws {
        let version = await store.resourceVersion
        guard version != seenVersion else { return }
        seenVersion = version
        deployment = try? await store.get(.deployments, namespace: namespace, name: name)
        let present = Set(await store.all(.pods, namespace: namespace).compactMap { $0.metadata("name") })
        for pod in simulation.pods where !present.contains(pod.name) { simulation.lose(pod.name) }
    }

    private func write(_ event: PodEvent) async throws {
        switch event {
        case .created(let pod):
            guard let deployment else { return }
            try await store.create(
                .pods, namespace: namespace, objects.pod(pod, of: deployment, ownerUID: replicaSetUID),
                keepsStatus: true)
        case .progressed(let pod):
            let status = objects.status(of: pod)
            try await ignoringAbsence {
                try await self.store.patchStatus(.pods, namespace: self.namespace, name: pod.name, status)
            }
        case .deleted(let name):
            try await ignoringAbsence {
                try await self.store.delete(.pods, namespace: self.namespace, name: name)
            }
        }
    }

    private func writeReplicaSet(of deployment: JSONValue) async throws {
        let wanted = objects.replicaSet(of: deployment, replicas: replicas)
        if let found = try? await store.get(.replicaSets, namespace: namespace, name: objects.replicaSet) {
            replicaSetUID = found.metadata("uid")
            let count = JSONValue.int(Int64(replicas))
            try await store.update(.replicaSets, namespace: namespace, name: objects.replicaSet) { current in
                var changed = current
                changed[path: ["spec", "replicas"]] = count
                return changed
            }
        } else {
            replicaSetUID = try await store.create(.replicaSets, namespace: namespace, wanted).metadata("uid")
        }
    }

    private func writeStatus(at now: Timestamp) async throws {
        guard let deployment else { return }
        var status = objects.deploymentStatus(
            pods: simulation.pods.count, ready: simulation.readyCount, wanted: replicas,
            generation: deployment[path: ["metadata", "generation"]]?.intValue ?? 0, now: now)
        // The times of the condition change with its status only.
        if let last = lastStatus, condition(last, "status") == condition(status, "status") {
            status["conditions"] = last["conditions"]
        }
        guard status != lastStatus else { return }
        lastStatus = status
        let patch = status
        try await ignoringAbsence {
            try await self.store.patchStatus(.deployments, namespace: self.namespace, name: self.name, patch)
        }
        let counts = simulation
        try await ignoringAbsence {
            try await self.store.patchStatus(
                .replicaSets, namespace: self.namespace, name: self.objects.replicaSet,
                [
                    "replicas": .int(Int64(counts.pods.count)), "readyReplicas": .int(Int64(counts.readyCount)),
                    "availableReplicas": .int(Int64(counts.readyCount)),
                ])
        }
    }

    private func condition(_ status: JSONValue, _ field: String) -> JSONValue? {
        status["conditions"]?[0]?[field]
    }

    /// What somebody else has deleted in between is seen at the next step.
    private func ignoringAbsence(_ write: () async throws -> JSONValue) async throws {
        do {
            _ = try await write()
        } catch let error as StatusError where error.code == 404 {
            return
        }
    }
}
