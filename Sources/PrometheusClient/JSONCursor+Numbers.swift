internal import Autoscaling

/// A decimal number taken apart: `digits × 10^exponent`, negative or not.
///
/// `digits` is exact while `isExact`; a longer text keeps its place in the bytes and is read by the standard library.
struct Decimal19 {
    var isNegative = false
    var digits: UInt64 = 0
    var exponent = 0
    var isExact = true
    var start: Int
    var end: Int

    /// The powers of ten that a `Double` holds exactly.
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The nearest `Double` where one correctly rounded operation gives it; `nil` where it takes more.
    ///
    /// - Source: Clinger, "How to read floating point numbers accurately", 1990, the fast case.
    var fastDouble: Double? {
        guard isExact, digits <= 1 << 53, abs(exponent) <= 22 else { return nil }
        let magnitude =
            exponent < 0 ? Double(digits) / Self.powers[-exponent] : Double(digits) * Self.powers[exponent]
        return isNegative ? -magnitude : magnitude
    }
}

extension JSONCursor {
    /// Passes a number of the JSON grammar (RFC 8259, section 6), from its first byte on.
    mutating func number() throws(AnswerFormatError) -> Decimal19 {
        let first = try peek()
        guard first == UInt8(ascii: "-") || Self.isDigit(first) else {
            throw AnswerFormatError(.unexpectedByte(first, expected: "a value"), at: offset)
        }
        let start = offset
        guard let number = decimal(until: bytes.count) else { throw AnswerFormatError(.invalidNumber, at: start) }
        return number
    }

    /// Passes `-?int frac? exp?` that ends at or before `limit`; `nil` when it is not there.
    mutating func decimal(until limit: Int) -> Decimal19? {
        var number = Decimal19(start: offset, end: offset)
        if offset < limit, bytes[offset] == UInt8(ascii: "-") {
            number.isNegative = true
            offset += 1
        }
        let integer = offset
        passDigits(into: &number, until: limit)
        guard offset > integer, offset == integer + 1 || bytes[integer] != UInt8(ascii: "0") else { return nil }
        if offset < limit, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            let fraction = offset
            passDigits(into: &number, until: limit)
            guard offset > fraction else { return nil }
            number.exponent -= offset - fraction
        }
        if offset < limit, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            guard let exponent = passExponent(until: limit) else { return nil }
            number.exponent += exponent
        }
        number.end = offset
        return number
    }

    private mutating func passDigits(into number: inout Decimal19, until limit: Int) {
        var (index, digits) = (offset, number.digits)
        while index < limit {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // 19 digits always fit in 64 bits; after that only the text is exact.
            if digits < 1_000_000_000_000_000_000 {
                digits = digits &* 10 &+ UInt64(digit)
            } else {
                number.isExact = false
            }
            index += 1
        }
        (offset, number.digits) = (index, digits)
    }

    private mutating func passExponent(until limit: Int) -> Int? {
        var isNegative = false
        if offset < limit, bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") {
            isNegative = bytes[offset] == UInt8(ascii: "-")
            offset += 1
        }
        let start = offset
        var value = 0
        while offset < limit, Self.isDigit(bytes[offset]) {
            // Past any exponent of a Double the exact figure no longer matters.
            value = min(value * 10 + Int(bytes[offset] - UInt8(ascii: "0")), 100_000)
            offset += 1
        }
        guard offset > start else { return nil }
        return isNegative ? -value : value
    }

    /// The nearest `Double`; `nil` when the number is too large for one.
    func double(_ number: Decimal19) -> Double? {
        if let fast = number.fastDouble { return fast }
        guard let value = Double(String(decoding: bytes[number.start..<number.end], as: UTF8.self)), value.isFinite
        else { return nil }
        return value
    }

    /// Passes a sample's time: seconds with decimals, exact to the nanosecond when it is written plainly.
    ///
    /// Prometheus writes at most three decimals. A time out of the range of `Timestamp` is refused, not saturated.
    mutating func time() throws(AnswerFormatError) -> Timestamp {
        let number = try number()
        guard number.isExact, (-9...0).contains(number.exponent) else {
            guard let seconds = double(number), abs(seconds) < 9.2e9 else {
                throw AnswerFormatError(.invalidNumber, at: number.start)
            }
            return Timestamp(nanoseconds: Int64((seconds * 1000).rounded()) * 1_000_000)
        }
        var scale: UInt64 = 1
        for _ in 0..<(9 + number.exponent) { scale *= 10 }
        let (nanoseconds, overflow) = number.digits.multipliedReportingOverflow(by: scale)
        guard !overflow, nanoseconds <= UInt64(Int64.max) else {
            throw AnswerFormatError(.invalidNumber, at: number.start)
        }
        return Timestamp(nanoseconds: number.isNegative ? -Int64(nanoseconds) : Int64(nanoseconds))
    }

    /// Passes a sample's value: a string that holds a decimal number, `NaN`, `+Inf` or `-Inf`.
    ///
    /// Nothing else is taken, though `Double(_:)` would: no `0x1p3`, `infinity`, `+1` or `nan(1)`.
    mutating func value() throws(AnswerFormatError) -> Double {
        let token = try string()
        guard let value = value(of: token) else {
            throw AnswerFormatError(.invalidValue(String(text(token).prefix(40))), at: token.start)
        }
        return value
    }

    private mutating func value(of token: StringToken) -> Double? {
        if token.hasEscapes {
            var plain = JSONCursor(unescaped(token))
            return plain.value(of: StringToken(start: 0, end: plain.bytes.count, hasEscapes: false))
        }
        let end = offset
        defer { offset = end }
        offset = token.start
        if let number = decimal(until: token.end), number.end == token.end { return double(number) }
        switch text(token) {
        case "NaN": return .nan
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        default: return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}
