internal import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes

/// Which autoscalers select a pod in common, or name one target: none of them may scale then.
///
/// A pod that stands in two lists is selected by both. A selector whose list could not be read is held against the
/// labels of the pods that others list, so that a failing request does not let two autoscalers pull at one target.
///
/// - Source: `horizontal.go` v1.36, `hpasControllingPodsUnderSelector`. That two name one target is held against them here
///   even while it has no pods.
struct SelectorOverlap {
    /// By the index of the autoscaler: the sorted keys of everybody, itself included; empty when it is alone.
    private var shared: [[AutoscalerKey]]

    /// - Parameters:
    ///   - keys: The autoscalers.
    ///   - selections: Parallel to them; `nil` where nothing is selected.
    ///   - targets: Parallel to them; `nil` where there is none.
    init(
        _ keys: [AutoscalerKey], _ selections: [PodSelection?],
        _ pods: [PodSelection: Result<PodInventory, ObservedTarget.ReadProblem>], targets: [ScaleTarget?] = []
    ) {
        var selectors: [PodSelection: [Int]] = [:]
        for (index, selection) in selections.enumerated() {
            if let selection { selectors[selection, default: []].append(index) }
        }
        let unread = selectors.keys.filter { if case .success? = pods[$0] { false } else { true } }
        var listing: [AutoscalerKey: [PodSelection]] = [:]
        for selection in selectors.keys {
            guard case .success(let inventory)? = pods[selection] else { continue }
            for (pod, name) in zip(inventory.templates, inventory.pods.names) {
                // The pod's name in the place of an autoscaler's: both are a name in a namespace.
                let place = AutoscalerKey(namespace: selection.namespace, name: name)
                listing[place, default: []].append(selection)
                for other in unread where other.namespace == selection.namespace {
                    if other.requirements.matches(pod.labels) { listing[place]?.append(other) }
                }
            }
        }
        var groups: [Set<Int>] = Array(repeating: [], count: keys.count)
        for (selection, indices) in selectors where indices.count > 1 && pods[selection]?.isWithoutPods == false {
            for index in indices { groups[index].formUnion(indices) }
        }
        for selections in Set(listing.values.filter { $0.count > 1 }.map(Set.init)) {
            let indices = selections.flatMap { selectors[$0] ?? [] }
            for index in indices { groups[index].formUnion(indices) }
        }
        var named: [ScaleTarget: [Int]] = [:]
        for (index, target) in targets.enumerated() { if let target { named[target, default: []].append(index) } }
        for indices in named.values where indices.count > 1 {
            for index in indices { groups[index].formUnion(indices) }
        }
        shared = groups.map { group in group.map { keys[$0] }.sorted() }
    }

    func autoscalers(sharingPodsWith index: Int) -> [AutoscalerKey] { shared[index] }
}

extension Result where Success == PodInventory {
    /// Nobody quarrels about no pods, as the HPA controller sees it.
    fileprivate var isWithoutPods: Bool {
        if case .success(let inventory) = self { return inventory.pods.isEmpty }
        return false
    }
}
