extension Quantity: CustomStringConvertible {
    /// The canonical text: no fraction, the largest suffix that loses nothing, or the text that was read when it is one
    /// that Kubernetes keeps (`+1`, `007`).
    ///
    /// As in Kubernetes v1.36, a suffix above `E` is left out: `1000E` prints as `1`.
    public var description: String {
        if let text { return text }
        if sign == 0 { return "0" }
        if format == .binarySI, let text = binaryText { return text }
        return decimalText
    }

    /// `nil` for magnitudes below 1,024 and for fractions, which are written with a decimal suffix.
    private var binaryText: String? {
        let decimal = decimal
        guard decimal.exponent >= 0, decimal.integerDigits <= 19 else { return nil }
        var magnitude: UInt64 = 0
        for digit in decimal.digits { magnitude = magnitude * 10 + UInt64(digit) }
        for _ in 0..<decimal.exponent { magnitude *= 10 }
        guard magnitude >= 1024 else { return nil }
        var index = 0
        while magnitude >= 1024, magnitude % 1024 == 0 {
            magnitude /= 1024
            index += 1
        }
        return (decimal.isNegative ? "-" : "") + "\(magnitude)" + QuantitySuffix.binaryNames[index]
    }

    private var decimalText: String {
        let decimal = decimal
        // The exponent goes down to a multiple of three.
        let zeros = (decimal.exponent % 3 + 3) % 3
        let exponent = decimal.exponent - zeros
        var text = decimal.isNegative ? "-" : ""
        text += String(decoding: decimal.digits.map { $0 + 0x30 }, as: UTF8.self)
        text += String(repeating: "0", count: zeros)
        if format == .decimalExponent { return exponent == 0 ? text : "\(text)e\(exponent)" }
        let index = exponent / 3 + 3
        return QuantitySuffix.decimalNames.indices.contains(index) ? text + QuantitySuffix.decimalNames[index] : text
    }
}
