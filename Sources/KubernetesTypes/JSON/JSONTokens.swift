/// Takes a text apart.
struct JSONTokens {
    /// Deepest nesting followed, as `JSONDecoder` does.
    private static let maximumDepth = 512

    private let bytes: [UInt8]
    private(set) var tokens: [JSONTape.Token] = []
    private var offset = 0

    init(of bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func read() throws {
        guard bytes.count < Int32.max else { throw Self.error }
        tokens.reserveCapacity(bytes.count / 12 + 1)
        try readValue(depth: 0)
        passWhiteSpace()
        guard offset == bytes.count else { throw Self.error }
    }

    private static var error: DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "The given data was not valid JSON."))
    }

    // MARK: - Values

    private mutating func readValue(depth: Int) throws {
        switch try first() {
        case UInt8(ascii: "\""): try readString()
        case UInt8(ascii: "{"): try readObject(depth: depth + 1)
        case UInt8(ascii: "["): try readArray(depth: depth + 1)
        case UInt8(ascii: "t"): try readWord(.true, "true")
        case UInt8(ascii: "f"): try readWord(.false, "false")
        case UInt8(ascii: "n"): try readWord(.null, "null")
        default: try readNumber()
        }
    }

    private mutating func add(_ kind: JSONTape.Kind, from start: Int, to end: Int) {
        let next = Int32(truncatingIfNeeded: tokens.count + 1)
        tokens.append(
            JSONTape.Token(
                kind: kind, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end), next: next))
    }

    private mutating func readObject(depth: Int) throws {
        let token = try open(.object, depth)
        var count: Int32 = 0
        while try !closes(with: UInt8(ascii: "}"), after: count) {
            guard try first() == UInt8(ascii: "\"") else { throw Self.error }
            try readString()
            guard try first() == UInt8(ascii: ":") else { throw Self.error }
            offset += 1
            try readValue(depth: depth)
            count += 1
        }
        close(token, count)
    }

    private mutating func readArray(depth: Int) throws {
        let token = try open(.array, depth)
        var count: Int32 = 0
        while try !closes(with: UInt8(ascii: "]"), after: count) {
            try readValue(depth: depth)
            count += 1
        }
        close(token, count)
    }

    private mutating func open(_ kind: JSONTape.Kind, _ depth: Int) throws -> Int {
        guard depth <= Self.maximumDepth else { throw Self.error }
        add(kind, from: offset, to: offset)
        offset += 1
        return tokens.count - 1
    }

    private mutating func close(_ token: Int, _ count: Int32) {
        tokens[token].count = count
        tokens[token].next = Int32(truncatingIfNeeded: tokens.count)
    }

    /// Passes the end of an object or array, or the comma before its next part.
    private mutating func closes(with byte: UInt8, after count: Int32) throws -> Bool {
        let found = try first()
        if found == byte {
            offset += 1
            return true
        }
        guard count > 0 else { return false }
        guard found == UInt8(ascii: ",") else { throw Self.error }
        offset += 1
        return false
    }

    // MARK: - Tokens

    /// The next byte that is not white space; the offset is on it.
    private mutating func first() throws -> UInt8 {
        if offset < bytes.count, bytes[offset] > 0x20 { return bytes[offset] }
        passWhiteSpace()
        guard offset < bytes.count else { throw Self.error }
        return bytes[offset]
    }

    private mutating func passWhiteSpace() {
        while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func readWord(_ kind: JSONTape.Kind, _ word: StaticString) throws {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[offset..<end].elementsEqual(word.description.utf8) else { throw Self.error }
        add(kind, from: offset, to: end)
        offset = end
    }

    private mutating func readString() throws {
        let start = offset + 1
        var (index, isPlain, isASCII) = (start, true, true)
        while true {
            guard index < bytes.count else { throw Self.error }
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                guard let escape = JSONEscape(bytes, at: index) else { throw Self.error }
                index = escape.end
                continue
            }
            guard byte >= 0x20 else { throw Self.error }
            if byte >= 0x80 { isASCII = false }
            index += 1
        }
        guard isASCII || String(validating: bytes[start..<index], as: UTF8.self) != nil else { throw Self.error }
        add(isPlain ? .plainString : .escapedString, from: start, to: index)
        offset = index + 1
    }

    /// `-?int frac? exp?`
    private mutating func readNumber() throws {
        let start = offset
        if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        let integer = offset
        passDigits()
        guard offset > integer, offset == integer + 1 || bytes[integer] != UInt8(ascii: "0") else { throw Self.error }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            let fraction = offset
            passDigits()
            guard offset > fraction else { throw Self.error }
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") {
                offset += 1
            }
            let exponent = offset
            passDigits()
            guard offset > exponent else { throw Self.error }
        }
        add(.number, from: start, to: offset)
    }

    private mutating func passDigits() {
        while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
    }
}
