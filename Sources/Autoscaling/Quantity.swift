/// A fixed-point number as the Kubernetes API writes it: `250m`, `1.5Gi`, `12e6`.
///
/// The number is exact down to a billionth; anything finer is rounded away from zero. Comparison and equality are those
/// of the number, so `1Gi` equals `1024Mi`; the text keeps the kind of suffix it was written with.
///
/// - Source: `k8s.io/apimachinery/pkg/api/resource` v1.36, including how its integers behave at the 64-bit limit.
public struct Quantity: Sendable {
    /// The kind of suffix a quantity is written with.
    public enum Format: Hashable, Sendable {
        /// `n`, `u`, `m`, none, `k`, `M`, `G`, `T`, `P`, `E`.
        case decimalSI
        /// `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei`.
        case binarySI
        /// `e3`, `e-6`.
        case decimalExponent
    }

    /// How the number is held. Which of the two it is can be seen from outside: their integers differ when they overflow.
    enum Amount: Sendable {
        /// `value` times ten to the power of `scale`.
        case small(value: Int64, scale: Int32)
        case large(QuantityDecimal)
    }

    let amount: Amount
    /// How it is written: with decimal or binary suffixes, or an exponent.
    public let format: Format
    /// The text it was read from, when that is reused as the canonical one.
    let text: String?

    init(amount: Amount, format: Format, text: String? = nil) {
        self.amount = amount
        self.format = format
        self.text = text
    }

    /// A number of thousandths, written with a decimal suffix: 8,200 is `8200m`, 9,000 is `9`.
    public init(milli: Int64) {
        self.init(milli: milli, format: .decimalSI)
    }

    /// A number of thousandths in a format: 51,263,488,000 of memory is `50062Ki`.
    public init(milli: Int64, format: Format) {
        self.init(amount: .small(value: milli, scale: -3), format: format)
    }

    /// A whole number of units.
    public init(units: Int64, format: Format = .decimalSI) {
        self.init(amount: .small(value: units, scale: 0), format: format)
    }

    /// Nothing of it: `0`.
    public static let zero = Quantity(units: 0)

    /// -1, 0 or 1.
    public var sign: Int {
        switch amount {
        case .small(let value, _): Int(value.signum())
        case .large(let decimal): decimal.digits.isEmpty ? 0 : (decimal.isNegative ? -1 : 1)
        }
    }

    /// The number without its format; the same for equal numbers.
    var decimal: QuantityDecimal {
        switch amount {
        case .small(let value, let scale):
            QuantityDecimal(magnitude: value.magnitude, exponent: Int(scale), isNegative: value < 0)
        case .large(let decimal): decimal
        }
    }
}

extension Quantity: Hashable, Comparable {
    /// Equal as numbers, whatever the text: `1` and `1000m`.
    public static func == (left: Quantity, right: Quantity) -> Bool {
        if case .small(let a, let scale) = left.amount, case .small(let b, scale) = right.amount { return a == b }
        return left.decimal.order(against: right.decimal) == 0
    }

    /// Less as numbers.
    public static func < (left: Quantity, right: Quantity) -> Bool {
        if case .small(let a, let scale) = left.amount, case .small(let b, scale) = right.amount { return a < b }
        return left.decimal.order(against: right.decimal) < 0
    }

    /// Equal numbers hash alike.
    public func hash(into hasher: inout Hasher) {
        let decimal = decimal
        hasher.combine(decimal.digits)
        guard !decimal.digits.isEmpty else { return }
        hasher.combine(decimal.exponent)
        hasher.combine(decimal.isNegative)
    }
}

extension Quantity: Codable {
    /// Reads a text or a number, as the API does; null is zero.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .zero
            return
        }
        let text: String
        if let written = try? container.decode(String.self) {
            text = written
        } else if let whole = try? container.decode(Int64.self) {
            text = String(whole)
        } else {
            text = try container.decode(Double.self).description
        }
        do {
            self = try Quantity(trimming: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes the canonical text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
