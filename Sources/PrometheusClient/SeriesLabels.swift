/// Which labels of each series a caller wants; the others are checked and passed over.
public enum LabelSelection: Sendable, Hashable {
    /// Every label, e.g. to show a person what came back.
    case all
    /// These alone, where a series has them.
    case only([String])
}

/// The strings and labels of all series of one answer, each different string once.
struct LabelTable: Sendable {
    /// A label as numbers of strings.
    struct Pair: Sendable {
        var name: UInt32
        var value: UInt32
    }

    var strings = StringInterner()
    var pairs: [Pair] = []

    func string(_ symbol: UInt32) -> String { strings.string(symbol) }
}

/// The labels of one series that were asked for, in the order of the answer.
public struct SeriesLabels: Sendable, RandomAccessCollection, CustomStringConvertible {
    /// One label.
    public struct Label: Sendable, Hashable {
        public var name: String
        public var value: String
    }

    let table: LabelTable
    let range: Range<Int>

    public var startIndex: Int { range.lowerBound }
    public var endIndex: Int { range.upperBound }

    public subscript(position: Int) -> Label {
        let pair = table.pairs[position]
        return Label(name: table.string(pair.name), value: table.string(pair.value))
    }

    /// The value of a label; `nil` when the series has none of that name or it was not asked for.
    public subscript(name: String) -> String? {
        guard let symbol = table.strings.find(name) else { return nil }
        for position in range where table.pairs[position].name == symbol {
            return table.string(table.pairs[position].value)
        }
        return nil
    }

    /// The series as Prometheus writes it: `name{label="value", …}`.
    public var description: String {
        let name = self["__name__"] ?? ""
        let labels = filter { $0.name != "__name__" }.map { "\($0.name)=\(PromQL.quoted($0.value))" }
        return name.isEmpty || !labels.isEmpty ? name + "{" + labels.joined(separator: ", ") + "}" : name
    }
}
