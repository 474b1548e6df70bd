internal import Autoscaling
internal import Locking

/// Writes what ticks come to: a line for each change of size, for each failure when it begins, changes, lasts and ends, and
/// for what holds a size back. A tick in which nothing is new writes nothing, and makes no text.
package final class TickLog: Sendable {
    let log: EventLog
    private let state = Locked(State())

    private struct State {
        var ledger = FailureLedger()
        /// What holds the size of an autoscaler, of those that are held.
        var holds: [AutoscalerKey: String] = [:]
        /// What a shadow run would have written, told and not yet out of date.
        var withheld: [AutoscalerKey: AutoscalerReport.Outcome] = [:]

        /// Whether an outcome is one that has been told: in a shadow run the same is decided until somebody acts on it.
        mutating func isTold(_ one: AutoscalerReport) -> Bool {
            guard case .withheld = one.outcome else {
                if !withheld.isEmpty { withheld[one.autoscaler.key] = nil }
                return false
            }
            return withheld.updateValue(one.outcome, forKey: one.autoscaler.key) == one.outcome
        }
    }

    /// Failures of autoscalers that begin in one tick and have a line of their own each, and as many that end. When a
    /// server is away every autoscaler fails: the others are counted. At level debug each has its line.
    static let maximumLines = 20

    package init(_ log: EventLog) {
        self.log = log
    }

    /// Takes the report of a tick.
    package func record(_ report: TickReport) {
        for crowd in report.crowds {
            log.event(
                .warning, .crowdHeld, at: report.time,
                [
                    .init("source", crowd.source), .init("direction", crowd.isUp ? "up" : "down"),
                    .init("autoscalers", crowd.count), .init("of", crowd.total), .init("reason", crowd.message),
                ])
        }
        var failing = Lines(limit: log.shows(.debug) ? .max : Self.maximumLines)
        var recovered = failing
        for one in report.autoscalers {
            recordChange(one, at: report.time)
            recordHold(one, at: report.time)
            switch note(.autoscaler(one.autoscaler.key), one.problem, at: report.time) {
            case nil: break
            case .ended(let spell)?:
                if recovered.takes() { tell(.ended(after: spell), .error, Self.fields(one), at: report.time) }
            case let change?:
                if failing.takes() { tell(change, .error, Self.fields(one), at: report.time) }
            }
        }
        tell(failing, .error, .alsoFailing, at: report.time)
        tell(recovered, .info, .alsoRecovered, at: report.time)
        if let change = note(.controller, Self.joined(report.problems), at: report.time) {
            tell(change, .error, [.init("subject", "controller")], at: report.time)
        }
        if let change = note(.prometheus, Self.joined(report.warnings), at: report.time) {
            tell(change, .warning, [.init("subject", "prometheus")], at: report.time)
        }
        forget(report)
        log.event(
            .debug, .tick, at: report.time,
            [
                .init("number", report.number), .init("autoscalers", report.autoscalers.count),
                .init("milliseconds", report.duration.nanoseconds / 1_000_000),
            ])
    }

    private static func joined(_ texts: [String]) -> String? {
        texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    private static func fields(_ one: AutoscalerReport) -> [EventLog.Field] {
        [
            .init("namespace", one.autoscaler.key.namespace), .init("autoscaler", one.autoscaler.key.name),
            .init("target", one.autoscaler.targetDescription),
        ]
    }

    // MARK: - Failures

    /// Lines of one kind in one tick.
    private struct Lines {
        var limit: Int
        var count = 0

        /// Whether one more is written.
        mutating func takes() -> Bool {
            count += 1
            return count <= limit
        }
    }

    private func tell(_ lines: Lines, _ level: EventLog.Level, _ event: LogEvent, at time: Timestamp) {
        guard lines.count > lines.limit else { return }
        log.event(level, event, at: time, [.init("autoscalers", lines.count - lines.limit)])
    }

    private func note(
        _ subject: @autoclosure () -> FailureLedger.Subject, _ text: String?, at time: Timestamp
    ) -> FailureLedger.Change? {
        state.withLock { $0.ledger.note(subject(), text, at: time) }
    }

    private func tell(
        _ change: FailureLedger.Change, _ level: EventLog.Level, _ fields: [EventLog.Field], at time: Timestamp
    ) {
        switch change {
        case .began(let text): log.event(level, .failing, at: time, fields + [.init("error", text)])
        case .changed(let text, let spell):
            log.event(
                level, .failing, at: time,
                fields + [
                    .init("error", text), .init("former_failures", spell.count), .init("former_seconds", spell.seconds),
                ])
        case .lasting(let text, let spell):
            log.event(level, .stillFailing, at: time, fields + Self.fields(spell) + [.init("error", text)])
        case .ended(let spell): log.event(.info, .recovered, at: time, fields + Self.fields(spell))
        }
    }

    private static func fields(_ spell: FailureLedger.Spell) -> [EventLog.Field] {
        [.init("failures", spell.count), .init("seconds", spell.seconds)]
    }

    private func forget(_ report: TickReport) {
        state.withLock { state in
            if state.ledger.isEmpty, state.holds.isEmpty, state.withheld.isEmpty { return }
            let present = report.keys
            state.withheld = state.withheld.filter { present.contains($0.key) }
            state.ledger.keep(present.contains)
            state.holds = state.holds.filter { present.contains($0.key) }
        }
    }

    // MARK: - Sizes

    private func recordHold(_ one: AutoscalerReport, at time: Timestamp) {
        let (key, hold) = (one.autoscaler.key, one.decision.restraint?.hold)
        let former: String?? = state.withLock { state in
            if hold == nil, state.holds.isEmpty { return nil }
            let former = state.holds[key]
            if former == hold?.reason { return nil }
            state.holds[key] = hold?.reason
            return .some(former)
        }
        guard let former else { return }
        guard let hold else {
            log.event(.info, .holdEnded, at: time, Self.fields(one) + [.init("held", former ?? "")])
            return
        }
        var fields = Self.fields(one) + [.init("held", hold.reason), .init("reason", hold.message)]
        fields.append(.init("size", one.decision.currentReplicas))
        if let wanted = one.decision.restraint?.withheldReplicas { fields.append(.init("wanted", wanted)) }
        if let until = hold.until { fields.append(.init("until", time: until)) }
        log.event(.info, .held, at: time, fields)
    }

    private func recordChange(_ one: AutoscalerReport, at time: Timestamp) {
        if state.withLock({ $0.isTold(one) }) { return }
        let (event, level, change): (LogEvent, EventLog.Level, [EventLog.Field])
        switch one.outcome {
        case .kept, .failed: return
        case .scaled(let from, let to):
            (event, level, change) = (.scaled, .info, [.init("from", from), .init("to", to)])
        case .withheld(let from, let to):
            (event, level, change) = (.wouldScale, .info, [.init("from", from), .init("to", to)])
        case .superseded(let by):
            (event, level, change) = (
                .superseded, .warning,
                [
                    .init("from", one.decision.currentReplicas), .init("to", one.decision.desiredReplicas),
                    .init("by", by),
                ]
            )
        }
        var fields = Self.fields(one) + change
        fields.append(.init("reason", one.decision.rescaleReasonText(spec: one.autoscaler.spec) ?? ""))
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
}
