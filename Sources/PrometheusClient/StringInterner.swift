/// Gives equal strings one number, so that a label value that ten thousand series share is stored once.
///
/// An open-addressing table over an arena of bytes: looking up a known string builds no `String`. The hash is seeded
/// for each table, since label values come from the cluster and must not be able to choose their collisions.
struct StringInterner {
    /// The strings in the order of their numbers.
    private(set) var strings: [String] = []
    private var arena: [UInt8] = []
    private var starts: [Int] = [0]
    private var hashes: [UInt64] = []
    /// Number of the string plus 1; 0 is an empty slot. The count is a power of two.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)
    private let seed = UInt64.random(in: .min ... .max)

    /// The number of the string that lies at `range` of `bytes`; the bytes are valid UTF-8.
    mutating func symbol(for bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        let hash = hash(of: bytes, range)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let symbol = Int(slots[slot] - 1)
            if hashes[symbol] == hash, isEqual(symbol, bytes, range) { return UInt32(symbol) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let symbol = UInt32(strings.count)
        slots[slot] = symbol + 1
        strings.append(String(decoding: bytes[range], as: UTF8.self))
        arena.append(contentsOf: bytes[range])
        starts.append(arena.count)
        hashes.append(hash)
        if strings.count * 2 > slots.count { grow() }
        return symbol
    }

    /// The number of a string.
    mutating func symbol(for string: String) -> UInt32 {
        let bytes = Array(string.utf8)
        return symbol(for: bytes, 0..<bytes.count)
    }

    private func isEqual(_ symbol: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = starts[symbol]
        guard starts[symbol + 1] - start == range.count else { return false }
        for index in 0..<range.count where arena[start + index] != bytes[range.lowerBound + index] { return false }
        return true
    }

    private func hash(of bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: range.count)
        for index in range {
            hash = (hash ^ UInt64(bytes[index])) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        return hash ^ hash >> 32
    }

    private mutating func grow() {
        var larger = [UInt32](repeating: 0, count: slots.count * 2)
        for (symbol, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = UInt32(symbol) + 1
        }
        slots = larger
    }
}
