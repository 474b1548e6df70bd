package import Autoscaling
internal import Journal
package import Manifests
package import Schedules

/// Replays a trace of observations: what would have been decided at each, of a size that stays as recorded.
///
/// With the recorded policy the decisions are the recorded ones to the byte; with another one it shows where that would
/// have decided otherwise. Memory grows with the number of autoscalers and not with the length of the trace.
package struct TraceReplay {
    /// Names an autoscaler of a trace.
    package struct Key: Hashable, Comparable, Sendable, CustomStringConvertible {
        package var namespace: String
        package var name: String

        package init(namespace: String, name: String) {
            self.namespace = namespace
            self.name = name
        }

        package var description: String { "\(namespace)/\(name)" }

        package static func < (left: Key, right: Key) -> Bool {
            (left.namespace, left.name) < (right.namespace, right.name)
        }
    }

    /// A policy to try in place of the recorded one.
    package struct Policy: Sendable {
        /// For people.
        package var name: String
        package var key: Key
        package var spec: AutoscalerSpec
        /// Of its schedules.
        package var calendar: ScheduleCalendar

        package init(name: String, key: Key, spec: AutoscalerSpec, calendar: ScheduleCalendar = ScheduleCalendar()) {
            self.calendar = calendar
            self.name = name
            self.key = key
            self.spec = spec
        }
    }

    /// What one autoscaler's replay came to.
    package struct Result: Sendable {
        package var key: Key
        package var outcome: ReplayOutcome
        package var expectations: [ExpectationResult]
        /// The policy and its flags, as an open loop over utilisation.
        package var run: ReplayRun
        /// From one observation to the next; `nil` where the trace does not say.
        package var period: Duration?
    }

    /// Is handed each decision, with the autoscaler and the policy that made it.
    package typealias OnTick = (Key, ReplayRun, ReplayTick) -> Void

    /// Why a line cannot be replayed.
    struct Problem: Error {
        var text: String
    }

    /// More autoscalers than this are no trace of one controller.
    private static let largestCount = 20_000

    /// Policies to try; without any, the recorded ones are replayed.
    package var policies: [Policy]
    package var expectations: Expectations?
    /// The one autoscaler to replay, as `namespace/name` or a name; `nil` for all.
    package var chosen: String?
    /// The flags to decide by, given the recorded ones; `nil` for a trace without.
    package var flags: (ControllerFlags?) -> ControllerFlags

    package init(
        policies: [Policy] = [], expectations: Expectations? = nil,
        flags: @escaping (ControllerFlags?) -> ControllerFlags = { $0 ?? ControllerFlags() }
    ) {
        self.policies = policies
        self.expectations = expectations
        self.flags = flags
    }

    /// Replays a trace from its beginning to its end.
    ///
    /// - Parameter onTick: Is handed each decision, one observation later.
    /// - Returns: A result for each autoscaler that has an observation, and a policy where policies are given; in order
    ///   of their names.
    /// - Throws: The first fault of the trace, with its line.
    package func run(
        _ source: ByteSource, onTick: OnTick = { _, _, _ in }
    ) throws(Diagnostic) -> [Result] {
        var reader = try TraceReader(source)
        let encoder = TraceEncoder()
        var players: [Key: TracePlayer] = [:]
        var header = TraceHeader(writtenBy: "")
        var expected: (key: Key, line: [UInt8])?
        var passedOver: Set<Key> = []
        while let entry = try reader.next(unless: expected?.line) {
            let line: TraceLine
            switch entry {
            case .expected:
                if let key = expected?.key { players[key]?.compareEqual() }
                continue
            case .header(let found):
                header = found
                for key in players.keys { players[key]?.restart(found, flags: flags(found.flags)) }
                continue
            case .line(let found): line = found
            }
            let key = Key(namespace: line.namespace, name: line.name)
            if players[key] == nil {
                guard try admits(key, players, &passedOver, reader) else { continue }
                var player = TracePlayer(key, policy: policy(for: key), trace: source.name, expectations: expectations)
                player.restart(header, flags: flags(header.flags))
                players[key] = player
            }
            do throws(Problem) {
                switch line.body {
                case .spec(let spec): players[key]?.use(spec)
                case .history(let history): players[key]?.use(history)
                case .scaled(let change): players[key]?.use(change)
                case .decision(let decision): try players[key]?.compare(decision, line: reader.lineNumber)
                case .demand: break
                case .observation(let observation):
                    let made = try players[key]?.decide(observation, line: reader.lineNumber, onTick)
                    let next = made.map { TraceLine(namespace: key.namespace, name: key.name, .decision($0)) }
                    expected = next.flatMap { try? encoder.bytes(of: $0) }.map { (key, $0) }
                }
            } catch {
                throw reader.fault(error.text)
            }
        }
        return try results(&players, reader, passedOver, source.name, onTick)
    }

    /// Whether an autoscaler is to be replayed.
    private func admits(
        _ key: Key, _ players: [Key: TracePlayer], _ passedOver: inout Set<Key>, _ reader: TraceReader
    ) throws(Diagnostic) -> Bool {
        guard players.count + passedOver.count < TraceReplay.largestCount else {
            throw reader.fault("is of the autoscaler number \(TraceReplay.largestCount + 1), more than are replayed")
        }
        let isChosen = chosen.map { $0 == key.description || $0 == key.name } ?? true
        if isChosen, policies.isEmpty || policy(for: key) != nil { return true }
        passedOver.insert(key)
        return false
    }

    /// The policy of an autoscaler by its name. A single one serves the autoscaler of that name in any namespace.
    private func policy(for key: Key) -> Policy? {
        if let same = policies.first(where: { $0.key == key }) { return same }
        guard policies.count == 1, let only = policies.first, only.key.name == key.name else { return nil }
        return only
    }

    private func results(
        _ players: inout [Key: TracePlayer], _ reader: TraceReader, _ passedOver: Set<Key>, _ name: String,
        _ onTick: OnTick
    ) throws(Diagnostic) -> [Result] {
        var notes: [String] = []
        if reader.isCutOff { notes.append("The last line of the trace is cut off, and left out.") }
        var results: [Result] = []
        for key in players.keys.sorted() {
            if let result = players[key]?.finish(notes, onTick) { results.append(result) }
        }
        guard results.isEmpty else { return results }
        if passedOver.isEmpty { throw Diagnostic(file: name, mark: nil, message: "has no observation") }
        let found = passedOver.sorted().prefix(5).map(\.description).joined(separator: ", ")
        let wanted = chosen ?? policies.map(\.key.description).joined(separator: ", ")
        throw Diagnostic(file: name, mark: nil, message: "has no observation of \(wanted), but of \(found)")
    }
}
