internal import Autoscaling
package import KubernetesClient
package import KubernetesTypes

extension ClusterCaches: ClusterView {
    package func observe(_ autoscalers: [Autoscaler]) async throws -> [ObservedTarget] {
        if let targets = try await lookAgain(at: autoscalers) { return targets }
        let caches = try await caches(of: Set(autoscalers.map(\.spec.scaleTargetRef.kindReference)))
        // What changes from here on may be seen now, and is looked at again the next time.
        _ = takeChanges(caches.values.compactMap { try? $0.get() })
        let problems = caches.mapValues { problem(of: $0) }
        var targets: [ObservedTarget] = []
        targets.reserveCapacity(autoscalers.count)
        var unread: [Int] = []
        for (index, autoscaler) in autoscalers.enumerated() {
            let kind = autoscaler.spec.scaleTargetRef.kindReference
            if let problem = problems[kind] ?? .notReadable("its kind has not been looked up") {
                targets.append(.unavailable(problem))
                continue
            }
            let look = try? caches[kind]?.get().look(at: autoscaler.targetName)
            switch look {
            case .found(let target)?: targets.append(target)
            case .absent?:
                let what = (try? caches[kind]?.get())?.resource.qualifiedName ?? ""
                targets.append(
                    .unavailable(.notReadable("\(what) \"\(autoscaler.targetName.name)\" not found")))
            case .scaleNeeded?, nil:
                unread.append(index)
                targets.append(.unavailable(.notReadable("its scale has not been read")))
            }
        }
        // New and changed targets of kinds that are watched by their metadata.
        let read = try await concurrently(unread, limit: concurrency) { index -> ObservedTarget in
            guard case .success(let cache)? = caches[autoscalers[index].spec.scaleTargetRef.kindReference] else {
                return .unavailable(.notReadable("its kind has not been looked up"))
            }
            return try await self.readScale(of: autoscalers[index], in: cache)
        }
        for (index, target) in zip(unread, read) { targets[index] = target }
        let found = findPods(of: autoscalers, &targets)
        if let found, unread.isEmpty, problems.values.allSatisfy({ $0 == nil }) {
            keep(autoscalers, caches.compactMapValues { try? $0.get() }, targets, found)
        }
        return targets
    }

    package func noteWritten(_ scale: Scale, of target: ScaleTarget) {
        cache(of: target.resource).noteWritten(NamespacedName(namespace: target.namespace, name: target.name), scale)
    }

    // MARK: - Targets

    /// Why nothing can be said of the targets of a kind; `nil` when it can.
    func problem(of cache: Result<KindCache, UnknownKinds.Problem>) -> TargetState.Failure? {
        switch cache {
        case .success(let cache):
            let (now, what) = (clock.now(), cache.resource.qualifiedName)
            return cache.statuses.lazy.compactMap { WatchTrust.problem($0, of: what, now: now) }.first
                .map { .notReadable($0) }
        case .failure(let problem): return problem.failure
        }
    }

    private func readScale(of autoscaler: Autoscaler, in cache: KindCache) async throws -> ObservedTarget {
        let name = autoscaler.targetName
        let target = ScaleTarget(resource: cache.resource, namespace: name.namespace, name: name.name)
        do {
            let scale = try await client.getScale(target)
            _ = try scale.observed(as: target)
            cache.store(name, scale)
            return ObservedTarget(TargetRecord(scale), named: name, of: cache.resource)
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            return .unavailable(TargetState.Failure(error, reference: autoscaler.spec.scaleTargetRef))
        }
    }

    // MARK: - Pods

    /// What was found beside the targets themselves.
    struct Found {
        var selections: [PodSelection?]
        var inventories: [PodInventory?]
        /// Of the owners of ReplicaSets.
        var owners: Int
    }

    /// - Returns: `nil` when pods could not be looked for, or autoscalers are in each other's way.
    private func findPods(of autoscalers: [Autoscaler], _ targets: inout [ObservedTarget]) -> Found? {
        var selections: [PodSelection?] = []
        selections.reserveCapacity(targets.count)
        withPods { world in
            for index in targets.indices {
                selections.append(targets[index].selection(in: autoscalers[index].key.namespace, &world.selections))
            }
        }
        var found: [Result<PodInventory, ObservedTarget.ReadProblem>?] = Array(repeating: nil, count: targets.count)
        if let problem = podProblem() {
            for index in targets.indices where selections[index] != nil {
                targets[index].pods = .failure(.init(text: problem))
            }
            targets.markOverlaps(autoscalers, selections, found)
            return nil
        }
        let owners = withPods { world in
            let wanted = Set(selections.lazy.compactMap(\.self))
            world.pods.keep(wanted)
            world.selections.trim(used: wanted.count)
            for (index, selection) in selections.enumerated() {
                guard let selection else { continue }
                let inventory = world.pods.inventory(of: selection)
                found[index] = .success(inventory)
                targets[index].take(inventory, for: autoscalers[index], &world.owners)
            }
            return world.owners.generation
        }
        noteSilence(&targets, selections)
        guard targets.markOverlaps(autoscalers, selections, found) else { return nil }
        return Found(
            selections: selections, inventories: found.map { $0.flatMap { try? $0.get() } }, owners: owners)
    }

    /// Takes note of how long nothing has been heard of the pods of each target.
    func noteSilence(_ targets: inout [ObservedTarget], _ selections: [PodSelection?]) {
        let now = clock.now()
        var latest: (namespace: String, silence: Duration?)?
        for index in targets.indices {
            guard let namespace = selections[index]?.namespace else { continue }
            if latest?.namespace != namespace { latest = (namespace, podSilence(in: namespace, now: now)) }
            targets[index].podSilence = latest?.silence
        }
    }
}

extension ObservedTarget {
    /// Takes the pods that its selector finds: of those the ones that it owns, where the autoscaler asks for that, and how
    /// many of them are new in a rollout.
    mutating func take(
        _ inventory: PodInventory, for autoscaler: Autoscaler, _ owners: inout ReplicaSetOwners
    ) {
        let uid = write?.uid ?? ""
        var counted = inventory
        var foreignPods: [String] = []
        if autoscaler.selectsByOwner {
            let name = autoscaler.spec.scaleTargetRef.name
            var latest: (template: PodTemplate, isOwned: Bool)?
            func isOwned(_ template: PodTemplate) -> Bool {
                // The pods of a target mostly have one template.
                if let latest, latest.template === template { return latest.isOwned }
                let isOwned = owners.isOwner(uid, named: name, of: template)
                latest = (template, isOwned)
                return isOwned
            }
            if !inventory.templates.allSatisfy(isOwned) {
                counted = PodInventory()
                for (index, template) in inventory.templates.enumerated() {
                    let pod = inventory.pods.names[index]
                    if isOwned(template) {
                        counted.append(
                            PodRecord(state: inventory.pods.states[index], template: template), named: pod)
                    } else if foreignPods.count < Self.maximumForeignPods {
                        foreignPods.append(pod)
                    }
                }
            }
        }
        take(
            counted, foreign: foreignPods,
            rollout == nil ? nil : owners.rollout(of: uid, updateRevision: updateRevision, counted))
    }
}

extension ReplicaSetOwners {
    /// Whether a target manages the pods of a template, itself or through a ReplicaSet.
    ///
    /// A ReplicaSet that is not known yet is taken for the target's by its name: for the moment until the watch tells of
    /// it, new pods are no strangers.
    fileprivate mutating func isOwner(_ uid: String, named name: String, of template: PodTemplate) -> Bool {
        guard let owner = template.owner else { return false }
        if owner.uid == uid { return true }
        guard owner.kind == "ReplicaSet" else { return false }
        if let manager = self.owner(of: owner.uid) { return manager == uid }
        return !isKnown(owner.uid) && owner.name.hasPrefix(name + "-")
    }

    /// Counts the new and the old pods.
    fileprivate mutating func rollout(of uid: String, updateRevision: String?, _ pods: PodInventory) -> Rollout {
        let newest = newestReplicaSet(of: uid)
        var rollout = Rollout(newPods: 0, readyNewPods: 0, oldPods: 0)
        for (state, template) in zip(pods.pods.states, pods.templates) {
            let isNew =
                updateRevision.map { template.labels["controller-revision-hash"] == $0 }
                ?? (newest != nil && template.owner?.uid == newest)
            if isNew {
                rollout.newPods += 1
                if state.phase == .running, state.readiness == .true { rollout.readyNewPods += 1 }
            } else {
                rollout.oldPods += 1
            }
        }
        return rollout
    }
}
