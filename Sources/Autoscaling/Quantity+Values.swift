extension Quantity {
    /// Thousandths, rounded away from zero.
    ///
    /// Beyond 64 bits the result is Kubernetes' own: for numbers of up to 18 digits the low bits when the exponent is
    /// 1, 2, 3, 6 or 9 and else 0 (`1E`); the low bits for longer ones and for binary suffixes.
    public var milliValue: Int64 { scaledValue(scale: 3) }

    /// Whole units, rounded away from zero; beyond 64 bits as ``milliValue``.
    public var value: Int64 { scaledValue(scale: 0) }

    private func scaledValue(scale: Int) -> Int64 {
        switch amount {
        case .large(let decimal): return decimal.scaledValue(scale: scale)
        case .small(let value, let ownScale):
            let power = Int(ownScale) + scale
            if value == 0 || power == 0 { return value }
            return power > 0 ? Quantity.multiply(value, byTenTo: power) : Quantity.divide(value, byTenTo: -power)
        }
    }

    private static func multiply(_ value: Int64, byTenTo power: Int) -> Int64 {
        // Kubernetes multiplies at once for these, and hands out the product although it knows that it is cut.
        if [1, 2, 3, 6, 9].contains(power) {
            return value == .min ? 0 : (0..<power).reduce(value) { product, _ in product &* 10 }
        }
        var result = value
        for _ in 0..<power {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { return 0 }
            result = product
        }
        return result
    }

    private static func divide(_ value: Int64, byTenTo power: Int) -> Int64 {
        var result = value
        var isExact = true
        for _ in 0..<power {
            isExact = isExact && result % 10 == 0
            result /= 10
            if result == 0 { break }
        }
        return isExact ? result : result + value.signum()
    }

    /// Billionths, exact; beyond 128 bits the nearest limit.
    package var nanoValue: Int128 {
        let decimal = decimal
        var result: Int128 = 0
        var places = decimal.exponent + 9
        for digit in decimal.digits.dropLast(max(0, -places)) {
            let (scaled, overflow) = result.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int128(digit))
            if overflow || carry { return decimal.isNegative ? .min : .max }
            result = sum
        }
        while places > 0, result != 0 {
            let (scaled, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { return decimal.isNegative ? .min : .max }
            result = scaled
            places -= 1
        }
        return decimal.isNegative ? -result : result
    }

    /// The number as the tolerance fields use it: an integer **times** a power of ten in doubles, so `0.6` is
    /// 0.6000000000000001. Out of range is infinite; zero with an exponent above 308 is not a number.
    public var approximateDouble: Double {
        switch amount {
        case .small(let value, let scale): Quantity.product(Double(value), powerOfTen: Int(scale))
        case .large(let decimal): Quantity.product(decimal.unscaledDouble, powerOfTen: -decimal.storedScale)
        }
    }

    private static func product(_ base: Double, powerOfTen exponent: Int) -> Double {
        exponent == 0 ? base : base * powerOfTen(exponent)
    }

    /// Ten to the power of `exponent` as Go's `math.Pow10` computes it, from two table entries; some results differ from
    /// the nearest double by one place.
    private static func powerOfTen(_ exponent: Int) -> Double {
        guard exponent >= -323 else { return 0 }
        guard exponent <= 308 else { return .infinity }
        let fine = tableOfTen[abs(exponent) % 32]
        let coarse = abs(exponent) / 32
        return exponent >= 0 ? tableOf32Tens[coarse] * fine : tableOfNegative32Tens[coarse] / fine
    }

    private static let tableOfTen: [Double] = (0..<32).map { Double("1e\($0)") ?? 0 }
    private static let tableOf32Tens: [Double] = (0..<10).map { Double("1e\($0 * 32)") ?? 0 }
    private static let tableOfNegative32Tens: [Double] = (0..<11).map { Double("1e-\($0 * 32)") ?? 0 }
}
