internal import Autoscaling
internal import KubernetesTypes

/// Pods that are looked for once, whoever needs them.
struct PodSelection: Sendable, Hashable {
    var namespace: String
    /// As the scale's status has it.
    var text: String
    /// What the text says.
    var requirements: LabelRequirements

    // The requirements follow from the text.

    static func == (left: PodSelection, right: PodSelection) -> Bool {
        left.text == right.text && left.namespace == right.namespace
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(namespace)
        hasher.combine(text)
    }
}

/// Selectors as they were read: a tick has the same ones as the tick before.
struct PodSelections {
    private var known: [String: [String: Result<PodSelection, LabelSelectorError>]] = [:]
    private var count = 0

    /// Reads a selector, or remembers what was read.
    mutating func selection(in namespace: String, _ text: String) -> Result<PodSelection, LabelSelectorError> {
        if let found = known[namespace]?[text] { return found }
        let read = Result { () throws(LabelSelectorError) in
            PodSelection(namespace: namespace, text: text, requirements: try LabelRequirements(parsing: text))
        }
        known[namespace, default: [:]][text] = read
        count += 1
        return read
    }

    /// Forgets everything once most of it is not used any more.
    mutating func trim(used: Int) {
        guard count > 2 * used + 64 else { return }
        known = [:]
        count = 0
    }
}

extension ObservedTarget {
    /// Reads the selector of a scale. One that cannot be used is noted in the state and selects nothing.
    mutating func selection(in namespace: String, _ selections: inout PodSelections) -> PodSelection? {
        guard case .found(var scale) = state else { return nil }
        let text = write?.selector ?? ""
        if text.isEmpty {
            scale.selector = .missing
        } else {
            switch selections.selection(in: namespace, text) {
            case .success(let selection): return selection
            case .failure(let error): scale.selector = .invalid(error.description)
            }
        }
        state = .found(scale)
        return nil
    }
}

extension [ObservedTarget] {
    /// Marks the targets whose pods more than one autoscaler selects, and those that more than one names.
    ///
    /// - Parameter pods: What each selection finds; `nil` where that is not known.
    /// - Returns: Whether every autoscaler is alone with its selection and its target.
    @discardableResult
    mutating func markOverlaps(
        _ autoscalers: [Autoscaler], _ selections: [PodSelection?],
        _ pods: [Swift.Result<PodInventory, ObservedTarget.ReadProblem>?]
    ) -> Bool {
        let overlap = SelectorOverlap(autoscalers, selections, pods, targets: self)
        for (index, others) in overlap.shared {
            guard case .found(var scale) = self[index].state, let selection = selections[index] else { continue }
            scale.selector = .ambiguous(
                selector: selection.requirements.description, autoscalers: others.map(\.description))
            self[index].state = .found(scale)
        }
        return overlap.isPlain
    }
}
