internal import Autoscaling
internal import KubernetesTypes

/// What the look before has found, for the next one to go on from: of thousands of targets a few have changed since.
///
/// Kept only of looks in which everything was plain: every kind is watched whole, every target was read, and no two
/// autoscalers are in each other's way. Whatever else happens, everything is looked at anew.
struct KeptLook: Sendable {
    var autoscalers: [Autoscaler]
    var caches: [KindReference: KindCache]
    /// Parallel to the autoscalers, as all that follows.
    var selections: [PodSelection?]
    /// What each selection finds, whoever owns it.
    var inventories: [PodInventory?]
    var targets: [ObservedTarget]
    var owners: Int

    /// More changes than this share of everything are not worth following one by one.
    private static let largestShare = 4

    /// What has changed since.
    struct Changes: Sendable {
        var targets: Names<NamespacedName>
        var selections: Names<PodSelection>
    }

    /// The autoscalers whose part has to be looked at again; `nil` when that is as much work as all.
    func changed(_ autoscalers: [Autoscaler], _ changes: Changes) -> [Int]? {
        guard autoscalers.count == self.autoscalers.count, !changes.targets.areMany, !changes.selections.areMany else {
            return nil
        }
        let isQuiet = changes.targets.all.isEmpty && changes.selections.all.isEmpty
        var indices: [Int] = []
        for index in autoscalers.indices {
            let isSame = autoscalers[index].isSameInstance(as: self.autoscalers[index])
            if isSame, isQuiet { continue }
            // One that has another name or another target is another one.
            guard isSame || autoscalers[index].looksAt(theSameAs: self.autoscalers[index]) else { return nil }
            let hasChanged =
                !isSame || (!changes.targets.all.isEmpty && changes.targets.all.contains(autoscalers[index].targetName))
                || (selections[index].map(changes.selections.all.contains) ?? false)
            if hasChanged { indices.append(index) }
        }
        return indices.count * Self.largestShare <= max(autoscalers.count, Self.largestShare) ? indices : nil
    }
}

/// Names of what has changed, as long as they are not too many.
struct Names<Name: Hashable & Sendable>: Sendable {
    /// So many are as good as all.
    private static var limit: Int { 4_096 }

    private(set) var all: Set<Name> = []
    /// Whether there were more than are kept.
    private(set) var areMany = false

    mutating func note(_ name: Name) {
        if areMany { return }
        all.insert(name)
        if all.count > Self.limit { noteEverything() }
    }

    mutating func noteEverything() {
        (all, areMany) = ([], true)
    }

    /// The names, and none from now on.
    mutating func take() -> Self {
        defer { self = Self() }
        return self
    }

    mutating func join(_ other: Self) {
        if other.areMany { noteEverything() }
        for name in other.all { note(name) }
    }
}

extension Autoscaler {
    /// Whether another one has the same name and names the same target, and its pods are looked for alike.
    fileprivate func looksAt(theSameAs other: Autoscaler) -> Bool {
        key == other.key && spec.scaleTargetRef == other.spec.scaleTargetRef && selectsByOwner == other.selectsByOwner
    }
}

extension PodInventory {
    /// Whether another one has pods of the same templates: who selects the one selects the other.
    func hasTemplates(of other: PodInventory) -> Bool {
        if templates.count == other.templates.count, zip(templates, other.templates).allSatisfy({ $0 === $1 }) {
            return true
        }
        return Set(templates) == Set(other.templates)
    }
}
