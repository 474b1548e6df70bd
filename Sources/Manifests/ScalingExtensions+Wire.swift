package import Autoscaling
package import KubernetesTypes
internal import Schedules

extension ScalingExtensions {
    /// What decisions are made from, out of the fields of a HorizontalAutoscaler; `nil` when none of them is written.
    ///
    /// Nothing is refused here: an object with a choice that is not known, or a formula that is none, is not acted on at all.
    package init?(_ wire: HorizontalAutoscaler.Extensions) {
        let schedules = (wire.schedules ?? []).map(SchedulePolicy.init)
        self.init(
            hold: wire.hold.map(HoldPolicy.init), schedules: schedules.isEmpty ? nil : schedules,
            syncPeriodSeconds: wire.syncPeriodSeconds,
            fallback: wire.fallback.map(FallbackPolicy.init), scaleToZero: wire.scaleToZero.map(ScaleToZeroPolicy.init),
            formula: wire.formula.flatMap { try? Formula($0) }, prediction: wire.prediction.map(PredictionPolicy.init))
        if isEmpty { return nil }
    }
}

extension HoldPolicy {
    fileprivate init(_ wire: HorizontalAutoscaler.Hold) {
        let directions: [HorizontalAutoscaler.HoldDirection: Hold.Direction] = [.up: .up, .down: .down, .both: .both]
        self.init(
            wire.direction?.value.flatMap { directions[$0] } ?? .both, reason: wire.reason ?? "",
            until: wire.until?.timestamp)
    }
}

extension SchedulePolicy {
    fileprivate init(_ wire: HorizontalAutoscaler.Schedule) {
        self.init(
            name: wire.name ?? "", cron: wire.cron ?? "", timeZone: wire.timeZone ?? "UTC",
            durationSeconds: wire.duration.flatMap(ScheduleDuration.seconds) ?? 0, minReplicas: wire.minReplicas,
            maxReplicas: wire.maxReplicas)
    }
}

extension PredictionPolicy {
    fileprivate init(_ wire: HorizontalAutoscaler.Prediction) {
        self.init(
            metric: wire.metric, seasons: wire.seasons?.compactMap(\.value) ?? [.day, .week],
            history: wire.history ?? Bounds.defaultHistory, lookAheadSeconds: wire.lookAheadSeconds,
            maxErrorPercent: wire.maxErrorPercent ?? Bounds.defaultMaxErrorPercent, query: wire.query)
    }
}
