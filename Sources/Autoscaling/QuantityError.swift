/// Why a text is not a quantity. The descriptions are the API server's own.
public enum QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Empty, or a character that no quantity has.
    case malformed
    /// A suffix without any digit where the digits are needed.
    case numberUnreadable
    /// A suffix such as `K` or `mi`.
    case suffixUnknown
    /// An exponent beyond ``Quantity/largestExponent``. Kubernetes reads it modulo 2³² or computes for minutes.
    case exponentOutOfRange

    /// The text that Kubernetes gives.
    public var description: String {
        switch self {
        case .malformed:
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        case .numberUnreadable: "unable to parse numeric part of quantity"
        case .suffixUnknown: "unable to parse quantity's suffix"
        case .exponentOutOfRange:
            "the exponent of a quantity must be between -\(Quantity.largestExponent) and \(Quantity.largestExponent)"
        }
    }
}
