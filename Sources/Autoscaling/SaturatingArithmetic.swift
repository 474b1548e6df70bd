// Conversions and divisions that cannot trap, whatever comes in from outside.

extension Int32 {
    /// The nearest 32-bit integer; NaN becomes `fallback`.
    ///
    /// The Go controller's conversion gives the smallest integer for anything out of range, so that the largest load
    /// asks for the fewest pods. Saturating is the safe side of that; the recorded cases mark it platform dependent.
    init(saturating value: Double, ifNaN fallback: Int32) {
        if value.isNaN {
            self = fallback
        } else if value >= 2_147_483_647 {
            self = .max
        } else if value <= -2_147_483_648 {
            self = .min
        } else {
            self = Int32(value)
        }
    }
}

extension Int64 {
    /// The quotient truncated toward zero; the one quotient that does not fit wraps, as in Go.
    func quotient(by divisor: Int64) -> Int64 {
        if divisor == -1 { return 0 &- self }
        return divisor == 0 ? 0 : self / divisor
    }
}
