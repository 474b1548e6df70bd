internal import Autoscaling
package import KubernetesClient
package import KubernetesTypes

extension ClusterCaches: ClusterView {
    package func observe(_ autoscalers: [Autoscaler]) async throws -> [ObservedTarget] {
        let caches = try await caches(of: Set(autoscalers.map(\.spec.scaleTargetRef.kindReference)))
        var targets: [ObservedTarget] = []
        targets.reserveCapacity(autoscalers.count)
        var unread: [Int] = []
        for (index, autoscaler) in autoscalers.enumerated() {
            switch caches[autoscaler.spec.scaleTargetRef.kindReference] {
            case .success(let cache)?:
                let look = look(at: autoscaler, in: cache)
                if look == nil { unread.append(index) }
                targets.append(look ?? .unavailable(.notReadable("its scale has not been read")))
            case .failure(let problem)?: targets.append(.unavailable(problem.failure))
            case nil: targets.append(.unavailable(.notReadable("its kind has not been looked up")))
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
        findPods(of: autoscalers, &targets)
        return targets
    }

    package func noteWritten(_ scale: Scale, of target: ScaleTarget) {
        cache(of: target.resource).noteWritten(NamespacedName(namespace: target.namespace, name: target.name), scale)
    }

    // MARK: - Targets

    /// - Returns: `nil` when the scale has to be read.
    private func look(at autoscaler: Autoscaler, in cache: KindCache) -> ObservedTarget? {
        let now = clock.now()
        let what = cache.resource.qualifiedName
        if let problem = cache.statuses.lazy.compactMap({ WatchTrust.problem($0, of: what, now: now) }).first {
            return .unavailable(.notReadable(problem))
        }
        let name = autoscaler.targetName
        switch cache.look(at: name) {
        case .absent: return .unavailable(.notReadable("\(what) \"\(name.name)\" not found"))
        case .scaleNeeded: return nil
        case .found(let record): return observed(record, autoscaler, cache)
        }
    }

    private func readScale(of autoscaler: Autoscaler, in cache: KindCache) async throws -> ObservedTarget {
        let name = autoscaler.targetName
        let target = ScaleTarget(resource: cache.resource, namespace: name.namespace, name: name.name)
        do {
            let scale = try await client.getScale(target)
            _ = try scale.observed(as: target)
            cache.store(name, scale)
            return observed(TargetRecord(scale), autoscaler, cache)
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            return .unavailable(TargetState.Failure(error, reference: autoscaler.spec.scaleTargetRef))
        }
    }

    private func observed(_ record: TargetRecord, _ autoscaler: Autoscaler, _ cache: KindCache) -> ObservedTarget {
        let name = autoscaler.targetName
        guard record.specReplicas >= 0, record.statusReplicas >= 0 else {
            return .unavailable(
                .notReadable("\(cache.resource.qualifiedName) \"\(name.name)\" has a negative number of replicas"))
        }
        var target = ObservedTarget(
            state: .found(ObservedScale(specReplicas: record.specReplicas, statusReplicas: record.statusReplicas)),
            write: .init(
                target: ScaleTarget(resource: cache.resource, namespace: name.namespace, name: name.name),
                scale: record.scale(named: name)),
            pods: .success(PodInventory()))
        target.replicasWriter = record.replicasWriter
        if record.isRollingOut { target.rollout = Rollout(newPods: 0, readyNewPods: 0, oldPods: 0) }
        target.updateRevision = record.updateRevision
        return target
    }

    // MARK: - Pods

    private func findPods(of autoscalers: [Autoscaler], _ targets: inout [ObservedTarget]) {
        var selections: [PodSelection?] = []
        for index in targets.indices {
            selections.append(targets[index].selection(in: autoscalers[index].key.namespace))
        }
        let wanted = Set(selections.compactMap(\.self))
        if let problem = podProblem() {
            let failure = Result<PodInventory, ObservedTarget.ReadProblem>.failure(.init(text: problem))
            for (index, selection) in selections.enumerated() where selection != nil { targets[index].pods = failure }
            targets.markOverlaps(autoscalers, selections, [:])
            return
        }
        var found: [PodSelection: Result<PodInventory, ObservedTarget.ReadProblem>] = [:]
        withPods { world in
            world.pods.keep(wanted)
            for selection in wanted { found[selection] = .success(world.pods.inventory(of: selection)) }
            for (index, selection) in selections.enumerated() {
                guard let selection, case .success(let inventory)? = found[selection] else { continue }
                targets[index].take(inventory, for: autoscalers[index], &world.owners)
            }
        }
        targets.markOverlaps(autoscalers, selections, found)
    }
}

extension ObservedTarget {
    /// Takes the pods that its selector finds: of those the ones that it owns, where the autoscaler asks for that, and how
    /// many of them are new in a rollout.
    fileprivate mutating func take(
        _ inventory: PodInventory, for autoscaler: Autoscaler, _ owners: inout ReplicaSetOwners
    ) {
        let uid = write?.uid ?? ""
        var counted = inventory
        if autoscaler.selectsByOwner {
            let name = autoscaler.spec.scaleTargetRef.name
            let isOwned = inventory.templates.map { owners.isOwner(uid, named: name, of: $0) }
            if isOwned.contains(false) {
                counted = PodInventory()
                for (index, isOwned) in isOwned.enumerated() {
                    let (pod, template) = (inventory.pods.names[index], inventory.templates[index])
                    if isOwned {
                        counted.append(
                            PodRecord(state: inventory.pods.states[index], template: template), named: pod)
                    } else if foreignPods.count < Self.maximumForeignPods {
                        foreignPods.append(pod)
                    }
                }
            }
        }
        pods = .success(counted)
        if rollout != nil { rollout = owners.rollout(of: uid, updateRevision: updateRevision, counted) }
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
