// What the tokens of a tape stand for.
extension JSONTape {
    /// The text of a string token.
    func text(_ token: Token) -> String {
        let (start, end) = (Int(token.start), Int(token.end))
        guard token.kind == .escapedString else { return String(decoding: bytes[start..<end], as: UTF8.self) }
        var text: [UInt8] = []
        text.reserveCapacity(end - start)
        var index = start
        while index < end {
            if bytes[index] == UInt8(ascii: "\\"), let escape = JSONEscape(bytes, at: index) {
                text += UTF8.encode(escape.scalar) ?? UTF8.encodedReplacementCharacter
                index = escape.end
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a string token says `text`.
    func matches(_ token: Token, _ text: String) -> Bool {
        guard token.kind == .plainString else { return self.text(token) == text }
        guard Int(token.end - token.start) == text.utf8.count else { return false }
        var index = Int(token.start)
        for byte in text.utf8 {
            if bytes[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// A whole number; `nil` for one with a fraction, and for one that does not fit. 1.0 and 1e2 are whole.
    func integer<Number: FixedWidthInteger>(_ token: Token) -> Number? {
        let digits = bytes[Int(token.start)..<Int(token.end)]
        var (value, isNegative) = (Number.zero, false)
        for byte in digits {
            if byte == UInt8(ascii: "-") {
                isNegative = true
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            // A fraction or an exponent.
            guard digit < 10 else { return double(token).flatMap(Number.init(exactly:)) }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) =
                isNegative
                ? product.subtractingReportingOverflow(Number(digit)) : product.addingReportingOverflow(Number(digit))
            guard !overflow, !overflows else { return nil }
            value = sum
        }
        return value
    }

    /// The nearest `Double`; `nil` when the number is too large for one.
    func double(_ token: Token) -> Double? {
        let text = String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// The tree of a token and its contents; `nil` when a number in it is too large.
    func tree(at place: Int) -> JSONValue? {
        let token = tokens[place]
        switch token.kind {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number: return integer(token).map { .int($0) } ?? double(token).map { .double($0) }
        case .plainString, .escapedString: return .string(text(token))
        case .array:
            var elements: [JSONValue] = []
            elements.reserveCapacity(Int(token.count))
            var element = place + 1
            while element < token.next {
                guard let value = tree(at: element) else { return nil }
                elements.append(value)
                element = Int(tokens[element].next)
            }
            return .array(elements)
        case .object:
            var members: [String: JSONValue] = [:]
            members.reserveCapacity(Int(token.count))
            var name = place + 1
            while name < token.next {
                guard let value = tree(at: name + 1) else { return nil }
                // Of a name that comes twice the first counts, as with `JSONDecoder`.
                let text = text(tokens[name])
                if members[text] == nil { members[text] = value }
                name = Int(tokens[name + 1].next)
            }
            return .object(members)
        }
    }

    /// The members' and elements' names on the way to a token.
    func path(to place: Int) -> [any CodingKey] {
        var (path, current): ([any CodingKey], Int) = ([], 0)
        while current < place {
            let container = tokens[current]
            guard place < container.next, container.kind == .object || container.kind == .array else { break }
            var (index, child) = (0, current + 1)
            if container.kind == .object {
                while child + 1 < container.next, tokens[child + 1].next <= place {
                    child = Int(tokens[child + 1].next)
                }
                path.append(JSONKey(stringValue: text(tokens[child])))
                current = child + 1
            } else {
                while child < container.next, tokens[child].next <= place {
                    (index, child) = (index + 1, Int(tokens[child].next))
                }
                path.append(JSONKey(intValue: index))
                current = child
            }
        }
        return path
    }
}

/// A step on the way to a value.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        (self.stringValue, intValue) = (stringValue, nil)
    }

    init(intValue: Int) {
        (stringValue, self.intValue) = ("Index \(intValue)", intValue)
    }
}
