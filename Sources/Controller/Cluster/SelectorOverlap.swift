internal import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes

/// Which autoscalers select a pod in common, or name one target: none of them may scale then.
///
/// Pods of one template have the same labels, so that who selects one of them selects all: templates are compared, and
/// there are few of them for each autoscaler. A selector whose list could not be read is held against the labels of the
/// pods that others list, so that a failing request does not let two autoscalers pull at one target.
///
/// - Source: `horizontal.go` v1.36, `hpasControllingPodsUnderSelector`. That two name one target is held against them here
///   even while it has no pods.
struct SelectorOverlap {
    /// By the index of the autoscaler: the sorted keys of everybody, itself included. Nobody who is alone.
    private(set) var shared: [Int: [AutoscalerKey]] = [:]
    /// Whether every autoscaler has a selection and a target of its own: nobody could come to share one without another
    /// template, target or selection.
    let isPlain: Bool

    /// Pods of one template, in one namespace.
    private struct Place: Hashable {
        var namespace: String
        var template: PodTemplate
    }

    /// - Parameters:
    ///   - autoscalers: The autoscalers.
    ///   - selections: Parallel to them; `nil` where nothing is selected.
    ///   - pods: Parallel to them: what each selection finds, `nil` where that is not known.
    ///   - targets: Parallel to them.
    init(
        _ autoscalers: [Autoscaler], _ selections: [PodSelection?],
        _ pods: [Result<PodInventory, ObservedTarget.ReadProblem>?], targets: [ObservedTarget]
    ) {
        var groups = Groups()
        // The first autoscaler of each selection stands for all of them.
        var first: [PodSelection: Int] = [:]
        first.reserveCapacity(selections.count)
        var unread: [Int] = []
        for (index, selection) in selections.enumerated() {
            guard let selection else { continue }
            if let other = first[selection] {
                groups.alike[other, default: [other]].append(index)
                continue
            }
            first[selection] = index
            if case .success? = pods[index] {} else { unread.append(index) }
        }
        // Nobody quarrels about no pods, as the HPA controller sees it.
        for (index, alike) in groups.alike where pods[index]?.isWithoutPods == false { groups.join(alike) }

        var owners: [Place: Int] = [:]
        owners.reserveCapacity(first.count)
        var conflicts: [Place: Set<Int>] = [:]
        for index in first.values {
            guard let selection = selections[index], case .success(let inventory)? = pods[index] else { continue }
            var latest: PodTemplate?
            for template in inventory.templates where template !== latest {
                latest = template
                let place = Place(namespace: selection.namespace, template: template)
                let owner = owners[place] ?? index
                if owner == index { owners[place] = index } else { conflicts[place, default: [owner]].insert(index) }
                for other in unread
                where selections[other]?.namespace == selection.namespace
                    && selections[other]?.requirements.matches(template.labels) == true
                {
                    conflicts[place, default: [owner]].formUnion([index, other])
                }
            }
        }
        for indices in Set(conflicts.values) { groups.joinAll(indices) }

        var named: [ScaleTarget: Int] = [:]
        named.reserveCapacity(targets.count)
        var rivals: [Int: [Int]] = [:]
        for index in targets.indices {
            guard let target = targets[index].write?.target else { continue }
            guard let other = named[target] else {
                named[target] = index
                continue
            }
            rivals[other, default: [other]].append(index)
        }
        for indices in rivals.values { groups.join(indices) }
        isPlain = groups.alike.isEmpty && groups.members.isEmpty && unread.isEmpty
        for (index, group) in groups.members { shared[index] = group.map { autoscalers[$0].key }.sorted() }
    }

    /// Who is in a quarrel with whom; empty in nearly every tick.
    private struct Groups {
        /// Autoscalers that have a selection in common, by the first of them, which is one of them.
        var alike: [Int: [Int]] = [:]
        var members: [Int: Set<Int>] = [:]

        mutating func join(_ indices: [Int]) {
            let all = Set(indices)
            for index in all { members[index, default: []].formUnion(all) }
        }

        /// Joins everybody who has one of some selections.
        mutating func joinAll(_ selections: Set<Int>) {
            join(selections.flatMap { alike[$0] ?? [$0] })
        }
    }
}

extension Result where Success == PodInventory {
    fileprivate var isWithoutPods: Bool {
        if case .success(let inventory) = self { return inventory.pods.isEmpty }
        return false
    }
}
