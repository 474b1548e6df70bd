internal import Autoscaling
internal import KubernetesTypes

/// Pods that are looked for once, whoever needs them.
struct PodSelection: Sendable, Hashable {
    var namespace: String
    /// As the scale's status has it.
    var text: String
    var requirements: LabelRequirements
}

extension ObservedTarget {
    /// Reads the selector of a scale. One that cannot be used is noted in the state and selects nothing.
    mutating func selection(in namespace: String) -> PodSelection? {
        guard case .found(var scale) = state else { return nil }
        let text = write?.scale.status?.selector ?? ""
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
        state = .found(scale)
        return nil
    }
}

extension [ObservedTarget] {
    /// Marks the targets whose pods more than one autoscaler selects, and those that more than one names.
    mutating func markOverlaps(
        _ autoscalers: [Autoscaler], _ selections: [PodSelection?],
        _ pods: [PodSelection: Swift.Result<PodInventory, ObservedTarget.ReadProblem>]
    ) {
        let overlap = SelectorOverlap(
            autoscalers.map(\.key), selections, pods, targets: map { $0.write?.target })
        for index in indices {
            guard case .found(var scale) = self[index].state, let selection = selections[index] else { continue }
            let others = overlap.autoscalers(sharingPodsWith: index)
            if others.isEmpty { continue }
            scale.selector = .ambiguous(
                selector: selection.requirements.description, autoscalers: others.map(\.description))
            self[index].state = .found(scale)
        }
    }
}
