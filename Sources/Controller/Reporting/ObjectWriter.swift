package import Autoscaling
package import KubernetesClient
internal import KubernetesTypes

/// Writes what a tick came to into the autoscalers' own objects: their status, when it has changed, and Events.
package struct ObjectWriter: Sendable {
    private let client: KubernetesClient
    private let events: EventRecorder
    private let ownership: Ownership
    private let writeLimit: Duration
    private let concurrency: Int
    private let clock: any MonotonicClock

    /// - Parameters:
    ///   - ownership: Who does not own a namespace writes nothing there.
    ///   - writeLimit: The longest that one write may take.
    ///   - concurrency: Writes under way at once.
    package init(
        client: KubernetesClient, events: EventRecorder, ownership: Ownership = .uncontested(),
        configuration: ControllerConfiguration, clock: any MonotonicClock = SystemMonotonicClock()
    ) {
        self.client = client
        self.events = events
        self.ownership = ownership
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
        var problems: [String] = []
        var changes: [Change] = []
        for report in reports {
            guard let object = report.autoscaler.object else { continue }
            let change = store.update(report.autoscaler) { Self.change(report, object, &$0, at: now) }
            if let change { changes.append(change) }
            if changes.count == Self.portion {
                problems += await carryOut(changes, &store, at: now)
                changes = []
            }
        }
        return problems + (await carryOut(changes, &store, at: now))
    }

    /// Changes that are made and written before the next ones are made: the first tick of ten thousand autoscalers writes as
    /// many statuses, and holds these at a time.
    private static let portion = 500

    private func carryOut(_ changes: [Change], _ store: inout HistoryStore, at now: Timestamp) async -> [String] {
        if changes.isEmpty { return [] }
        // Awaited right here; a task of its own so that it is not cancelled. Nothing in it throws.
        let outcomes = await Task {
            (try? await concurrently(changes, limit: concurrency) { await self.carryOut($0, at: now) }) ?? []
        }.value
        var problems: [String] = []
        for (change, outcome) in zip(changes, outcomes) {
            problems += outcome.problems
            guard let version = outcome.resourceVersion else { continue }
            store.update(change.report.autoscaler) {
                $0.written = WrittenStatus(status: change.status, resourceVersion: version)
            }
        }
        return problems
    }

    // MARK: - One autoscaler

    /// What is to be written of an autoscaler; `nil` when nothing is.
    ///
    /// In peace a status rests on the same as at the tick before: it is then not even made.
    private static func change(
        _ report: AutoscalerReport, _ object: AutoscalerObject, _ memory: inout AutoscalerMemory, at now: Timestamp
    ) -> Change? {
        if memory.$written, memory.written?.isShown(by: object) == true { memory.written = nil }
        let settled = SettledStatus(report, memory, of: object, at: now)
        if let settled, settled == memory.settled, report.report.events.isEmpty { return nil }
        let stored = WrittenStatus.latest(memory.written, object)
        let status = HorizontalAutoscaler.Status(report, memory, of: object, stored: stored, at: now)
        let change = Change(report: report, object: object, status: status, stored: stored)
        memory.settled = change.patch == nil ? settled : nil
        return change.patch == nil && report.report.events.isEmpty ? nil : change
    }

    private struct Change: Sendable {
        var report: AutoscalerReport
        var object: AutoscalerObject
        var status: HorizontalAutoscaler.Status
        /// What is to be written; `nil` when nothing differs.
        let patch: JSONValue?

        init(
            report: AutoscalerReport, object: AutoscalerObject, status: HorizontalAutoscaler.Status,
            stored: HorizontalAutoscaler.Status
        ) {
            self.report = report
            self.object = object
            self.status = status
            // Most are equal as they stand; only the others are worth a look at what would go over the wire.
            patch = status == stored ? nil : Self.patch(object, from: stored, to: status)
        }

        /// The object itself is named, so that one of the same name made anew gets nothing of this.
        private static func patch(
            _ object: AutoscalerObject, from stored: HorizontalAutoscaler.Status, to status: HorizontalAutoscaler.Status
        ) -> JSONValue? {
            var (old, new) = (stored, status)
            var annotation: String?
            if object.kind == .horizontalPodAutoscaler {
                // Its status has no field for the history, which goes into an annotation.
                if new.extensions.history != old.extensions.history {
                    annotation = new.extensions.history.flatMap(HistoryAnnotation.text)
                }
                (old.extensions, new.extensions) = (.init(), .init())
            }
            let changes = new.mergePatch(from: old)
            if changes == [:], annotation == nil { return nil }
            var patch: JSONValue = ["metadata": ["uid": .string(object.uid)], "status": changes]
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
        let resource = change.object.kind.resource
        do {
            if let patch = change.patch {
                let path = ResourcePath.object(
                    resource, namespace: key.namespace, name: key.name, subresource: "status")
                outcome.resourceVersion =
                    try await guarded(key.namespace) {
                        try await client.patch(path, merge: patch, as: MetadataOnly.self).metadata
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
                _ = try await guarded(key.namespace) { try await events.record(event, about: reference, at: now) }
            } catch {
                // One that is not told is not told again: an Event is no state.
                outcome.problems.append("\(key): \(error)")
            }
        }
        return outcome
    }

    private func guarded<Result: Sendable>(
        _ namespace: String, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        try await ownership.write(in: namespace, within: writeLimit, clock, body)
    }
}

/// Of an answer only the version is of interest.
private struct MetadataOnly: Decodable, Sendable {
    var metadata: ObjectMeta
}

extension AutoscalerObject.Kind {
    var resource: Resource {
        switch self {
        case .horizontalPodAutoscaler: .horizontalPodAutoscalers
        case .horizontalAutoscaler: .horizontalAutoscalers
        }
    }
}
