/// A decimal number of any size: the quantities that 64 bits could not hold when they were read.
///
/// Kubernetes keeps these as an unscaled integer and a scale, nearly always nine places. The integer itself is never
/// written out here: its trailing zeros stay a number, so a huge exponent costs nothing.
struct QuantityDecimal: Sendable {
    /// Most significant first, each 0 to 9, without zeros at either end; empty is zero.
    private(set) var digits: [UInt8]
    /// The power of ten that the last digit counts.
    private(set) var exponent: Int
    var isNegative: Bool
    /// How many decimal places Kubernetes' own integer has.
    private(set) var storedScale: Int

    init(digits: [UInt8], exponent: Int, isNegative: Bool, storedScale: Int) {
        let leading = digits.prefix { $0 == 0 }.count
        let trailing = leading == digits.count ? 0 : digits.reversed().prefix { $0 == 0 }.count
        self.digits = Array(digits[leading..<digits.count - trailing])
        self.exponent = exponent + trailing
        self.isNegative = isNegative
        self.storedScale = storedScale
    }

    init(magnitude: UInt64, exponent: Int, isNegative: Bool) {
        let digits = String(magnitude).utf8.map { $0 - 0x30 }
        self.init(digits: digits, exponent: exponent, isNegative: isNegative, storedScale: -exponent)
    }

    /// How many digits stand before the decimal point; negative when zeros follow it.
    var integerDigits: Int { digits.count + exponent }

    /// -1, 0 or 1 as this number is below, equal to or above another.
    func order(against other: QuantityDecimal) -> Int {
        let sign = digits.isEmpty ? 0 : (isNegative ? -1 : 1)
        let otherSign = other.digits.isEmpty ? 0 : (other.isNegative ? -1 : 1)
        if sign != otherSign || sign == 0 { return (sign - otherSign).signum() }
        return sign * magnitudeOrder(against: other)
    }

    private func magnitudeOrder(against other: QuantityDecimal) -> Int {
        if integerDigits != other.integerDigits { return integerDigits < other.integerDigits ? -1 : 1 }
        if digits == other.digits { return 0 }
        return digits.lexicographicallyPrecedes(other.digits) ? -1 : 1
    }

    /// Keeps billionths and rounds what is finer away from zero. Zero stays as it was written.
    mutating func roundToNano() {
        guard !digits.isEmpty else { return }
        storedScale = 9
        guard exponent < -9 else { return }
        let kept = max(0, digits.count - (-9 - exponent))
        var rounded = Array(digits[..<kept])
        var index = kept
        while index > 0, rounded[index - 1] == 9 {
            rounded[index - 1] = 0
            index -= 1
        }
        if index > 0 { rounded[index - 1] += 1 } else { rounded.insert(1, at: 0) }
        self = QuantityDecimal(digits: rounded, exponent: -9, isNegative: isNegative, storedScale: 9)
    }

    /// Replaces a magnitude above the largest 64-bit integer by that integer, as quantities with a binary suffix do.
    mutating func capAtInt64() {
        let largest = QuantityDecimal(magnitude: UInt64(Int64.max), exponent: 0, isNegative: isNegative)
        if !digits.isEmpty, magnitudeOrder(against: largest) > 0 { self = largest }
    }

    /// Digits times two to the power of `bits`, which is at most 60.
    static func multiply(_ digits: [UInt8], powerOfTwo bits: Int) -> [UInt8] {
        var result = digits
        for step in [min(bits, 30), max(0, bits - 30)] where step > 0 {
            var carry: UInt64 = 0
            for index in result.indices.reversed() {
                let product = UInt64(result[index]) << UInt64(step) + carry
                result[index] = UInt8(product % 10)
                carry = product / 10
            }
            if carry > 0 { result.insert(contentsOf: String(carry).utf8.map { $0 - 0x30 }, at: 0) }
        }
        return result
    }
}

extension QuantityDecimal {
    /// Kubernetes' unscaled integer cut to its low 64 bits, as `big.Int.Int64` does.
    private func lowBits(droppingPlaces places: Int = 0) -> Int64 {
        var power = exponent + storedScale - places
        var value: UInt64 = 0
        for digit in digits.dropLast(max(0, -power)) { value = value &* 10 &+ UInt64(digit) }
        // Ten to the power of 64 is a multiple of two to the power of 64.
        if power >= 64 { return 0 }
        while power > 0 {
            value = value &* 10
            power -= 1
        }
        return isNegative ? 0 &- Int64(bitPattern: value) : Int64(bitPattern: value)
    }

    /// The number in units of ten to the power of `-scale`, rounded up, with Kubernetes' own way of overflowing.
    ///
    /// - Source: `scale_int.go`, `scaledValue`: rounding adds one to negative numbers as well, and what does not fit
    ///   64 bits wraps before the division when it is negative, and after it when it is positive.
    func scaledValue(scale: Int) -> Int64 {
        guard !digits.isEmpty else { return 0 }
        let places = storedScale - scale
        if places <= 0 { return lowBits() &* QuantityDecimal.powerOfTen(-places) }
        let fitsInt64 = isNegative || isUnscaledBelowInt64Max
        if fitsInt64 {
            let (quotient, remainder) = lowBits().quotientAndRemainder(dividingBy: QuantityDecimal.powerOfTen(places))
            return remainder == 0 ? quotient : quotient &+ 1
        }
        let isExact = exponent + storedScale >= places
        let quotient = lowBits(droppingPlaces: places)
        return isExact ? quotient : quotient &+ 1
    }

    private var isUnscaledBelowInt64Max: Bool {
        let largest = QuantityDecimal(magnitude: UInt64(Int64.max), exponent: -storedScale, isNegative: false)
        return magnitudeOrder(against: largest) < 0
    }

    private static func powerOfTen(_ exponent: Int) -> Int64 {
        (0..<exponent).reduce(1) { power, _ in power &* 10 }
    }

    /// Kubernetes' unscaled integer as the nearest double.
    var unscaledDouble: Double {
        guard !digits.isEmpty else { return 0 }
        let text = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
        let magnitude = Double("\(text)e\(exponent + storedScale)") ?? .infinity
        return isNegative ? -magnitude : magnitude
    }
}
