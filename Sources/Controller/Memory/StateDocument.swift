internal import Autoscaling
internal import FoundationEssentials

/// The state file's content: versioned JSON.
package struct StateDocument: Codable {
    static let version = 1

    struct Record: Codable {
        var time: Timestamp
        var replicas: Int32
        var isOutdated: Bool?
    }

    struct Failure: Codable {
        var since: Timestamp
        var lastGood: Record?
    }

    struct Pending: Codable {
        var from: Int32
        var to: Int32
        var time: Timestamp
    }

    /// When the size turned from growing to shrinking or back.
    struct Turns: Codable {
        var lastIsUp: Bool
        var times: [Timestamp]
    }

    struct Entry: Codable {
        var namespace: String
        var name: String
        var scaleTargetRef: CrossVersionObjectReference
        var targetUID: String?
        /// Absent for an autoscaler that no decision was made for yet.
        var recommendations: [Record]?
        var scaleUps: [Record]
        var scaleDowns: [Record]
        var failure: Failure?
        var idleSince: Timestamp?
        /// Whether the autoscaler itself has scaled the target to zero.
        var isScaledToZero: Bool?
        var pending: Pending?
        /// Absent before the first change that is counted by a flap budget.
        var turns: Turns?
    }

    var version: Int
    var autoscalers: [Entry]

    package init(_ store: HistoryStore) {
        version = Self.version
        autoscalers = store.memories.sorted { $0.key < $1.key }.map { Entry($0.key, $0.value) }
    }

    package var store: HistoryStore {
        var store = HistoryStore()
        for entry in autoscalers {
            store.restore(entry.memory, of: AutoscalerKey(namespace: entry.namespace, name: entry.name))
        }
        return store
    }

    /// The bytes of the file: the same for the same state.
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self)) + [10]
    }

    /// - Throws: ``Unreadable``.
    package init(reading bytes: [UInt8]) throws {
        struct Versioned: Decodable { var version: Int }
        let data = Data(bytes)
        do {
            let found = try JSONDecoder().decode(Versioned.self, from: data).version
            guard found == Self.version else {
                throw Unreadable(description: "its version is \(found), this program reads \(Self.version)")
            }
            self = try JSONDecoder().decode(StateDocument.self, from: data)
        } catch let error as Unreadable {
            throw error
        } catch {
            throw Unreadable(description: "it is not a whole state of a controller")
        }
    }

    /// Why a state is of no use.
    struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }
}

extension StateDocument.Entry {
    fileprivate init(_ key: AutoscalerKey, _ memory: AutoscalerMemory) {
        let history = memory.history
        func records(_ events: [History.ScaleEvent]) -> [StateDocument.Record] {
            events.map { .init(time: $0.time, replicas: $0.change, isOutdated: $0.isOutdated ? true : nil) }
        }
        self.init(
            namespace: key.namespace, name: key.name, scaleTargetRef: memory.target, targetUID: memory.targetUID,
            recommendations: history.isStarted
                ? history.recommendations.map { .init(time: $0.time, replicas: $0.replicas) } : nil,
            scaleUps: records(history.scaleUpEvents), scaleDowns: records(history.scaleDownEvents),
            failure: history.failure.map { failure in
                .init(
                    since: failure.since,
                    lastGood: failure.lastGood.map { .init(time: $0.time, replicas: $0.replicas) })
            },
            idleSince: history.idleSince, isScaledToZero: memory.isScaledToZero == true ? true : nil,
            pending: memory.pending.map { .init(from: $0.from, to: $0.to, time: $0.time) },
            turns: memory.turns.lastIsUp.map { .init(lastIsUp: $0, times: memory.turns.times) })
    }

    fileprivate var memory: AutoscalerMemory {
        func events(_ records: [StateDocument.Record]) -> [History.ScaleEvent] {
            records.map { .init(time: $0.time, change: $0.replicas, isOutdated: $0.isOutdated ?? false) }
        }
        let history = History(
            recommendations: recommendations?.map { .init(time: $0.time, replicas: $0.replicas) },
            scaleUpEvents: events(scaleUps), scaleDownEvents: events(scaleDowns),
            failure: failure.map { failure in
                .init(
                    since: failure.since,
                    lastGood: failure.lastGood.map { .init(time: $0.time, replicas: $0.replicas) })
            },
            idleSince: idleSince)
        var memory = AutoscalerMemory(target: scaleTargetRef, history: history)
        memory.targetUID = targetUID
        memory.pending = pending.map { .init(from: $0.from, to: $0.to, time: $0.time) }
        memory.turns = turns.map { DirectionChanges(lastIsUp: $0.lastIsUp, times: $0.times) } ?? DirectionChanges()
        if isScaledToZero == true { memory.noteScaledToZero(at: idleSince ?? .distantPast) }
        memory.isRestored = true
        return memory
    }
}
