/// Finds what a misspelt name was meant to be.
package enum Spelling {
    /// The candidate with the fewest differing letters, when they are at most a third of the name (and at least one is
    /// allowed). Case does not count.
    package static func nearest(to name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().utf8.prefix(64))
        let allowed = max(1, wanted.count / 3)
        let scored = candidates.map {
            (candidate: $0, distance: distance(wanted, Array($0.lowercased().utf8.prefix(64))))
        }
        let best = scored.min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }
        guard let best, best.distance <= allowed else { return nil }
        return best.candidate
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
