/// Reads the five fields of a cron expression.
struct CronParser {
    /// What one field allows.
    struct Field: Hashable, Sendable {
        /// A bit for each value.
        var bits: UInt64
        /// Whether it is `*` or `?`, alone.
        var isAny: Bool
        /// Where it begins, from 1.
        var column: Int
    }

    private struct Kind {
        var name: String
        var range: ClosedRange<Int>
        var names: [String] = []
        /// The value of the first name.
        var firstName = 0
    }

    private static let kinds = [
        Kind(name: "minute", range: 0...59), Kind(name: "hour", range: 0...23),
        Kind(name: "day of the month", range: 1...31),
        Kind(
            name: "month", range: 1...12,
            names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], firstName: 1),
        // 7 is Sunday as well.
        Kind(name: "day of the week", range: 0...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ]

    private static let shorthands = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    private let characters: [Character]

    init(_ text: String) {
        characters = Array(Self.shorthands[text] ?? text)
    }

    mutating func fields() throws(CronError) -> [Field] {
        let words = self.words
        if let first = words.first {
            let text = String(characters[first])
            if text.hasPrefix("@") {
                let known = Self.shorthands.keys.sorted().joined(separator: ", ")
                throw CronError(first.lowerBound + 1, "'\(text)' is none of \(known)")
            }
            if text.hasPrefix("TZ=") || text.hasPrefix("CRON_TZ=") {
                throw CronError(first.lowerBound + 1, "the time zone stands in the field timeZone")
            }
        }
        guard words.count == Self.kinds.count else {
            let column = words.count > Self.kinds.count ? words[Self.kinds.count].lowerBound : characters.count
            throw CronError(
                column + 1,
                "has \(words.count) fields, and there are 5: minute, hour, day of the month, month, day of the week")
        }
        var fields: [Field] = []
        for (word, kind) in zip(words, Self.kinds) { fields.append(try field(word, kind)) }
        // Sunday is 0.
        if fields[4].bits >> 7 & 1 == 1 { fields[4].bits = fields[4].bits & 0x7F | 1 }
        return fields
    }

    private var words: [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        for index in 0...characters.count {
            let isSpace = index == characters.count || characters[index] == " " || characters[index] == "\t"
            if isSpace {
                if let begin = start { words.append(begin..<index) }
                start = nil
            } else if start == nil {
                start = index
            }
        }
        return words
    }

    private func field(_ range: Range<Int>, _ kind: Kind) throws(CronError) -> Field {
        var field = Field(bits: 0, isAny: false, column: range.lowerBound + 1)
        var start = range.lowerBound
        for index in range.lowerBound...range.upperBound where index == range.upperBound || characters[index] == "," {
            let item = try item(start..<index, kind)
            field.bits |= item.bits
            field.isAny = field.isAny || item.isAny
            start = index + 1
        }
        return field
    }

    /// `*`, `5`, `5-10`, each with a step.
    private func item(_ range: Range<Int>, _ kind: Kind) throws(CronError) -> Field {
        let column = range.lowerBound + 1
        let slash = range.first { characters[$0] == "/" } ?? range.upperBound
        let dash = (range.lowerBound..<slash).first { characters[$0] == "-" }
        var step = 1
        if slash < range.upperBound {
            step = try number(slash + 1..<range.upperBound, "step of the \(kind.name)", 1...kind.range.upperBound)
        }
        var values = kind.range
        // The week of `*` and of open ranges ends on Saturday.
        if kind.firstName == 0, !kind.names.isEmpty { values = 0...6 }
        var isAny = false
        let head = String(characters[range.lowerBound..<slash])
        if head == "*" || head == "?" {
            isAny = step == 1
        } else if let dash {
            let low = try value(range.lowerBound..<dash, kind)
            let high = try value(dash + 1..<slash, kind)
            guard low <= high else {
                throw CronError(column, "the range \(low)-\(high) of the \(kind.name) runs backwards")
            }
            values = low...high
        } else {
            let only = try value(range.lowerBound..<slash, kind)
            values = slash < range.upperBound ? only...max(values.upperBound, only) : only...only
        }
        var bits: UInt64 = 0
        for value in stride(from: values.lowerBound, through: values.upperBound, by: step) {
            bits |= 1 << UInt64(value)
        }
        return Field(bits: bits, isAny: isAny, column: column)
    }

    private func value(_ range: Range<Int>, _ kind: Kind) throws(CronError) -> Int {
        let text = String(characters[range]).uppercased()
        if let index = kind.names.firstIndex(of: text) { return kind.firstName + index }
        return try number(range, kind.name, kind.range)
    }

    private func number(_ range: Range<Int>, _ what: String, _ allowed: ClosedRange<Int>) throws(CronError) -> Int {
        let text = String(characters[range])
        guard !text.isEmpty else { throw CronError(range.lowerBound + 1, "the \(what) is missing") }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), allowed.contains(number)
        else {
            throw CronError(
                range.lowerBound + 1,
                "'\(text)' is no \(what), which is from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return number
    }
}
