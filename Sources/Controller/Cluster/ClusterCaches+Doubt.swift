internal import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes

extension ClusterCaches {
    /// Lists the pods of one target, past the server's cache, and holds them against those that it was seen with.
    ///
    /// Where they differ the watch is begun anew with a list: it may have stalled, or its server may lag behind.
    package func doubt(about target: ObservedTarget, of autoscaler: Autoscaler) async throws -> String? {
        let (namespace, text) = (autoscaler.key.namespace, target.write?.selector ?? "")
        let fresh: PodInventory
        do {
            let list = try await client.listPods(namespace: namespace, selector: text)
            fresh = PodInventory(list.items.sorted { ($0.metadata?.name ?? "") < ($1.metadata?.name ?? "") })
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            return "their list failed: \(error)"
        }
        var again = target
        withPods { again.take(fresh, for: autoscaler, &$0.owners) }
        guard let difference = target.difference(to: again) else { return nil }
        podStatus(of: namespace)?.distrust()
        return difference
    }
}

extension ObservedTarget {
    /// What another look at the pods shows, where that is not the same; for people.
    fileprivate func difference(to later: ObservedTarget) -> String? {
        guard case .success(let before) = pods, case .success(let now) = later.pods else { return nil }
        if before.pods.count != now.pods.count {
            return "\(before.pods.count) were known, and the API server has \(now.pods.count)"
        }
        let isSame = before.pods == now.pods && before.templates == now.templates && rollout == later.rollout
        return isSame ? nil : "the API server has others than were known, or in another state"
    }
}
