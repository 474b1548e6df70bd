/// Cuts a stream of bytes into lines: a chunk of the network may hold many of them, one, or a part of one.
///
/// - Complexity: each byte is looked at once and copied once.
package struct LineSplitter: Sendable {
    package struct LineTooLong: Error, Hashable {
        package var limit: Int
    }

    private static let usualCapacity = 1 << 16

    private let limit: Int
    private var bytes: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// Up to where no line end was found.
    private var searched = 0

    /// - Parameter limit: The most bytes of one line.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Whether bytes of a line without an end are held: when the stream ends now, it was cut.
    package var hasPartialLine: Bool { start < bytes.count }

    package mutating func append(_ chunk: [UInt8]) {
        if start == bytes.count, bytes.capacity > Self.usualCapacity {
            // A burst is over: what it needed is not held until the next one.
            (bytes, start, searched) = ([], 0, 0)
        }
        if start > 0 {
            bytes.removeFirst(start)
            searched -= start
            start = 0
        }
        bytes.append(contentsOf: chunk)
    }

    /// The next whole line, without its end; empty lines are passed over.
    ///
    /// - Throws: ``LineTooLong``, also before the end of the line has come.
    package mutating func next() throws(LineTooLong) -> ArraySlice<UInt8>? {
        while let end = bytes[searched...].firstIndex(of: 10) {
            let line = bytes[start..<end]
            start = end + 1
            searched = start
            guard line.count <= limit else { throw LineTooLong(limit: limit) }
            if !line.allSatisfy({ $0 == 13 || $0 == 32 }) { return line }
        }
        searched = bytes.count
        guard bytes.count - start <= limit else { throw LineTooLong(limit: limit) }
        return nil
    }
}
