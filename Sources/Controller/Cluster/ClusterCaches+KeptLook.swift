internal import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes
internal import Locking

extension ClusterCaches {
    /// Goes on from the look before: only what has changed since is looked at.
    ///
    /// - Returns: `nil` when everything has to be looked at.
    /// - Throws: `CancellationError` alone.
    func lookAgain(at autoscalers: [Autoscaler]) async throws -> [ObservedTarget]? {
        // Taken out: there is one reference to it, so that its parts change where they lie.
        let last = keptLook.withLock { kept in
            defer { kept = nil }
            return kept
        }
        guard var look = last else { return nil }
        let caches = try await caches(of: Set(look.caches.keys))
        for (kind, cache) in look.caches {
            guard case .success(let now)? = caches[kind], now === cache, problem(of: .success(cache)) == nil else {
                return nil
            }
        }
        guard podProblem() == nil else { return nil }
        let changes = takeChanges(Array(look.caches.values))
        guard let changed = look.changed(autoscalers, changes),
            look.owners == withPods(\.owners.generation),
            changed.allSatisfy({ refresh($0, autoscalers[$0], &look) })
        else { return nil }
        look.autoscalers = autoscalers
        noteSilence(&look.targets, look.selections)
        let targets = look.targets
        keptLook.withLock { $0 = look }
        return targets
    }

    /// Keeps what a look has found, where it was plain.
    func keep(
        _ autoscalers: [Autoscaler], _ caches: [KindReference: KindCache], _ targets: [ObservedTarget], _ found: Found
    ) {
        guard caches.values.allSatisfy(\.isWatchedWhole) else { return }
        let look = KeptLook(
            autoscalers: autoscalers, caches: caches, selections: found.selections, inventories: found.inventories,
            targets: targets, owners: found.owners)
        keptLook.withLock { $0 = look }
    }

    /// What has changed since this was asked last.
    func takeChanges(_ caches: [KindCache]) -> KeptLook.Changes {
        var changes = KeptLook.Changes(targets: Names(), selections: withPods { $0.pods.takeChanges() })
        for cache in caches { changes.targets.join(cache.takeChanges()) }
        return changes
    }

    /// Looks at one autoscaler's part again.
    ///
    /// - Returns: Whether it can be in nobody's way who was not in its way before.
    private func refresh(_ index: Int, _ autoscaler: Autoscaler, _ look: inout KeptLook) -> Bool {
        let former = look.targets[index]
        guard let cache = look.caches[autoscaler.spec.scaleTargetRef.kindReference],
            case .found(var target) = cache.look(at: autoscaler.targetName),
            target.write?.target == former.write?.target
        else { return false }
        return withPods { world in
            let selection = target.selection(in: autoscaler.key.namespace, &world.selections)
            guard selection == look.selections[index] else { return false }
            if let selection {
                let inventory = world.pods.inventory(of: selection)
                guard let known = look.inventories[index], inventory.hasTemplates(of: known) else { return false }
                target.take(inventory, for: autoscaler, &world.owners)
                look.inventories[index] = inventory
            }
            look.targets[index] = target
            return true
        }
    }
}
