internal import Autoscaling
package import KubernetesClient
internal import KubernetesTypes
internal import Locking

/// Records Kubernetes Events, one for each change: what is said again counts up the one that is there.
///
/// A failure that lasts is said at every tick; it is counted here and written every few minutes, so that it costs no
/// request a tick. A change of size is always written.
///
/// - Source: client-go `EventCorrelator` for names and counting.
package final class EventRecorder: Sendable {
    /// How often a lasting failure is written again.
    static let repeatInterval = Duration.seconds(300)
    /// An Event lives for an hour in the API server; then it is said anew.
    static let lifetime = Duration.seconds(3_600)
    /// Events that are remembered; beyond, the oldest are forgotten and said anew.
    static let capacity = 4_096
    /// - Source: API validation of Events.
    private static let longestMessage = 1_024

    private let client: KubernetesClient
    private let component: String
    private let instance: String
    private let known = Locked<[Subject: Known]>([:])

    fileprivate struct Subject: Hashable {
        var uid: String
        var reason: String
        /// Without its numbers where it is a failure: ports and ages are no news.
        var text: String
    }

    private struct Known {
        var name: String
        var count: Int32
        var first: Timestamp
        var lastWritten: Timestamp
    }

    /// - Parameters:
    ///   - component: Who reports.
    ///   - instance: Which of them.
    package init(client: KubernetesClient, component: String = "swiftlet", instance: String = "") {
        self.client = client
        self.component = component
        self.instance = instance
    }

    private enum Plan {
        case none
        case create(name: String)
        case count(name: String, Int32)
    }

    /// Records an event about an object, or counts one that is there.
    ///
    /// - Throws: ``KubernetesError``; the event is then said anew when it comes again.
    func record(_ event: DecisionReport.Event, about object: ObjectReference, at now: Timestamp) async throws {
        let text = event.isWarning ? FailureLedger.fingerprint(event.message) : event.message
        let subject = Subject(uid: object.uid ?? "", reason: event.reason, text: text)
        do {
            switch plan(subject, event, object, at: now) {
            case .none: return
            case .create(let name):
                do {
                    try await create(event, about: object, named: name, at: now)
                } catch let error as KubernetesError where error.kind == .alreadyExists {
                    // A request whose answer was lost is sent again by the transport, and finds itself.
                }
            case .count(let name, let count):
                do {
                    try await self.count(event, about: object, named: name, count, at: now)
                } catch let error as KubernetesError where error.kind == .notFound {
                    known.withLock { $0[subject] = nil }
                    try await record(event, about: object, at: now)
                }
            }
        } catch {
            known.withLock { $0[subject] = nil }
            throw error
        }
    }

    private func plan(
        _ subject: Subject, _ event: DecisionReport.Event, _ object: ObjectReference, at now: Timestamp
    ) -> Plan {
        known.withLock { known in
            if var last = known[subject], now.nanoseconds(since: last.first) < Self.lifetime.nanoseconds {
                last.count += 1
                let isDue = now.nanoseconds(since: last.lastWritten) >= Self.repeatInterval.nanoseconds
                if isDue || !event.isWarning { last.lastWritten = now }
                known[subject] = last
                return isDue || !event.isWarning ? .count(name: last.name, last.count) : .none
            }
            if known.count >= Self.capacity {
                known = known.filter { now.nanoseconds(since: $0.value.first) < Self.lifetime.nanoseconds }
                if known.count >= Self.capacity { known.removeAll() }
            }
            // As client-go names them: the object and the time. The reason keeps two of one tick apart.
            let suffix = UInt64(bitPattern: now.nanoseconds) ^ UInt64(truncatingIfNeeded: subject.stableHash)
            let name = "\(object.name ?? "").\(String(suffix, radix: 16))"
            known[subject] = Known(name: name, count: 1, first: now, lastWritten: now)
            return .create(name: name)
        }
    }

    private func create(
        _ event: DecisionReport.Event, about object: ObjectReference, named name: String, at now: Timestamp
    ) async throws {
        _ = try await client.create(
            Event(
                apiVersion: "v1", kind: "Event", metadata: ObjectMeta(name: name, namespace: object.namespace),
                involvedObject: object, reason: event.reason, message: Self.bounded(event.message),
                source: .init(component: component), firstTimestamp: Time(now), lastTimestamp: Time(now), count: 1,
                type: event.isWarning ? "Warning" : "Normal", reportingComponent: component,
                reportingInstance: instance),
            in: .collection(.events, namespace: object.namespace))
    }

    private func count(
        _ event: DecisionReport.Event, about object: ObjectReference, named name: String, _ count: Int32,
        at now: Timestamp
    ) async throws {
        let path = ResourcePath.object(.events, namespace: object.namespace, name: name)
        let patch = Event(message: Self.bounded(event.message), lastTimestamp: Time(now), count: count)
        _ = try await client.patch(path, merge: patch, as: Event.self)
    }

    private static func bounded(_ message: String) -> String {
        guard message.utf8.count > longestMessage else { return message }
        var text = ""
        for character in message {
            if text.utf8.count + character.utf8.count > longestMessage - 3 { break }
            text.append(character)
        }
        return text + "…"
    }
}

extension EventRecorder.Subject {
    /// The same in every process: names of Events are not to depend on a process's seed.
    fileprivate var stableHash: UInt32 {
        (reason + "/" + text).utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
