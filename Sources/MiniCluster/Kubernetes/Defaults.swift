internal import KubernetesTypes

/// What the server fills in where a manifest says nothing; only the fields that clients of these kinds look at.
enum Defaults {
    static func apply(to object: inout JSONValue, _ kind: ResourceKind) {
        switch kind.storage {
        case ResourceKind.deployments.storage: deployment(&object)
        case ResourceKind.replicaSets.storage, ResourceKind.statefulSets.storage:
            object.setDefault(["spec", "replicas"], 1)
            podTemplate(&object)
        case ResourceKind.pods.storage:
            podSpec(&object, at: ["spec"])
            object.setDefault(["status", "phase"], "Pending")
        case ResourceKind.horizontalPodAutoscalers.storage: horizontalPodAutoscaler(&object)
        case ResourceKind.namespaces.storage: namespace(&object)
        case ResourceKind.services.storage: service(&object)
        case ResourceKind.customResourceDefinitions.storage: CustomResources.fillIn(&object)
        case ResourceKind.events.storage:
            for field in ["reportingComponent", "reportingInstance"] { object.setDefault([field], "") }
            for field in ["eventTime", "firstTimestamp", "lastTimestamp"] { object.setDefault([field], .null) }
            object.setDefault(["source"], [:])
        default: kind.schema?.complete(&object)
        }
    }

    private static func deployment(_ object: inout JSONValue) {
        object.setDefault(["spec", "replicas"], 1)
        object.setDefault(["spec", "revisionHistoryLimit"], 10)
        object.setDefault(["spec", "progressDeadlineSeconds"], 600)
        object.setDefault(["spec", "strategy", "type"], "RollingUpdate")
        if object[path: ["spec", "strategy", "type"]] == "RollingUpdate" {
            object.setDefault(["spec", "strategy", "rollingUpdate", "maxUnavailable"], "25%")
            object.setDefault(["spec", "strategy", "rollingUpdate", "maxSurge"], "25%")
        }
        object.setDefault(["status"], [:])
        podTemplate(&object)
    }

    private static func podTemplate(_ object: inout JSONValue) {
        if object[path: ["spec", "template"]] != nil { podSpec(&object, at: ["spec", "template", "spec"]) }
    }

    private static func podSpec(_ object: inout JSONValue, at path: [String]) {
        object.setDefault(path + ["restartPolicy"], "Always")
        object.setDefault(path + ["terminationGracePeriodSeconds"], 30)
        object.setDefault(path + ["dnsPolicy"], "ClusterFirst")
        object.setDefault(path + ["securityContext"], [:])
        object.setDefault(path + ["schedulerName"], "default-scheduler")
        guard let containers = object[path: path + ["containers"]]?.arrayValue else { return }
        object[path: path + ["containers"]] = .array(
            containers.map { container in
                var container = container
                container.setDefault(["imagePullPolicy"], "IfNotPresent")
                container.setDefault(["terminationMessagePath"], "/dev/termination-log")
                container.setDefault(["terminationMessagePolicy"], "File")
                container.setDefault(["resources"], [:])
                return container
            })
    }

    /// - Source: `pkg/apis/autoscaling/v2/defaults.go`.
    private static func horizontalPodAutoscaler(_ object: inout JSONValue) {
        object.setDefault(["spec", "minReplicas"], 1)
        if object[path: ["spec", "metrics"]]?.isEmpty ?? true {
            object[path: ["spec", "metrics"]] = [
                [
                    "type": "Resource",
                    "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
                ]
            ]
        }
        object.setDefault(["status", "desiredReplicas"], 0)
        object.setDefault(["status", "currentMetrics"], .null)
        guard object[path: ["spec", "behavior"]] != nil else { return }
        let percent: JSONValue = ["type": "Percent", "value": 100, "periodSeconds": 15]
        let pods: JSONValue = ["type": "Pods", "value": 4, "periodSeconds": 15]
        object.setDefault(["spec", "behavior", "scaleUp", "stabilizationWindowSeconds"], 0)
        object.setDefault(["spec", "behavior", "scaleUp", "selectPolicy"], "Max")
        object.setDefault(["spec", "behavior", "scaleUp", "policies"], [pods, percent])
        object.setDefault(["spec", "behavior", "scaleDown", "selectPolicy"], "Max")
        object.setDefault(["spec", "behavior", "scaleDown", "policies"], [percent])
    }

    private static func namespace(_ object: inout JSONValue) {
        if let name = object.metadata("name") {
            object[path: ["metadata", "labels", "kubernetes.io/metadata.name"]] = .string(name)
        }
        if object[path: ["metadata", "finalizers"]]?.isEmpty ?? false {
            object[path: ["metadata", "finalizers"]] = nil
        }
        object.setDefault(["spec", "finalizers"], ["kubernetes"])
        object.setDefault(["status", "phase"], "Active")
    }

    private static func service(_ object: inout JSONValue) {
        object.setDefault(["spec", "type"], "ClusterIP")
        object.setDefault(["spec", "sessionAffinity"], "None")
        object.setDefault(["spec", "clusterIP"], "10.96.0.1")
        object.setDefault(["status", "loadBalancer"], [:])
    }
}

extension JSONValue {
    fileprivate mutating func setDefault(_ path: [String], _ value: JSONValue) {
        if self[path: path] == nil { self[path: path] = value }
    }
}
