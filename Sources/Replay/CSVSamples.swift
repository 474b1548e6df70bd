internal import Autoscaling
internal import Manifests

/// Reads `timestamp,value` rows, or the named columns of wider ones.
///
/// Separators are comma, semicolon or tab, as the first line has them; a field may stand in quotation marks. A first
/// line whose value is no number is a header. Lines that are empty or begin with `#` are passed over.
struct CSVSamples: SampleRows {
    private var lines: LineReader
    private let options: DemandTrace.Options
    private let separator: UInt8
    private var timeColumn = 0
    private var valueColumn = 1
    private var replicasColumn: Int?
    private var columnCount = 2
    /// The first line, when it is a row and no header.
    private var pending: Range<Int>?
    private var fields: [Range<Int>] = []

    private static let timeNames: Set<String> = ["timestamp", "time", "date", "datetime", "ts"]

    init(_ lines: LineReader, header first: Range<Int>, options: DemandTrace.Options) throws(Diagnostic) {
        self.lines = lines
        self.options = options
        var line = first
        while line.isEmpty || lines.bytes[line.lowerBound] == UInt8(ascii: "#") {
            guard let next = try self.lines.next() else { throw lines.fault("has no row") }
            line = next
        }
        let candidates: [UInt8] = [0x2C, 0x3B, 0x09]
        let bytes = self.lines.bytes[line]
        separator = candidates.first { bytes.contains($0) } ?? 0x2C
        try split(line)
        columnCount = fields.count
        let names = fields.map { text($0) }
        if names.contains(where: { TraceTime.parse($0, zone: .utc) != nil }) {
            try chooseWithoutHeader(names)
            pending = line
        } else {
            try choose(names)
        }
    }

    mutating func next() throws(Diagnostic) -> DemandSample? {
        while true {
            let line: Range<Int>
            if let first = pending {
                line = first
                pending = nil
            } else {
                guard let next = try lines.next() else { return nil }
                line = next
                if line.isEmpty || lines.bytes[line.lowerBound] == UInt8(ascii: "#") { continue }
                try split(line)
            }
            return try sample()
        }
    }

    func fault(_ message: String) -> Diagnostic { lines.fault(message) }

    private func sample() throws(Diagnostic) -> DemandSample {
        guard fields.count == columnCount else {
            let cut = lines.isTerminated ? "" : "; it is the last line and has no line break, so it may be cut off"
            throw lines.fault("has \(fields.count) fields, not \(columnCount)\(cut)")
        }
        let timeText = text(fields[timeColumn])
        guard let time = TraceTime.parse(timeText, zone: options.zone) else {
            throw lines.fault(
                "'\(shown(timeText))' is no time such as 2026-01-02 03:04:05, 2026-01-02T03:04:05Z or 1767323045",
                column: column(of: timeColumn))
        }
        var sample = DemandSample(time: time, value: try value(at: valueColumn))
        if let replicasColumn {
            let number = try value(at: replicasColumn)
            sample.replicas = number.isNaN ? nil : Int32(min(number, 1e9))
        }
        return sample
    }

    /// A number; NaN for a field that says there is none.
    private func value(at index: Int) throws(Diagnostic) -> Double {
        let field = text(fields[index])
        if ["", "NaN", "nan", "null", "NULL", "NA", "N/A", "-"].contains(field) { return .nan }
        guard let number = Double(field) else {
            throw lines.fault("'\(shown(field))' is no number", column: column(of: index))
        }
        return number
    }

    private func column(of index: Int) -> Int {
        fields[index].lowerBound - (fields.first?.lowerBound ?? 0) + 1
    }

    private func shown(_ text: String) -> String { String(text.prefix(40)) }

    private func text(_ field: Range<Int>) -> String { String(decoding: lines.bytes[field], as: UTF8.self) }

    /// Finds the fields of a line, without the blanks and quotation marks around them.
    private mutating func split(_ line: Range<Int>) throws(Diagnostic) {
        fields.removeAll(keepingCapacity: true)
        let bytes = lines.bytes
        var start = line.lowerBound
        var isQuoted = false
        for index in line {
            if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if bytes[index] == separator, !isQuoted {
                fields.append(trimmed(start..<index, in: bytes))
                start = index + 1
            }
        }
        if isQuoted { throw lines.fault("has a quotation mark that is not closed") }
        fields.append(trimmed(start..<line.upperBound, in: bytes))
    }

    private func trimmed(_ range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, bytes[lower] == 0x20 || bytes[lower] == 0x09 { lower += 1 }
        while lower < upper, bytes[upper - 1] == 0x20 || bytes[upper - 1] == 0x09 { upper -= 1 }
        if upper - lower >= 2, bytes[lower] == UInt8(ascii: "\""), bytes[upper - 1] == UInt8(ascii: "\"") {
            return lower + 1..<upper - 1
        }
        return lower..<upper
    }
}

extension CSVSamples {
    private mutating func choose(_ names: [String]) throws(Diagnostic) {
        timeColumn = names.firstIndex { CSVSamples.timeNames.contains($0.lowercased()) } ?? 0
        if let name = options.replicasColumn { replicasColumn = try index(of: name, in: names) }
        if let name = options.column {
            valueColumn = try index(of: name, in: names)
            return
        }
        let others = names.indices.filter { $0 != timeColumn && $0 != replicasColumn }
        guard others.count == 1 else {
            if others.isEmpty { throw lines.fault("has one column only, a time and a value are needed") }
            let list = others.map { names[$0] }.joined(separator: ", ")
            throw lines.fault("has the columns \(list); say which one holds the values")
        }
        valueColumn = others[0]
    }

    private mutating func chooseWithoutHeader(_ names: [String]) throws(Diagnostic) {
        if let name = options.column ?? options.replicasColumn {
            throw lines.fault("has no header, so there is no column \(name)")
        }
        guard names.count == 2 else { throw lines.fault("has \(names.count) columns and no header, which is needed") }
    }

    private func index(of name: String, in names: [String]) throws(Diagnostic) -> Int {
        if let index = names.firstIndex(of: name) { return index }
        throw lines.fault("has no column \(name), but \(names.joined(separator: ", "))")
    }
}
