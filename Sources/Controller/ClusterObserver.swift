internal import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes

/// Reads scales and pods from the API server, each once for all autoscalers that need it.
struct ClusterObserver: Sendable {
    let client: KubernetesClient
    let concurrency: Int

    /// What was found for one autoscaler.
    struct Target: Sendable {
        var state: TargetState
        var write: ObservedAutoscaler.WritableScale?
        var pods: Result<PodInventory, ReadProblem>
    }

    /// Why something could not be read, for people. A value, never logged twice.
    struct ReadProblem: Error, Sendable {
        var text: String
    }

    /// - Returns: Parallel to `autoscalers`.
    /// - Throws: `CancellationError` alone.
    func observe(_ autoscalers: [Autoscaler]) async throws -> [Target] {
        var targets = try await concurrently(autoscalers, limit: concurrency) { try await target(of: $0) }
        var selections: [PodSelection?] = []
        for index in targets.indices {
            selections.append(select(&targets[index], namespace: autoscalers[index].key.namespace))
        }
        let pods = try await lists(of: Set(selections.compactMap(\.self)))
        for (index, selection) in selections.enumerated() {
            if let selection, let found = pods[selection] { targets[index].pods = found }
        }
        let overlap = SelectorOverlap(autoscalers.map(\.key), selections, pods)
        for index in targets.indices {
            guard case .found(var scale) = targets[index].state, let selection = selections[index] else { continue }
            let others = overlap.autoscalers(sharingPodsWith: index)
            if others.isEmpty { continue }
            scale.selector = .ambiguous(
                selector: selection.requirements.description, autoscalers: others.map(\.description))
            targets[index].state = .found(scale)
        }
        return targets
    }

    // MARK: - Scales

    private func target(of autoscaler: Autoscaler) async throws -> Target {
        let reference = autoscaler.spec.scaleTargetRef
        do {
            let target = try await client.scaleTarget(reference, namespace: autoscaler.key.namespace)
            let scale = try await client.getScale(target)
            let observed = try scale.observed(as: target)
            return Target(
                state: .found(observed), write: .init(target: target, scale: scale), pods: .success(PodInventory([])))
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            let failure = TargetState.Failure(error, reference: reference)
            return Target(state: .unavailable(failure), pods: .failure(ReadProblem(text: failure.text)))
        }
    }

    /// Reads the selector of a scale. One that cannot be used is noted in the state and selects nothing.
    private func select(_ target: inout Target, namespace: String) -> PodSelection? {
        guard case .found(var scale) = target.state else { return nil }
        let text = target.write?.scale.status?.selector ?? ""
        do throws(LabelSelectorError) {
            if text.isEmpty {
                scale.selector = .missing
            } else {
                let requirements = try LabelRequirements(parsing: text)
                return PodSelection(namespace: namespace, text: text, requirements: requirements)
            }
        } catch {
            scale.selector = .invalid(error.description)
        }
        target.state = .found(scale)
        return nil
    }

    // MARK: - Pods

    private func lists(
        of selections: Set<PodSelection>
    ) async throws -> [PodSelection: Result<PodInventory, ReadProblem>] {
        let ordered = selections.sorted { ($0.namespace, $0.text) < ($1.namespace, $1.text) }
        let lists = try await concurrently(ordered, limit: concurrency) { selection in
            do {
                let list = try await client.listPods(namespace: selection.namespace, selector: selection.text)
                return Result<PodInventory, ReadProblem>.success(PodInventory(list.items))
            } catch {
                if Task.isCancelled || error is CancellationError { throw CancellationError() }
                return .failure(ReadProblem(text: "\(error)"))
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(ordered, lists))
    }
}

/// Pods that are listed once, whoever needs them.
struct PodSelection: Sendable, Hashable {
    var namespace: String
    /// As the scale's status has it.
    var text: String
    var requirements: LabelRequirements
}

extension TargetState.Failure {
    /// - Source: the texts of `horizontal.go` v1.36 for references that lead nowhere.
    fileprivate init(_ error: any Error, reference: CrossVersionObjectReference) {
        switch error {
        case ScaleTargetError.malformedReference(let apiVersion, _):
            self = .invalidAPIVersion("unexpected GroupVersion string: \(apiVersion)")
        case ScaleTargetError.unknownKind(let apiVersion, let kind):
            let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
            self = .unknownKind("no matches for kind \"\(kind)\" in group \"\(group)\"")
        default: self = .notReadable("\(error)")
        }
    }

    fileprivate var text: String {
        switch self {
        case .invalidAPIVersion(let text), .unknownKind(let text), .notReadable(let text): text
        }
    }
}

extension Scale {
    /// A scale that cannot be believed: no decision may rest on it.
    struct Implausible: Error, CustomStringConvertible {
        var description: String
    }

    /// The numbers of a scale that is one: an answer of another shape would read as zero replicas.
    fileprivate func observed(as target: ScaleTarget) throws -> ObservedScale {
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
