internal import Autoscaling
internal import Locking

/// How each autoscaler stood at its last tick: what metrics and the status page are made of when somebody asks.
///
/// Taking note of a tick writes no text and looks nothing up: entries stand in the order of the tick's reports, which is
/// the same from tick to tick while no autoscaler comes or goes.
package final class StatusBook: Sendable {
    /// The last tick as a whole.
    struct Tick: Sendable {
        var number: Int
        var time: Timestamp
        var duration: Duration
        var problems: [String]
        var warnings: [String]
    }

    /// What the book says at one moment.
    struct Reading: Sendable {
        /// In the order of the last tick.
        var entries: [StatusEntry] = []
        /// `nil` before the first tick, and while somebody else leads.
        var tick: Tick?
    }

    private let state = Locked(Reading())

    package init() {}

    /// Takes the report of a tick.
    package func record(_ report: TickReport) {
        state.withLock { state in
            state.tick = Tick(
                number: report.number, time: report.time, duration: report.duration, problems: report.problems,
                warnings: report.warnings)
            if !report.resting.isEmpty {
                state.take(report)
                return
            }
            state.arrange(for: report.autoscalers)
            for (index, one) in report.autoscalers.enumerated() { state.entries[index].take(one) }
        }
    }

    /// Forgets everything: somebody else leads, and what was decided here is no longer what is.
    package func clear() {
        state.withLock { $0 = Reading() }
    }

    /// Everything as it is now.
    var reading: Reading { state.withLock { $0 } }
}

extension StatusBook.Reading {
    /// Takes a tick in which not everybody was due: the others stay as they were.
    fileprivate mutating func take(_ report: TickReport) {
        let present = report.keys
        entries.removeAll { !present.contains($0.key) }
        var places: [AutoscalerKey: Int] = [:]
        for (index, entry) in entries.enumerated() { places[entry.key] = index }
        for one in report.autoscalers {
            if let place = places[one.autoscaler.key] {
                entries[place].take(one)
            } else {
                entries.append(StatusEntry(one))
            }
        }
    }

    /// Brings the entries into the order of the reports: one for each, new ones empty.
    fileprivate mutating func arrange(for reports: [AutoscalerReport]) {
        let isInOrder =
            entries.count == reports.count
            && zip(entries, reports).allSatisfy { $0.key == $1.autoscaler.key }
        if isInOrder { return }
        var former: [AutoscalerKey: StatusEntry] = [:]
        for entry in entries { former[entry.key] = entry }
        entries = reports.map { former[$0.autoscaler.key] ?? StatusEntry($0) }
    }
}
