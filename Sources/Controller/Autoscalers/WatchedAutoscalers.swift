internal import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes
internal import Locking
internal import Manifests

/// Autoscalers that are objects of the cluster: HorizontalAutoscalers, or the cluster's own HorizontalPodAutoscalers.
///
/// The watch runs with the ``ClusterCaches`` that it is given. While it is broken the last known state stands, and the
/// reading says so.
package final class WatchedAutoscalers: AutoscalerSource {
    private let caches: ClusterCaches
    private let what: String
    private let statuses: [ReflectorStatus]
    private let state = Locked(AutoscalerIndex())
    private typealias Reading = AutoscalerIndex.Reading

    package init(_ kind: AutoscalerObject.Kind, caches: ClusterCaches) {
        self.caches = caches
        statuses = caches.namespaces.map { _ in ReflectorStatus() }
        what = kind.resource.qualifiedName
        caches.alsoShow(what, statuses) { [state] in state.withLock(\.count) }
        for (namespace, status) in zip(caches.namespaces, statuses) {
            let collection = ResourcePath.collection(kind.resource, namespace: namespace)
            switch kind {
            case .horizontalAutoscaler:
                run(
                    Reflector<HorizontalAutoscaler, Entry<Reading>>(
                        client: caches.client, collection: collection, clock: caches.clock, random: caches.seed
                    ) { Self.entry($0) }, status, namespace)
            case .horizontalPodAutoscaler:
                run(
                    Reflector<HorizontalPodAutoscaler, Entry<Reading>>(
                        client: caches.client, collection: collection, clock: caches.clock, random: caches.seed
                    ) { Self.entry(HorizontalAutoscaler(reading: $0), kind: kind) }, status, namespace)
            }
        }
    }

    private func run<Object>(
        _ reflector: Reflector<Object, Entry<Reading>>, _ status: ReflectorStatus, _ namespace: String?
    ) {
        let state = state
        caches.alsoRun {
            try await reflector.run(status: status) { change in
                state.withLock { state in
                    switch change {
                    case .replaced(let all): state.replace(all.map { ($0.name, $0.value) }, in: namespace)
                    case .stored(let entry): state.store(entry.name, entry.value)
                    case .deleted(let entry): state.store(entry.name, nil)
                    case .unreadable(let object):
                        state.store(
                            NamespacedName(object.identity),
                            object.isDeleted ? nil : .invalid("it cannot be read: \(object.problem)"))
                    }
                }
            }
        }
    }

    /// Waits until the autoscalers have been listed once.
    ///
    /// - Throws: `CancellationError`.
    package func waitUntilSynced() async throws {
        for status in statuses { try await status.waitUntilSynced() }
    }

    package func autoscalers() -> SourceReading {
        let now = caches.clock.now()
        let problems = statuses.compactMap { WatchTrust.problem($0, of: what, now: now) }
        let (autoscalers, invalid) = state.withLock { $0.sorted() }
        return SourceReading(autoscalers: autoscalers, problems: problems + invalid)
    }

    // MARK: - Objects

    private static func entry(
        _ object: HorizontalAutoscaler, kind: AutoscalerObject.Kind = .horizontalAutoscaler
    ) -> Entry<Reading> {
        let name = NamespacedName(object.metadata)
        return Entry(name: name, value: reading(object, kind))
    }

    private static func reading(_ object: HorizontalAutoscaler, _ kind: AutoscalerObject.Kind) -> Reading {
        do {
            return .autoscaler(try Autoscaler(object, kind: kind))
        } catch {
            return .invalid(error.problem)
        }
    }
}
