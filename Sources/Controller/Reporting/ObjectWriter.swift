package import Autoscaling
package import KubernetesClient
internal import KubernetesTypes

/// Writes what a tick came to into the autoscalers' own objects: their status, when it has changed, and Events.
package struct ObjectWriter: Sendable {
    private let client: KubernetesClient
    private let events: EventRecorder
    private let leadership: Leadership
    private let writeLimit: Duration
    private let concurrency: Int
    private let clock: any MonotonicClock

    /// - Parameters:
    ///   - leadership: Who does not lead writes nothing.
    ///   - writeLimit: The longest that one write may take.
    ///   - concurrency: Writes under way at once.
    package init(
        client: KubernetesClient, events: EventRecorder, leadership: Leadership = .uncontested(),
        configuration: ControllerConfiguration, clock: any MonotonicClock = SystemMonotonicClock()
    ) {
        self.client = client
        self.events = events
        self.leadership = leadership
        self.writeLimit = configuration.writeLimit
        self.concurrency = configuration.concurrency
        self.clock = clock
    }

    /// Writes statuses and Events of the autoscalers that are objects of the cluster.
    ///
    /// Cancelling the task does not cut it short: what was just done must not be forgotten. Each write has its limit.
    ///
    /// - Returns: What could not be written, for people. It is tried again at the next tick, as the HPA controller does.
    package func write(
        _ reports: [AutoscalerReport], _ store: inout HistoryStore, at now: Timestamp
    ) async -> [String] {
        var changes: [Change] = []
        for report in reports {
            guard let object = report.autoscaler.object else { continue }
            let memory = store[report.autoscaler]
            let stored = WrittenStatus.latest(memory.written, object)
            let status = HorizontalAutoscaler.Status(report, memory, of: object, stored: stored, at: now)
            let change = Change(report: report, object: object, status: status, stored: stored)
            // Most are equal as they stand; only the others are worth a look at what would go over the wire.
            if (status != stored && change.hasNews) || !report.report.events.isEmpty { changes.append(change) }
        }
        let all = changes
        // Awaited right here; a task of its own so that it is not cancelled. Nothing in it throws.
        let outcomes = await Task {
            (try? await concurrently(all, limit: concurrency) { await self.carryOut($0, at: now) }) ?? []
        }.value
        var problems: [String] = []
        for (change, outcome) in zip(changes, outcomes) {
            problems += outcome.problems
            guard let version = outcome.resourceVersion else { continue }
            var memory = store[change.report.autoscaler]
            memory.written = WrittenStatus(status: change.status, resourceVersion: version)
            store[change.report.autoscaler] = memory
        }
        return problems
    }

    // MARK: - One autoscaler

    private struct Change: Sendable {
        var report: AutoscalerReport
        var object: AutoscalerObject
        var status: HorizontalAutoscaler.Status
        var stored: HorizontalAutoscaler.Status

        /// The status alone; the history of a HorizontalPodAutoscaler goes elsewhere.
        private func own(_ status: HorizontalAutoscaler.Status) -> HorizontalAutoscaler.Status {
            var status = status
            if object.kind == .horizontalPodAutoscaler { status.extensions = .init() }
            return status
        }

        var statusPatch: JSONValue { own(status).mergePatch(from: own(stored)) }

        /// The text of the annotation, where it is to be written.
        var annotation: String? {
            guard object.kind == .horizontalPodAutoscaler, status.extensions.history != stored.extensions.history
            else { return nil }
            return status.extensions.history.flatMap(HistoryAnnotation.text)
        }

        var hasNews: Bool { statusPatch != [:] || annotation != nil }

        /// The object itself is named, so that one of the same name made anew gets nothing of this.
        var patch: JSONValue {
            var patch: JSONValue = ["metadata": ["uid": .string(object.uid)], "status": statusPatch]
            if let annotation {
                patch[path: ["metadata", "annotations"]] = [HistoryAnnotation.name: .string(annotation)]
            }
            return patch
        }
    }

    private struct Outcome: Sendable {
        var resourceVersion: String?
        var problems: [String] = []
    }

    private func carryOut(_ change: Change, at now: Timestamp) async -> Outcome {
        var outcome = Outcome()
        let key = change.report.autoscaler.key
        let resource = change.object.resource
        do {
            if change.hasNews {
                let path = ResourcePath.object(
                    resource, namespace: key.namespace, name: key.name, subresource: "status")
                outcome.resourceVersion =
                    try await guarded {
                        try await client.patch(path, merge: change.patch, as: MetadataOnly.self).metadata
                            .resourceVersion
                    } ?? nil
            }
        } catch let error as KubernetesError where error.kind == .notFound || error.kind == .conflict {
            // It is gone, or another of its name: the watch tells of it.
        } catch {
            outcome.problems.append("\(key): \(error)")
        }
        let reference = ObjectReference(
            apiVersion: resource.apiVersion, kind: resource.kind, namespace: key.namespace, name: key.name,
            uid: change.object.uid, resourceVersion: change.object.resourceVersion)
        for event in change.report.report.events {
            do {
                _ = try await guarded { try await events.record(event, about: reference, at: now) }
            } catch {
                // One that is not told is not told again: an Event is no state.
                outcome.problems.append("\(key): \(error)")
            }
        }
        return outcome
    }

    private func guarded<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws
        -> Result?
    {
        try await leadership.write(within: writeLimit) { try await withDeadline(writeLimit, clock, body) }
    }
}

/// Of an answer only the version is of interest.
private struct MetadataOnly: Decodable, Sendable {
    var metadata: ObjectMeta
}

extension AutoscalerObject {
    var resource: Resource {
        switch kind {
        case .horizontalPodAutoscaler: .horizontalPodAutoscalers
        case .horizontalAutoscaler: .horizontalAutoscalers
        }
    }
}
