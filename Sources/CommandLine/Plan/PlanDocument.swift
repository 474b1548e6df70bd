internal import Autoscaling
internal import Controller
internal import KubernetesTypes

/// The plan as JSON and YAML.
struct PlanDocument: Encodable {
    struct Item: Encodable {
        struct Condition: Encodable {
            var type: String
            var status: String
            var reason: String
            var message: String
        }

        struct Older: Encodable {
            var desiredReplicas: Int32
            var explanation: Explanation
        }

        var namespace: String
        var name: String
        var scaleTargetRef: CrossVersionObjectReference
        var currentReplicas: Int32
        var desiredReplicas: Int32
        var minReplicas: Int32
        var maxReplicas: Int32
        var observedAt: Time
        var error: String?
        var explanation: Explanation
        var conditions: [Condition]
        var currentMetrics: [HorizontalPodAutoscaler.MetricStatus]
        var insights: [String]
        var against: Older?
    }

    var items: [Item]

    init(_ plans: [Plan]) {
        items = plans.map { plan in
            let spec = plan.autoscaler.spec
            return Item(
                namespace: plan.autoscaler.key.namespace, name: plan.autoscaler.key.name,
                scaleTargetRef: spec.scaleTargetRef, currentReplicas: plan.decision.currentReplicas,
                desiredReplicas: plan.decision.desiredReplicas, minReplicas: spec.minReplicas,
                maxReplicas: spec.maxReplicas, observedAt: Time(plan.observation.time), error: plan.report.error,
                explanation: plan.explanation,
                conditions: plan.report.status.conditions.map {
                    Item.Condition(type: $0.type, status: $0.status, reason: $0.reason, message: $0.message)
                },
                currentMetrics: HorizontalPodAutoscaler.MetricStatus.list(
                    plan.report.status.currentMetrics ?? [], spec: spec),
                insights: plan.insights,
                against: plan.older.map {
                    Item.Older(desiredReplicas: $0.decision.desiredReplicas, explanation: $0.explanation)
                })
        }
    }
}
