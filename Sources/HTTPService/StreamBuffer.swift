/// The bytes of a stream between its writer and the connection, in the order of the writes.
///
/// A write stays one piece, so that it leaves as one chunk where it fits: an event of a watch is seen at once and whole.
struct StreamBuffer {
    /// How a stream ends.
    enum End: Hashable {
        /// With the last chunk.
        case complete
        /// By cutting the connection.
        case broken
    }

    private var pieces: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    /// Bytes that wait.
    private(set) var count = 0
    /// Set once; what waits is still sent before it.
    private(set) var end: End?

    mutating func append(_ bytes: [UInt8]) {
        guard end == nil, !bytes.isEmpty else { return }
        pieces.append(bytes)
        count += bytes.count
    }

    mutating func finish(_ end: End) {
        if self.end == nil { self.end = end }
    }

    /// Moves the next piece, or what of it fits, to `target`.
    ///
    /// - Returns: Bytes moved; 0 only when none waits.
    mutating func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        guard first < pieces.count else { return 0 }
        let moved = min(target.count, pieces[first].count - offset)
        pieces[first].withUnsafeBytes { source in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + moved]))
        }
        offset += moved
        count -= moved
        if offset == pieces[first].count { dropFirstPiece() }
        return moved
    }

    /// Sent pieces are forgotten in batches: removing one at a time from the front would be quadratic.
    private mutating func dropFirstPiece() {
        pieces[first] = []
        first += 1
        offset = 0
        if first == pieces.count || first >= 64 {
            pieces.removeFirst(first)
            first = 0
        }
    }
}
