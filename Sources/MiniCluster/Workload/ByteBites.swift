package import Autoscaling
package import KubernetesTypes

/// The order service of ByteBites, a food-delivery start-up, through a dinner rush: 17:30 to 19:30 on a Friday.
///
/// Demand is in requests per minute. 3,200 keep two pods at half their request's target; at the peak, a little after
/// 18:30, 24,000 would need 12 pods at 70 % of their request. The autoscaler may have 10: for some minutes it is held
/// by its maximum, at over 80 %. Afterwards demand falls to where it was, and the stabilization window holds the pods
/// for five minutes more.
package struct ByteBites: Sendable {
    package static let deploymentName = "order-service-deployment"
    package static let autoscalerName = "order-service-hpa"
    /// Friday, 13 March 2026, 17:30 UTC: the demo has one clock, and everything it prints is in UTC.
    package static let start = Timestamp(nanoseconds: 1_773_423_000_000_000_000)
    /// How long the rush is shown.
    package static let duration = Duration.seconds(2 * 3600)

    package let namespace: String
    package let store: ClusterStore
    package let prometheus: SimulatedPrometheus
    package let deployment: SimulatedDeployment
    package let simulation: ClusterSimulation
    package var clock: SimulationClock { simulation.clock }

    /// Creates the cluster with the Deployment and its two pods at work in it; the autoscaler is for whoever shows it (see ``autoscaler``).
    ///
    /// - Parameters:
    ///   - clock: Starts at ``start``.
    ///   - seed: Decides names and start-up times.
    package init(clock: SimulationClock, seed: UInt64 = 1, namespace: String = "default") async throws {
        self.namespace = namespace
        store = ClusterStore { clock.now() }
        prometheus = SimulatedPrometheus { clock.now() }
        if namespace != "default" {
            try await store.create(.namespaces, ["metadata": ["name": .string(namespace)]])
        }
        try await store.create(.deployments, namespace: namespace, Self.deploymentObject)
        let workload = WorkloadSimulation(
            deployment: Self.deploymentName, model: Self.model, curve: Self.demand, start: clock.start, seed: seed,
            readyPods: 2)
        deployment = SimulatedDeployment(
            namespace: namespace, name: Self.deploymentName, simulation: workload, in: store)
        try await deployment.writePods()
        simulation = ClusterSimulation(clock: clock, prometheus: prometheus, deployments: [deployment])
    }

    /// Requests per minute over the two hours.
    package static let demand = DemandCurve([
        .init(.seconds(0), 3_200),
        .init(.seconds(20 * 60), 3_600),
        .init(.seconds(45 * 60), 12_000),
        .init(.seconds(60 * 60), 24_000),
        .init(.seconds(66 * 60), 24_000, .linear),
        .init(.seconds(82 * 60), 12_500),
        .init(.seconds(100 * 60), 3_200),
    ])

    /// Two milliseconds of CPU for each request; a limit of 200m.
    package static let model = WorkloadModel(
        container: "order-service", image: "bytebites/order-service:1.0", coresPerUnit: 0.000034, limitCores: 0.2)

    /// The Deployment, as in the story.
    package static let deploymentObject: JSONValue = [
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": ["name": .string(deploymentName), "labels": ["app": "order-service"]],
        "spec": [
            "replicas": 2, "selector": ["matchLabels": ["app": "order-service"]],
            "template": [
                "metadata": ["labels": ["app": "order-service"]],
                "spec": [
                    "containers": [
                        [
                            "name": "order-service", "image": "bytebites/order-service:1.0",
                            "ports": [["containerPort": 5000, "protocol": "TCP"]],
                            "resources": [
                                "requests": ["cpu": "100m", "memory": "128Mi"],
                                "limits": ["cpu": "200m", "memory": "256Mi"],
                            ],
                        ]
                    ]
                ],
            ],
        ],
    ]

    /// The autoscaler, as in the story: 2 to 10 pods, 70 % of the CPU request.
    package static let autoscaler: JSONValue = [
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": ["name": .string(autoscalerName)],
        "spec": [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(deploymentName)],
            "minReplicas": 2, "maxReplicas": 10,
            "metrics": [
                [
                    "type": "Resource",
                    "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 70]],
                ]
            ],
        ],
    ]
}
