internal import Autoscaling
internal import KubernetesTypes

/// Everything that the status of an object rests on, while its history says one thing only.
///
/// A ``HorizontalAutoscaler/Status`` is made of nothing else, apart from the times of quiet recommendations, which are not
/// written: where this is what it was when nothing was to be written, nothing is to be written now.
struct SettledStatus: Sendable, Hashable {
    private var status: DecisionReport.Status
    private var lastScaleTime: Timestamp?
    private var selector: String?
    private var foreignPods: [String]
    /// The object as it was read: its spec and its status.
    private var uid: String
    private var resourceVersion: String
    private var target: String?
    /// What every recommendation of the window asks for.
    private var replicas: Int32

    /// - Returns: `nil` where the history has more to say.
    init?(_ report: AutoscalerReport, _ memory: AutoscalerMemory, of object: AutoscalerObject, at now: Timestamp) {
        guard memory.pending == nil, memory.turns == DirectionChanges(),
            let replicas = memory.history.onlyRecommendation(at: now, History.Compaction(report.autoscaler.spec))
        else { return nil }
        status = report.report.status
        lastScaleTime = memory.lastScaleTime
        selector = report.selector
        foreignPods = report.foreignPods
        uid = object.uid
        resourceVersion = object.resourceVersion
        target = memory.targetUID
        self.replicas = replicas
    }
}
