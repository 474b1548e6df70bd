internal import Autoscaling
internal import Locking

/// Writes what ticks come to: a line for each change of size, for each failure when it begins or changes, and for its
/// end.
package final class TickLog: Sendable {
    let log: EventLog
    private let ledger = Locked(FailureLedger())

    package init(_ log: EventLog) {
        self.log = log
    }

    private static let controller = "controller"
    private static let prometheus = "prometheus"

    /// Takes the report of a tick.
    package func record(_ report: TickReport) {
        for one in report.autoscalers {
            recordChange(one, at: report.time)
            recordFailure(
                one.autoscaler.key.description, one.problem, at: report.time, .error,
                [
                    .init("namespace", one.autoscaler.key.namespace), .init("autoscaler", one.autoscaler.key.name),
                    .init("target", one.autoscaler.targetDescription),
                ])
        }
        recordFailure(
            Self.controller, Self.joined(report.problems), at: report.time, .error, [.init("subject", Self.controller)])
        recordFailure(
            Self.prometheus, Self.joined(report.warnings), at: report.time, .warning,
            [.init("subject", Self.prometheus)])
        let subjects = Set(report.autoscalers.map(\.autoscaler.key.description) + [Self.controller, Self.prometheus])
        ledger.withLock { $0.keep(subjects) }
        log.event(
            .debug, "tick", at: report.time,
            [
                .init("number", report.number), .init("autoscalers", report.autoscalers.count),
                .init("milliseconds", report.duration.nanoseconds / 1_000_000),
            ])
    }

    private static func joined(_ texts: [String]) -> String? {
        texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    private func recordChange(_ one: AutoscalerReport, at time: Timestamp) {
        let (event, level, change): (String, EventLog.Level, [EventLog.Field])
        switch one.outcome {
        case .kept, .failed: return
        case .scaled(let from, let to):
            (event, level, change) = ("scaled", .info, [.init("from", from), .init("to", to)])
        case .withheld(let from, let to):
            (event, level, change) = ("would-scale", .info, [.init("from", from), .init("to", to)])
        case .superseded(let by):
            (event, level, change) = (
                "superseded", .warning,
                [
                    .init("from", one.decision.currentReplicas), .init("to", one.decision.desiredReplicas),
                    .init("by", by),
                ]
            )
        }
        let spec = one.autoscaler.spec
        var fields: [EventLog.Field] = [
            .init("namespace", one.autoscaler.key.namespace), .init("autoscaler", one.autoscaler.key.name),
            .init("target", one.autoscaler.targetDescription),
        ]
        fields += change
        fields.append(.init("reason", one.decision.rescaleReasonText(spec: spec) ?? ""))
        if case .metric(let index, _) = one.decision.basis, index < one.decision.metrics.count,
            let proposal = one.decision.metrics[index].proposal
        {
            if let utilization = proposal.utilization { fields.append(.init("utilization", utilization)) }
            fields.append(.init("usage_milli", proposal.usage))
            fields.append(.init("proposed", proposal.replicas))
        }
        if let limitation = one.decision.limitation, limitation.isLimited {
            fields.append(.init("limited", limitation.condition.reason))
        }
        log.event(level, event, at: time, fields)
    }

    private func recordFailure(
        _ subject: String, _ text: String?, at time: Timestamp, _ level: EventLog.Level, _ fields: [EventLog.Field]
    ) {
        switch ledger.withLock({ $0.note(subject, text) }) {
        case nil: return
        case .began(let text): log.event(level, "failing", at: time, fields + [.init("error", text)])
        case .changed(let text, let count):
            log.event(level, "failing", at: time, fields + [.init("error", text), .init("former_failures", count)])
        case .ended(let count): log.event(.info, "recovered", at: time, fields + [.init("failures", count)])
        }
    }
}
