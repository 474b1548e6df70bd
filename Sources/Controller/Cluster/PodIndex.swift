internal import Autoscaling
internal import KubernetesTypes

/// Every pod that is watched, and which of them each selector in use finds. A value without I/O.
///
/// Selectors are matched against a pod when the pod changes, not against all pods at each tick: a tick then costs what
/// has changed, and one look at a selector is a look-up. Selectors that ask for one value of a label (nearly all do) are
/// found by that label, so that a pod is held against those alone that can match it.
struct PodIndex {
    /// The pods of one namespace.
    fileprivate struct Namespace {
        var pods: [String: PodRecord] = [:]
        var selections: [PodSelection: Matches] = [:]
        /// Selections by a label that a pod must have to be found.
        var byLabel: [Label: Set<PodSelection>] = [:]
        /// Selections without such a label.
        var unindexed: Set<PodSelection> = []
        /// Selections whose pods have changed.
        var changes = Names<PodSelection>()
    }

    fileprivate struct Label: Hashable {
        var key: String
        var value: String
    }

    fileprivate struct Matches {
        var names: Set<String> = []
        /// The pods in order, made when asked for and kept until one of them changes.
        var inventory: PodInventory?
    }

    private var namespaces: [String: Namespace] = [:]
    private var templates = TemplatePool()
    /// Changes in namespaces that are there no more.
    private var removed = Names<PodSelection>()

    /// Pods in all.
    private(set) var count = 0

    // MARK: - Changes

    /// Takes a new state of a pod.
    mutating func store(_ name: NamespacedName, _ record: PodRecord) {
        var record = record
        record.template = templates.shared(record.template)
        if namespaces[name.namespace, default: Namespace()].store(name.name, record) == nil { count += 1 }
        if templates.isCrowded { sweep() }
    }

    /// Forgets a pod.
    mutating func remove(_ name: NamespacedName) {
        guard namespaces[name.namespace]?.remove(name.name) == true else { return }
        count -= 1
        if namespaces[name.namespace]?.isUnused == true { drop(name.namespace) }
    }

    /// Takes the whole state of some namespaces anew; pods that are not in it are gone.
    ///
    /// - Parameter namespace: The only one that the list is of; `nil` for all of them.
    mutating func replace(_ records: [(name: NamespacedName, record: PodRecord)], in namespace: String?) {
        let present = Set(records.map(\.name))
        for (space, content) in namespaces where namespace == nil || space == namespace {
            for name in content.pods.keys {
                let full = NamespacedName(namespace: space, name: name)
                if !present.contains(full) { remove(full) }
            }
        }
        for (name, record) in records { store(name, record) }
        sweep()
    }

    private mutating func drop(_ space: String) {
        if let content = namespaces.removeValue(forKey: space) { removed.join(content.changes) }
    }

    private mutating func sweep() {
        templates.keep(namespaces.values.lazy.flatMap { $0.pods.values.lazy.map(\.template) })
    }

    // MARK: - Questions

    /// The pods that a selection finds, in the order of their names.
    mutating func inventory(of selection: PodSelection) -> PodInventory {
        namespaces[selection.namespace, default: Namespace()].inventory(of: selection)
    }

    /// The selections whose pods have changed since this was asked last.
    mutating func takeChanges() -> Names<PodSelection> {
        var changes = removed.take()
        for space in namespaces.keys { if let own = namespaces[space]?.changes.take() { changes.join(own) } }
        return changes
    }

    /// Looks for these selections from now on, and for no others.
    ///
    /// New ones are found in one walk over the pods of their namespace, however many they are.
    mutating func keep(_ selections: Set<PodSelection>) {
        var new: [String: [PodSelection]] = [:]
        for selection in selections where namespaces[selection.namespace]?.selections[selection] == nil {
            new[selection.namespace, default: []].append(selection)
        }
        for (space, selections) in new { namespaces[space, default: Namespace()].add(selections) }
        for space in Array(namespaces.keys) {
            namespaces[space]?.keep(selections)
            if namespaces[space]?.isUnused == true { drop(space) }
        }
    }
}

extension PodIndex.Namespace {
    var isUnused: Bool { pods.isEmpty && selections.isEmpty }

    private mutating func forgetInventory(of selection: PodSelection) {
        selections[selection]?.inventory = nil
        changes.note(selection)
    }

    /// - Returns: The former state.
    mutating func store(_ name: String, _ record: PodRecord) -> PodRecord? {
        let former = pods.updateValue(record, forKey: name)
        if former == record { return former }
        // The same template selects the same: only the pod itself is another.
        let isSame = former?.template === record.template
        let before = former.map { matching($0.template.labels) } ?? []
        let after = isSame ? before : matching(record.template.labels)
        for selection in before where !after.contains(selection) {
            selections[selection]?.names.remove(name)
            forgetInventory(of: selection)
        }
        for selection in after {
            selections[selection]?.names.insert(name)
            forgetInventory(of: selection)
        }
        return former
    }

    /// - Returns: Whether there was one.
    mutating func remove(_ name: String) -> Bool {
        guard let former = pods.removeValue(forKey: name) else { return false }
        for selection in matching(former.template.labels) {
            selections[selection]?.names.remove(name)
            forgetInventory(of: selection)
        }
        return true
    }

    private func matching(_ labels: [String: String]) -> Set<PodSelection> {
        if selections.isEmpty { return [] }
        var found: Set<PodSelection> = []
        for (key, value) in labels {
            for selection in byLabel[PodIndex.Label(key: key, value: value)] ?? []
            where selection.requirements.matches(labels) {
                found.insert(selection)
            }
        }
        for selection in unindexed where selection.requirements.matches(labels) { found.insert(selection) }
        return found
    }

    mutating func inventory(of selection: PodSelection) -> PodInventory {
        if let known = selections[selection]?.inventory { return known }
        if selections[selection] == nil { add([selection]) }
        let names = (selections[selection]?.names ?? []).sorted()
        var inventory = PodInventory()
        inventory.reserveCapacity(names.count)
        for name in names { if let record = pods[name] { inventory.append(record, named: name) } }
        inventory.keepAnswers()
        selections[selection]?.inventory = inventory
        return inventory
    }

    mutating func add(_ new: [PodSelection]) {
        for selection in new {
            selections[selection] = PodIndex.Matches()
            if let label = Self.label(of: selection) {
                byLabel[label, default: []].insert(selection)
            } else {
                unindexed.insert(selection)
            }
        }
        for (name, record) in pods {
            for selection in matching(record.template.labels) {
                if selections[selection]?.names.insert(name).inserted == true { forgetInventory(of: selection) }
            }
        }
    }

    mutating func keep(_ wanted: Set<PodSelection>) {
        for selection in Array(selections.keys) where !wanted.contains(selection) {
            selections[selection] = nil
            unindexed.remove(selection)
            guard let label = Self.label(of: selection) else { continue }
            byLabel[label]?.remove(selection)
            if byLabel[label]?.isEmpty == true { byLabel[label] = nil }
        }
    }

    /// A label that every pod of a selection has.
    private static func label(of selection: PodSelection) -> PodIndex.Label? {
        for requirement in selection.requirements.requirements {
            switch requirement.operator {
            case .equals, .doubleEquals, .in:
                if requirement.values.count == 1, let value = requirement.values.first {
                    return PodIndex.Label(key: requirement.key, value: value)
                }
            default: continue
            }
        }
        return nil
    }
}

/// One instance of each template that is in use.
private struct TemplatePool {
    private var templates: Set<PodTemplate> = []
    /// A cluster of fifty thousand pods has some thousand templates.
    private var limit = 1_024

    /// The instance that equals a template.
    mutating func shared(_ template: PodTemplate) -> PodTemplate {
        templates.insert(template).memberAfterInsert
    }

    /// Whether so many have come that it is worth looking which are still in use.
    var isCrowded: Bool { templates.count > limit }

    /// Lets go of the templates that no pod has any more.
    mutating func keep(_ used: some Sequence<PodTemplate>) {
        templates = Set(used)
        limit = max(1_024, templates.count * 2)
    }
}
