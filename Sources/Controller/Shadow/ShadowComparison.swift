package import Autoscaling
internal import KubernetesTypes

/// Compares what this controller would have done with what the one in charge did, for every autoscaler. A value without
/// I/O.
///
/// Two controllers look at their own moments: a difference that is gone when both have looked again is timing and no
/// difference of opinion. Only one that lasts is a divergence, and it is told with the moment it began.
package struct ShadowComparison: Sendable {
    /// What is known of one autoscaler.
    fileprivate struct Standing: Sendable {
        /// Since when the two have differed; `nil` while they agree.
        var differingSince: Timestamp?
        var isDiverging = false
        var ticks = 0
        var agreed = 0
        var summarized: Timestamp
    }

    /// How often summaries are written.
    static let summaryInterval = Duration.seconds(300)

    private let grace: Duration
    private var standings: [AutoscalerKey: Standing] = [:]

    /// Divergences that began, in all.
    package private(set) var divergences = 0
    /// Ticks compared, and those in which both wanted the same.
    package private(set) var ticks = 0
    package private(set) var agreed = 0

    /// Autoscalers about which the two differ now.
    package var diverging: Int { standings.values.count(where: \.isDiverging) }

    /// - Parameter syncPeriod: Of both controllers: within three of them each has looked, written, and been seen.
    package init(syncPeriod: Duration) {
        grace = syncPeriod * 3
    }

    /// Takes the reports of a tick.
    ///
    /// - Returns: What there is to tell.
    package mutating func note(
        _ reports: [AutoscalerReport], beside resting: [AutoscalerKey] = [], flags: ControllerFlags, at now: Timestamp
    ) -> [ShadowRecord] {
        let present = Set(reports.map(\.autoscaler.key)).union(resting)
        for key in standings.keys where !present.contains(key) { standings[key] = nil }
        return reports.flatMap { note($0, flags, at: now) }
    }

    private mutating func note(_ report: AutoscalerReport, _ flags: ControllerFlags, at now: Timestamp)
        -> [ShadowRecord]
    {
        let key = report.autoscaler.key
        var standing = standings[key] ?? Standing(summarized: now)
        defer { standings[key] = standing }
        guard let theirs = report.autoscaler.object?.status.autoscaling.desiredReplicas,
            case .found = report.observation.target
        else { return [] }
        let time = RFC3339.format(now, fractionDigits: 0)
        let ours = report.decision.restraint?.withheldReplicas ?? report.decision.desiredReplicas
        var records: [ShadowRecord] = []
        ticks += 1
        standing.ticks += 1
        if ours == theirs {
            agreed += 1
            standing.agreed += 1
            if standing.isDiverging {
                var ended = ShadowRecord(.ended, of: key, time: time)
                ended.ours = ours
                ended.theirs = theirs
                ended.seconds = standing.seconds(until: now)
                records.append(ended)
            }
            standing.differingSince = nil
            standing.isDiverging = false
        } else {
            standing.differingSince = standing.differingSince ?? now
            if !standing.isDiverging, standing.seconds(until: now) >= Double(grace.nanoseconds) / 1e9 {
                standing.isDiverging = true
                divergences += 1
                records.append(divergence(report, ours: ours, theirs: theirs, standing, flags, at: now))
            }
        }
        if now.nanoseconds(since: standing.summarized) >= Self.summaryInterval.nanoseconds {
            records.append(standing.summary(of: key, time: time))
            standing.ticks = 0
            standing.agreed = 0
            standing.summarized = now
        }
        return records
    }

    /// The counts that no summary has told yet.
    package mutating func finish(at now: Timestamp) -> [ShadowRecord] {
        let time = RFC3339.format(now, fractionDigits: 0)
        let rest = standings.sorted { $0.key < $1.key }.filter { $0.value.ticks > 0 }
        for key in standings.keys {
            standings[key]?.ticks = 0
            standings[key]?.agreed = 0
        }
        return rest.map { $0.value.summary(of: $0.key, time: time) }
    }

    private func divergence(
        _ report: AutoscalerReport, ours: Int32, theirs: Int32, _ standing: Standing, _ flags: ControllerFlags,
        at now: Timestamp
    ) -> ShadowRecord {
        let (autoscaler, status) = (report.autoscaler, report.autoscaler.object?.status.autoscaling)
        var record = ShadowRecord(
            .began, of: autoscaler.key, time: RFC3339.format(standing.differingSince ?? now, fractionDigits: 0))
        record.ours = ours
        record.theirs = theirs
        record.seconds = standing.seconds(until: now)
        record.explanation =
            Explanation(report.decision, spec: autoscaler.spec, namespace: autoscaler.key.namespace, flags: flags).line
        record.theirReasons = (status?.conditions ?? []).map { "\($0.type ?? "") \($0.reason ?? "")" }
        record.theirMetrics = (status?.currentMetrics ?? []).compactMap(\.shortText)
        record.ourMetrics = report.report.status.currentMetrics.map {
            HorizontalPodAutoscaler.MetricStatus.list($0, spec: autoscaler.spec).compactMap(\.shortText)
        }
        return record
    }
}

extension ShadowComparison.Standing {
    fileprivate func seconds(until now: Timestamp) -> Double {
        differingSince.map { Double(now.nanoseconds(since: $0)) / 1e9 } ?? 0
    }

    fileprivate func summary(of key: AutoscalerKey, time: String) -> ShadowRecord {
        var record = ShadowRecord(.summary, of: key, time: time)
        record.ticks = ticks
        record.agreed = agreed
        return record
    }
}

extension HorizontalPodAutoscaler.MetricStatus {
    /// What was measured, e.g. `cpu 82 %`; `nil` for a metric that failed.
    fileprivate var shortText: String? {
        let (name, value) =
            (resource.map { ($0.name, $0.current) } ?? containerResource.map { ($0.name, $0.current) }
                ?? pods.map { ($0.metric?.name, $0.current) } ?? object.map { ($0.metric?.name, $0.current) }
                ?? external.map { ($0.metric?.name, $0.current) }) ?? (nil, nil)
        guard let name, let value else { return nil }
        if let percent = value.averageUtilization { return "\(name) \(percent) %" }
        return (value.averageValue ?? value.value).map { "\(name) \($0)" }
    }
}
