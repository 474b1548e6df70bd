import Autoscaling
import KubernetesTypes

/// A case of `multi_metric.json`: one whole decision of the controller; the conformance folder's README describes it.
struct WholeDecisionCase: Decodable {
    struct Flags: Decodable {
        var downscaleStabilizationSeconds: Int64
        var tolerance: Double
        var cpuInitializationPeriod: Int64
        var initialReadinessDelay: Int64
    }

    struct Condition: Decodable {
        var type: String
        var status: String
        var reason: String
        var message: String?
        var lastTransition: Double
    }

    struct Status: Decodable {
        var currentReplicas: Int32?
        var desiredReplicas: Int32?
        var conditions: [Condition]?
    }

    struct Scale: Decodable {
        var specReplicas: Int32
        var statusReplicas: Int32
        var selector: String
        var getError: String?
        var updateError: String?
    }

    struct PodMetrics: Decodable {
        struct Container: Decodable {
            var name: String
            var usage: [String: Quantity]
        }

        var pod: String
        var at: Double?
        var window: Double
        var containers: [Container]?
    }

    struct CustomMetric: Decodable {
        var pod: String
        var value: Quantity
        var at: Double?
    }

    struct ObjectMetric: Decodable {
        var metric: String
        var kind: String
        var name: String
        var value: Quantity
    }

    struct HistoryRecords: Decodable {
        struct Recommendation: Decodable {
            var at: Double
            var replicas: Int32
        }

        struct Event: Decodable {
            var at: Double
            var change: Int32
        }

        var recommendations: [Recommendation]?
        var scaleUp: [Event]?
        var scaleDown: [Event]?
    }

    struct OtherAutoscaler: Decodable {
        var name: String
        var selector: String
    }

    struct Event: Decodable {
        var type: String
        var reason: String
        var message: String
    }

    struct Expectation: Decodable {
        var error: String?
        var rescale: Bool
        var scaleWrite: Int32?
        var rescaleReason: String?
        var currentReplicas: Int32
        var desiredReplicas: Int32
        var scaledNow: Bool
        var statusWritten: Bool
        var conditions: [Condition]?
        var currentMetrics: [HorizontalPodAutoscaler.MetricStatus]?
        var events: [Event]
    }

    var id: String
    var note: String?
    var featureGates: [String: Bool]
    var flags: Flags
    var spec: HorizontalPodAutoscaler.Spec
    var status: Status
    var scale: Scale
    var pods: [RecordedPod]?
    var podMetrics: [PodMetrics]?
    var customPodMetrics: [String: [CustomMetric]]?
    var objectMetrics: [ObjectMetric]?
    var externalMetrics: [String: [Quantity]]?
    var apiErrors: [String: String]?
    var history: HistoryRecords?
    var otherAutoscalers: [OtherAutoscaler]?
    var expect: Expectation
    var platformDependent: Bool?
}
