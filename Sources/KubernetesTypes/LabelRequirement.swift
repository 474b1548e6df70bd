/// One requirement on the value of a label.
package struct LabelRequirement: Hashable, Sendable, CustomStringConvertible {
    /// Raw values are the operators of the text form.
    package enum Operator: String, Hashable, Sendable {
        case `in`
        case notIn = "notin"
        case equals = "="
        case doubleEquals = "=="
        case notEquals = "!="
        case exists
        case doesNotExist = "!"
        case greaterThan = ">"
        case lessThan = "<"
    }

    package let key: String
    package let `operator`: Operator
    package let values: [String]

    /// - Throws: All faults in one text, as `NewRequirement` gives them.
    package init(key: String, operator: Operator, values: [String]) throws(LabelSelectorError) {
        self.key = key
        self.operator = `operator`
        self.values = values
        var faults: [String] = []
        let keyComplaints = NameRules.labelKey(key)
        if !keyComplaints.isEmpty { faults.append(LabelRequirement.invalid("key", key, keyComplaints)) }
        faults += operandFaults
        for (index, value) in values.enumerated() {
            let complaints = NameRules.labelValue(value)
            if !complaints.isEmpty {
                faults.append(LabelRequirement.invalid("values[\(index)][\(key)]", value, complaints))
            }
        }
        var seen: Set<String> = []
        let distinct = faults.filter { seen.insert($0).inserted }
        guard let first = distinct.first else { return }
        throw LabelSelectorError(distinct.count == 1 ? first : "[\(distinct.joined(separator: ", "))]")
    }

    /// A fault in the form of a `field.Error`.
    static func invalid(_ field: String, _ value: String, _ complaints: [String]) -> String {
        "\(field): Invalid value: \(GoText.quoted(value)): \(complaints.joined(separator: "; "))"
    }

    private var operandFaults: [String] {
        // Only the object form can have no values at all, and there Go has a nil list.
        let list = "values: Invalid value: \(values.isEmpty ? "null" : GoText.json(values)): "
        switch `operator` {
        case .in, .notIn:
            return values.isEmpty ? [list + "for 'in', 'notin' operators, values set can't be empty"] : []
        case .equals, .doubleEquals, .notEquals:
            return values.count == 1 ? [] : [list + "exact-match compatibility requires one single value"]
        case .exists, .doesNotExist:
            return values.isEmpty ? [] : [list + "values set must be empty for exists and does not exist"]
        case .greaterThan, .lessThan:
            let count = values.count == 1 ? [] : [list + "for 'Gt', 'Lt' operators, exactly one value is required"]
            return count
                + values.enumerated().filter { Int64($0.element) == nil }.map {
                    LabelRequirement.invalid(
                        "values[\($0.offset)]", $0.element,
                        ["for 'Gt', 'Lt' operators, the value must be an integer"])
                }
        }
    }

    /// `!=` and `notin` hold as well when the label is absent; `>` and `<` compare whole numbers.
    package func matches(_ labels: [String: String]) -> Bool {
        let value = labels[key]
        switch `operator` {
        case .exists: return value != nil
        case .doesNotExist: return value == nil
        case .in, .equals, .doubleEquals: return value.map(values.contains) ?? false
        case .notIn, .notEquals: return value.map { !values.contains($0) } ?? true
        case .greaterThan, .lessThan:
            guard let number = value.flatMap({ Int64($0) }), let bound = values.first.flatMap({ Int64($0) }) else {
                return false
            }
            return `operator` == .greaterThan ? number > bound : number < bound
        }
    }

    package var description: String {
        switch `operator` {
        case .exists: key
        case .doesNotExist: "!" + key
        case .in, .notIn: "\(key) \(`operator`.rawValue) (\(values.sorted().joined(separator: ",")))"
        default: key + `operator`.rawValue + values.sorted().joined(separator: ",")
        }
    }
}
