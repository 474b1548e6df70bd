extension Quantity {
    /// The largest exponent of ten that is read, in either direction.
    ///
    /// Everything here costs time linear in the length of the text, so the bound only keeps the arithmetic on exponents
    /// inside 32 bits.
    public static let largestExponent = 1_000_000_000

    /// More digits than this may not fit 64 bits, so the number is held as a decimal.
    private static let digitsOfInt64 = 18

    /// Reads a quantity as the API does, without surrounding white space.
    public init(_ text: String) throws(QuantityError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .malformed }
        let parts = try QuantityParts(bytes)
        let suffix = try QuantitySuffix(bytes[parts.suffix])
        if let small = Quantity.small(parts, suffix, bytes: bytes, text: text) {
            self = small
        } else {
            self = try Quantity.large(parts, suffix, bytes: bytes)
        }
    }

    /// Reads a quantity from a JSON or YAML scalar, where white space around it is allowed.
    public init(trimming text: String) throws(QuantityError) {
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }),
            let last = text.unicodeScalars.last(where: { !$0.properties.isWhitespace })
        else { throw .malformed }
        if first == text.unicodeScalars.first, last == text.unicodeScalars.last {
            try self.init(text)
            return
        }
        let scalars = text.unicodeScalars.drop(while: \.properties.isWhitespace)
        let end = scalars.lastIndex(where: { !$0.properties.isWhitespace }) ?? scalars.startIndex
        try self.init(String(scalars[...end]))
    }

    /// The number in 64 bits, or `nil` when it could need more or is finer than a billionth.
    private static func small(
        _ parts: QuantityParts, _ suffix: QuantitySuffix, bytes: [UInt8], text: String
    ) -> Quantity? {
        let whole = parts.isAllZero || parts.whole.isEmpty ? 1 : parts.whole.count
        let factor: Int64
        var scale = 0
        switch suffix {
        case .decimal(let exponent, _):
            guard whole + parts.fraction.count <= digitsOfInt64 else { return nil }
            factor = 1
            scale = exponent - parts.fraction.count
            guard scale >= -9 else { return nil }
        case .binary(let bits):
            // Three digits for every ten bits, and one to spare.
            guard parts.fraction.isEmpty, 14 - whole - bits * 3 / 10 >= 0 else { return nil }
            factor = 1 << Int64(bits)
        }
        var value: Int64 = 0
        for byte in bytes[parts.whole] { value = value * 10 + Int64(byte - 0x30) }
        for byte in bytes[parts.fraction] { value = value * 10 + Int64(byte - 0x30) }
        let canonical =
            switch suffix {
            case .decimal:
                scale % 3 == 0 && !parts.whole.isEmpty && !(value % 1000 == 0 && whole + parts.fraction.count > 2)
            case .binary: value & 7 != 0
            }
        let signed = (parts.isNegative ? -value : value) * factor
        let isPlainZero = bytes == [0x30]
        return Quantity(
            amount: .small(value: signed, scale: Int32(scale)), format: suffix.format,
            text: canonical || isPlainZero ? text : nil)
    }

    private static func large(
        _ parts: QuantityParts, _ suffix: QuantitySuffix, bytes: [UInt8]
    ) throws(QuantityError) -> Quantity {
        guard parts.hasDigits else { throw .numberUnreadable }
        let digits = (bytes[parts.whole] + bytes[parts.fraction]).map { $0 - 0x30 }
        let fraction = parts.fraction.count
        var decimal: QuantityDecimal
        switch suffix {
        case .decimal(let exponent, _):
            decimal = QuantityDecimal(
                digits: digits, exponent: exponent - fraction, isNegative: parts.isNegative,
                storedScale: fraction - exponent)
        case .binary(let bits):
            decimal = QuantityDecimal(
                digits: QuantityDecimal.multiply(digits, powerOfTwo: bits), exponent: -fraction,
                isNegative: parts.isNegative, storedScale: fraction)
        }
        decimal.roundToNano()
        guard case .binary = suffix else { return Quantity(amount: .large(decimal), format: suffix.format) }
        decimal.capAtInt64()
        let isFraction = !decimal.digits.isEmpty && decimal.integerDigits <= 0
        return Quantity(amount: .large(decimal), format: isFraction ? .decimalSI : .binarySI)
    }
}

/// Where the parts of a quantity lie in its text.
struct QuantityParts {
    var isNegative = false
    /// Every byte after the sign is a zero.
    var isAllZero = false
    var hasDigits = false
    /// The digits before the point, without leading zeros.
    var whole = 0..<0
    var fraction = 0..<0
    var suffix = 0..<0

    init(_ bytes: [UInt8]) throws(QuantityError) {
        var position = 0
        func skip(while condition: (UInt8) -> Bool) -> Range<Int> {
            let start = position
            while position < bytes.count, condition(bytes[position]) { position += 1 }
            return start..<position
        }
        if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            isNegative = first == UInt8(ascii: "-")
            position = 1
        }
        let zeros = skip { $0 == UInt8(ascii: "0") }
        isAllZero = position == bytes.count
        whole = skip(while: QuantityParts.isDigit)
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            fraction = skip(while: QuantityParts.isDigit)
        } else {
            fraction = position..<position
        }
        hasDigits = isAllZero || !zeros.isEmpty || !whole.isEmpty || !fraction.isEmpty
        let letters = skip { QuantityParts.suffixLetters.contains($0) }
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            position += 1
        }
        _ = skip(while: QuantityParts.isDigit)
        guard position == bytes.count else { throw .malformed }
        suffix = letters.lowerBound..<position
    }

    private static let suffixLetters = Array("eEinumkKMGTP".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}

/// What a suffix multiplies by.
enum QuantitySuffix {
    /// Ten to the power of `exponent`.
    case decimal(exponent: Int, format: Quantity.Format)
    /// Two to the power of `bits`.
    case binary(bits: Int)

    var format: Quantity.Format {
        switch self {
        case .decimal(_, let format): format
        case .binary: .binarySI
        }
    }

    /// Suffixes in order of size, a thousand apart; the first is for a billionth.
    static let decimalNames = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
    /// Suffixes in order of size, 1,024 apart.
    static let binaryNames = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    init(_ bytes: ArraySlice<UInt8>) throws(QuantityError) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let index = QuantitySuffix.decimalNames.firstIndex(of: text) {
            self = .decimal(exponent: index * 3 - 9, format: .decimalSI)
        } else if let index = QuantitySuffix.binaryNames.firstIndex(of: text) {
            self = .binary(bits: index * 10)
        } else if let first = bytes.first, first == UInt8(ascii: "e") || first == UInt8(ascii: "E"),
            let exponent = Int64(text.dropFirst())
        {
            guard exponent.magnitude <= Quantity.largestExponent else { throw .exponentOutOfRange }
            self = .decimal(exponent: Int(exponent), format: .decimalExponent)
        } else {
            throw .suffixUnknown
        }
    }
}
