internal import Autoscaling
internal import Forecasting

/// Foresees from the past of a trace itself: what the metric's readings have shown so far, step by step.
///
/// A controller asks Prometheus for the same; what came before the trace begins is not known here.
struct TraceForecasts {
    private let policy: PredictionPolicy
    private let metric: Int
    private var forecaster: Forecaster
    private var past: DemandBins

    /// `nil` for a spec without a prediction, or without the metric that it is of.
    init?(_ spec: AutoscalerSpec) {
        guard let policy = spec.extensions?.prediction, let metric = spec.predictedMetric else { return nil }
        self.policy = policy
        self.metric = metric
        forecaster = Forecaster(policy)
        past = DemandBins(stepSeconds: Forecaster.stepSeconds(of: policy), reach: Forecaster.reach(of: policy))
    }

    /// Takes what an observation shows into the past, and puts a forecast into it.
    mutating func look(at observation: inout Observation) {
        past.add(observation.total(of: metric), at: observation.time)
        observation.forecast = forecaster.reading(
            of: past.series, revision: past.revision,
            lookAheadSeconds: policy.lookAheadSeconds(for: observation.pods), at: observation.time)
    }
}
