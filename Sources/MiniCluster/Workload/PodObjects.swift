internal import Autoscaling
internal import KubernetesTypes

/// The Kubernetes objects of a simulated Deployment's pods.
struct PodObjects {
    let namespace: String
    let replicaSet: String
    let container: String
    let image: String

    /// The label that tells one ReplicaSet's pods from another's.
    private var templateHash: String { String(replicaSet.split(separator: "-").last ?? "") }

    /// A new pod as the API server stores it, from the Deployment's template.
    func pod(_ pod: SimulatedPod, of deployment: JSONValue, ownerUID: String?) -> JSONValue {
        var labels = deployment[path: ["spec", "template", "metadata", "labels"]] ?? [:]
        labels["pod-template-hash"] = .string(templateHash)
        var metadata: JSONValue = ["name": .string(pod.name), "labels": labels]
        if let ownerUID {
            metadata["ownerReferences"] = [owner("ReplicaSet", replicaSet, ownerUID)]
        }
        var spec = deployment[path: ["spec", "template", "spec"]] ?? [:]
        spec["nodeName"] = .string(Self.node)
        return ["metadata": metadata, "spec": spec, "status": status(of: pod)]
    }

    /// The status of a pod at its stage.
    func status(of pod: SimulatedPod) -> JSONValue {
        let created = pod.createdAt.rfc3339
        let isReady = pod.stage == .ready
        var conditions = [condition("PodScheduled", true, since: created)]
        if pod.stage != .pending {
            let since = (isReady ? pod.readyAt : pod.runningAt).rfc3339
            conditions.append(condition("Initialized", true, since: created))
            conditions.append(condition("ContainersReady", isReady, since: since))
            conditions.append(condition("Ready", isReady, since: since))
        }
        var status: JSONValue = [
            "phase": pod.stage == .pending ? "Pending" : "Running", "qosClass": "Burstable",
            "startTime": .string(created), "conditions": .array(conditions),
            "containerStatuses": [containerStatus(of: pod)],
        ]
        if pod.stage != .pending {
            status["hostIP"] = "10.128.0.2"
            status["podIP"] = .string(pod.address)
            status["podIPs"] = [["ip": .string(pod.address)]]
        }
        return status
    }

    /// The ReplicaSet that the pods belong to.
    func replicaSet(of deployment: JSONValue, replicas: Int) -> JSONValue {
        var template = deployment[path: ["spec", "template"]] ?? [:]
        template[path: ["metadata", "labels", "pod-template-hash"]] = .string(templateHash)
        var selector = deployment[path: ["spec", "selector"]] ?? [:]
        selector[path: ["matchLabels", "pod-template-hash"]] = .string(templateHash)
        var metadata: JSONValue = [
            "name": .string(replicaSet), "labels": template[path: ["metadata", "labels"]] ?? [:],
        ]
        if let name = deployment.metadata("name"), let uid = deployment.metadata("uid") {
            metadata["ownerReferences"] = [owner("Deployment", name, uid)]
        }
        return [
            "metadata": metadata,
            "spec": ["replicas": .int(Int64(replicas)), "selector": selector, "template": template],
        ]
    }

    /// The status of the Deployment, as a merge patch: counts of zero are left out, as the controllers leave them out.
    func deploymentStatus(pods: Int, ready: Int, wanted: Int, generation: Int64, now: Timestamp) -> JSONValue {
        let isAvailable = ready >= min(wanted, pods) || ready * 4 >= wanted * 3
        return [
            "observedGeneration": .int(generation), "replicas": count(pods), "updatedReplicas": count(pods),
            "readyReplicas": count(ready), "availableReplicas": count(ready),
            "unavailableReplicas": count(max(wanted - ready, 0)),
            "conditions": [
                [
                    "type": "Available", "status": isAvailable ? "True" : "False",
                    "reason": isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                    "message": isAvailable
                        ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
                    "lastUpdateTime": .string(now.rfc3339), "lastTransitionTime": .string(now.rfc3339),
                ]
            ],
        ]
    }

    // MARK: - Pieces

    /// The one node.
    static let node = "mini-node-1"

    private func count(_ value: Int) -> JSONValue { value == 0 ? .null : .int(Int64(value)) }

    private func owner(_ kind: String, _ name: String, _ uid: String) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": .string(kind), "name": .string(name), "uid": .string(uid),
            "controller": true, "blockOwnerDeletion": true,
        ]
    }

    private func condition(_ type: String, _ isTrue: Bool, since time: String) -> JSONValue {
        var condition: JSONValue = [
            "type": .string(type), "status": isTrue ? "True" : "False", "lastProbeTime": .null,
            "lastTransitionTime": .string(time),
        ]
        if !isTrue {
            condition["reason"] = "ContainersNotReady"
            condition["message"] = .string("containers with unready status: [\(container)]")
        }
        return condition
    }

    private func containerStatus(of pod: SimulatedPod) -> JSONValue {
        let isRunning = pod.stage != .pending
        return [
            "name": .string(container), "image": .string(image), "imageID": "", "restartCount": 0,
            "ready": .bool(pod.stage == .ready), "started": .bool(isRunning), "lastState": [:],
            "state": isRunning
                ? ["running": ["startedAt": .string(pod.runningAt.rfc3339)]]
                : ["waiting": ["reason": "ContainerCreating"]],
        ]
    }
}
