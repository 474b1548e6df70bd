internal import Autoscaling
package import KubernetesClient
package import KubernetesTypes

/// Reads scales and pods from the API server when asked, each once for all autoscalers that need it: what a single look
/// takes, such as that of `plan`.
package struct ClusterObserver: ClusterView {
    private let client: KubernetesClient
    private let concurrency: Int

    /// - Parameter concurrency: Requests under way at once, at least 1.
    package init(client: KubernetesClient, concurrency: Int) {
        self.client = client
        self.concurrency = max(concurrency, 1)
    }

    package func observe(_ autoscalers: [Autoscaler]) async throws -> [ObservedTarget] {
        var targets = try await concurrently(autoscalers, limit: concurrency) { try await target(of: $0) }
        var selections: [PodSelection?] = []
        var parsed = PodSelections()
        for index in targets.indices {
            selections.append(targets[index].selection(in: autoscalers[index].key.namespace, &parsed))
        }
        let pods = try await lists(of: Set(selections.compactMap(\.self)))
        for (index, selection) in selections.enumerated() {
            if let selection, let found = pods[selection] { targets[index].pods = found }
        }
        targets.markOverlaps(autoscalers, selections, selections.map { $0.flatMap { pods[$0] } })
        return targets
    }

    package func noteWritten(_ scale: Scale, of target: ScaleTarget) {}

    // MARK: - Scales

    private func target(of autoscaler: Autoscaler) async throws -> ObservedTarget {
        let reference = autoscaler.spec.scaleTargetRef
        do {
            let target = try await client.scaleTarget(reference, namespace: autoscaler.key.namespace)
            let scale = try await client.getScale(target)
            let observed = try scale.observed(as: target)
            return ObservedTarget(
                state: .found(observed), write: .init(target: target, scale: scale), pods: .success(PodInventory()))
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            return .unavailable(TargetState.Failure(error, reference: reference))
        }
    }

    // MARK: - Pods

    private func lists(
        of selections: Set<PodSelection>
    ) async throws -> [PodSelection: Result<PodInventory, ObservedTarget.ReadProblem>] {
        let ordered = selections.sorted { ($0.namespace, $0.text) < ($1.namespace, $1.text) }
        let lists = try await concurrently(ordered, limit: concurrency) { selection in
            do {
                let list = try await client.listPods(namespace: selection.namespace, selector: selection.text)
                return Result<PodInventory, ObservedTarget.ReadProblem>.success(PodInventory(list.items))
            } catch {
                if Task.isCancelled || error is CancellationError { throw CancellationError() }
                return .failure(ObservedTarget.ReadProblem(text: "\(error)"))
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(ordered, lists))
    }
}

extension TargetState.Failure {
    /// - Source: the texts of `horizontal.go` v1.36 for references that lead nowhere.
    init(_ error: any Error, reference: CrossVersionObjectReference) {
        switch error {
        case ScaleTargetError.malformedReference(let apiVersion, _):
            self = .invalidAPIVersion("unexpected GroupVersion string: \(apiVersion)")
        case ScaleTargetError.unknownKind(let apiVersion, let kind):
            let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
            self = .unknownKind("no matches for kind \"\(kind)\" in group \"\(group)\"")
        default: self = .notReadable("\(error)")
        }
    }
}

extension Scale {
    /// A scale that cannot be believed: no decision may rest on it.
    struct Implausible: Error, CustomStringConvertible {
        var description: String
    }

    /// The numbers of a scale that is one: an answer of another shape would read as zero replicas.
    func observed(as target: ScaleTarget) throws -> ObservedScale {
        let object = "scale of \(target.resource.qualifiedName) \"\(target.name)\" in namespace \"\(target.namespace)\""
        guard kind == "Scale", metadata?.name == target.name, metadata?.resourceVersion?.isEmpty == false else {
            throw Implausible(description: "cannot get \(object): the answer is no Scale of that object")
        }
        let (wanted, present) = (spec?.replicas ?? 0, status?.replicas ?? 0)
        guard wanted >= 0, present >= 0 else {
            throw Implausible(description: "cannot get \(object): the answer has \(min(wanted, present)) replicas")
        }
        return ObservedScale(specReplicas: wanted, statusReplicas: present)
    }
}
