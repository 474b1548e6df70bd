/// Gives equal strings one number, so that a label value that ten thousand series share is stored once.
///
/// An open-addressing table over an arena of bytes: neither storing nor finding a string builds a `String`; who wants one
/// asks for it by its number. The hash is seeded for each process, since label values come from the cluster and must not
/// be able to choose their collisions; one seed for all tables lets strings go from one to another without being hashed
/// again.
struct StringInterner: Sendable {
    private var arena: [UInt8] = []
    /// Where each string begins, and where the last one ends.
    private var starts: [Int] = [0]
    private var hashes: [UInt64] = []
    /// Number of the string plus 1; 0 is an empty slot. The count is a power of two.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)
    private static let seed = UInt64.random(in: .min ... .max)

    /// How many different strings there are; their numbers count from 0.
    var count: Int { hashes.count }

    /// The string of a number.
    func string(_ symbol: UInt32) -> String {
        String(decoding: arena[starts[Int(symbol)]..<starts[Int(symbol) + 1]], as: UTF8.self)
    }

    /// The number of the string that lies at `range` of `bytes`; the bytes are valid UTF-8.
    mutating func symbol(for bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        symbol(for: bytes, range, hash: Self.hash(of: bytes[range]))
    }

    /// The number of a string.
    mutating func symbol(for string: String) -> UInt32 {
        let bytes = Array(string.utf8)
        return symbol(for: bytes, 0..<bytes.count)
    }

    /// The number of a string of another table.
    mutating func symbol(for symbol: UInt32, of other: StringInterner) -> UInt32 {
        let range = other.starts[Int(symbol)]..<other.starts[Int(symbol) + 1]
        return self.symbol(for: other.arena, range, hash: other.hashes[Int(symbol)])
    }

    /// The number of a string that is there; `nil` for any other.
    func find(_ string: String) -> UInt32? {
        let utf8 = string.utf8
        let hash = Self.hash(of: utf8)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let symbol = Int(slots[slot] - 1)
            if hashes[symbol] == hash, arena[starts[symbol]..<starts[symbol + 1]].elementsEqual(utf8) {
                return UInt32(symbol)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Whether a string of this table equals the one that lies at `range` of `bytes`.
    func isEqual(_ symbol: UInt32, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = starts[Int(symbol)]
        guard starts[Int(symbol) + 1] - start == range.count else { return false }
        for index in 0..<range.count where arena[start + index] != bytes[range.lowerBound + index] { return false }
        return true
    }

    private mutating func symbol(for bytes: [UInt8], _ range: Range<Int>, hash: UInt64) -> UInt32 {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let symbol = slots[slot] - 1
            if hashes[Int(symbol)] == hash, isEqual(symbol, bytes, range) { return symbol }
            slot = (slot + 1) & (slots.count - 1)
        }
        let symbol = UInt32(hashes.count)
        slots[slot] = symbol + 1
        arena.append(contentsOf: bytes[range])
        starts.append(arena.count)
        hashes.append(hash)
        if hashes.count * 2 > slots.count { grow() }
        return symbol
    }

    @inline(__always)
    private static func hash(of bytes: some Collection<UInt8>) -> UInt64 {
        var hash = seed
        var count: UInt64 = 0
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
            count &+= 1
        }
        hash = (hash ^ count) &* 0x9E37_79B9_7F4A_7C15
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
