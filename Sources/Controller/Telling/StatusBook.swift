internal import Autoscaling
internal import Locking

/// How each autoscaler stood at its last tick, and over the last hours: what metrics and the status page are made of when
/// somebody asks.
///
/// Taking note of a tick writes no text and looks nothing up: entries stand in the order of the tick's reports, which is
/// the same from tick to tick while no autoscaler comes or goes. What is kept of each is bounded: its last decision, and a
/// ``StatusTrail``.
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

    fileprivate struct State {
        var reading = Reading()
        /// Parallel to the entries, as far as trails are kept. Apart from them: whoever looks at the entries while a tick is
        /// recorded makes a copy of those, and not of the hours.
        var trails: [StatusTrail] = []
        /// When the first column began, and how long each is now: the same for all trails.
        var start: Timestamp?
        var columnSeconds: Int64
    }

    /// Trails that are kept: 20 MiB of them.
    static let largestTrailCount = 10_000
    /// Decisions that are kept in all, and of one autoscaler at least and at most.
    static let largestDecisionCount = 10_000
    static let decisionCounts = 2...20

    private let state: Locked<State>
    private let keepsTrails: Bool
    /// Of a column while the controller is young: at least as long as a tick.
    private let firstColumnSeconds: Int64

    /// - Parameter keepsTrails: Whether the last hours are kept, for a status page.
    package init(syncPeriod: Duration = .seconds(15), keepsTrails: Bool = true) {
        self.keepsTrails = keepsTrails
        firstColumnSeconds = min(max(Int64(syncPeriod.inSeconds.rounded(.up)), 15), StatusTrail.longestSpan)
        state = Locked(State(columnSeconds: firstColumnSeconds))
    }

    /// Takes the report of a tick.
    package func record(_ report: TickReport) {
        let count = report.autoscalers.count + report.resting.count
        let trailCount = keepsTrails ? min(count, Self.largestTrailCount) : 0
        let limit = min(
            max(Self.largestDecisionCount / max(count, 1), Self.decisionCounts.lowerBound),
            Self.decisionCounts.upperBound)
        state.withLock { state in
            state.reading.tick = Tick(
                number: report.number, time: report.time, duration: report.duration, problems: report.problems,
                warnings: report.warnings)
            state.stretch(to: report.time)
            let places = state.arrange(for: report, trailCount: trailCount)
            for (one, place) in zip(report.autoscalers, places) {
                let former = state.reading.entries[place]
                let entry = StatusEntry(one, after: former)
                if place < trailCount { state.trails[place].record(entry, after: former, limit: limit) }
                state.reading.entries[place] = entry
            }
        }
    }

    /// Forgets everything: somebody else leads, and what was decided here is no longer what is.
    package func clear() {
        state.withLock { $0 = State(columnSeconds: firstColumnSeconds) }
    }

    /// Every autoscaler as it is now.
    var reading: Reading { state.withLock(\.reading) }

    /// What charts span now, in seconds.
    var spanSeconds: Int64 { state.withLock(\.columnSeconds) * Int64(StatusTrail.columnCount) }

    /// The last hours of some of a reading's autoscalers; `nil` where none are kept.
    func trails(of places: [Int], in reading: Reading) -> [StatusTrail?] {
        state.withLock { state in
            places.map { place in
                let key = reading.entries[place].key
                let entries = state.reading.entries
                // A tick may have come between, and with it other autoscalers.
                let index =
                    place < entries.count && entries[place].key == key
                    ? place : entries.firstIndex { $0.key == key }
                return index.flatMap { $0 < state.trails.count ? state.trails[$0] : nil }
            }
        }
    }
}

extension StatusBook.State {
    /// Makes columns longer once they are full.
    fileprivate mutating func stretch(to now: Timestamp) {
        let start = start ?? now
        self.start = start
        let columns = Int64(StatusTrail.columnCount)
        while columnSeconds * columns < StatusTrail.longestSpan,
            now.nanoseconds(since: start) / 1_000_000_000 >= columnSeconds * columns
        {
            columnSeconds *= 2
            for index in trails.indices { trails[index].coarsen() }
        }
    }

    /// Makes a place for each autoscaler that there is, and takes away those of the others.
    ///
    /// - Returns: The places of the reports' autoscalers. Those that were not due keep theirs.
    fileprivate mutating func arrange(for report: TickReport, trailCount: Int) -> [Int] {
        let reports = report.autoscalers
        let count = reports.count + report.resting.count
        let isWhole = reading.entries.count == count && trails.count == trailCount
        if isWhole, report.resting.isEmpty, zip(reading.entries, reports).allSatisfy({ $0.key == $1.autoscaler.key }) {
            return Array(reports.indices)
        }
        var places: [AutoscalerKey: Int] = [:]
        for (index, entry) in reading.entries.enumerated() { places[entry.key] = index }
        let areKnown =
            reports.allSatisfy { places[$0.autoscaler.key] != nil } && report.resting.allSatisfy { places[$0] != nil }
        if !isWhole || !areKnown || report.resting.isEmpty {
            rebuild(for: report, from: places, trailCount: trailCount)
            for (index, entry) in reading.entries.enumerated() { places[entry.key] = index }
        }
        return reports.map { places[$0.autoscaler.key] ?? 0 }
    }

    /// - Parameter places: Where each autoscaler is now.
    private mutating func rebuild(for report: TickReport, from places: [AutoscalerKey: Int], trailCount: Int) {
        let (entries, former) = (reading.entries, trails)
        var order: [(place: Int?, key: AutoscalerKey)] = report.autoscalers.map {
            (places[$0.autoscaler.key], $0.autoscaler.key)
        }
        // Those that rest stand after the others until all are due again. Of one that never was there is nothing yet.
        order += report.resting.compactMap { key in places[key].map { ($0, key) } }
        let new = Dictionary(report.autoscalers.map { ($0.autoscaler.key, $0) }) { first, _ in first }
        reading.entries = order.compactMap { place, key in
            place.map { entries[$0] } ?? new[key].map { StatusEntry($0, after: nil) }
        }
        trails = order.prefix(trailCount).map { place, _ in
            place.flatMap { $0 < former.count ? former[$0] : nil } ?? StatusTrail(columnSeconds: columnSeconds)
        }
    }
}
