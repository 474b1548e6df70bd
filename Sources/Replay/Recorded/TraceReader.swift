internal import Autoscaling
package import Journal
package import Manifests

/// Reads a trace line by line, in memory that one line needs.
///
/// A last line without a line feed that is not whole is left out: a journal that is written just now, or a process that
/// was killed, leaves one. Anywhere else it is an error.
package struct TraceReader {
    /// Bytes of the longest line: an observation of a hundred thousand pods.
    static let largestLine = 64 << 20

    private var lines: LineReader
    private var line = 0..<0
    private var pending: Range<Int>?
    private var hasHeader = false
    private let decoder = TraceDecoder()
    /// Whether the last line was cut off and left out.
    package private(set) var isCutOff = false

    /// - Throws: A ``Diagnostic`` where the first line is no header.
    package init(_ source: ByteSource) throws(Diagnostic) {
        self.init(LineReader(source, largestLine: TraceReader.largestLine))
    }

    /// - Parameter first: The place of a header that was read already.
    init(_ lines: LineReader, first: Range<Int>? = nil) {
        self.lines = lines
        pending = first
    }

    /// What a line is.
    package enum Entry: Sendable {
        case header(TraceHeader)
        case line(TraceLine)
        /// The very bytes that were expected.
        case expected
    }

    /// The next header or line; `nil` at the end.
    ///
    /// - Parameters:
    ///   - expected: A line of these bytes is not decoded, which costs far more than comparing it.
    ///   - isOfUse: Lines that it says no to are passed over; headers are not.
    package mutating func next(
        unless expected: [UInt8]? = nil, where isOfUse: (ArraySlice<UInt8>) -> Bool = { _ in true }
    ) throws(Diagnostic) -> Entry? {
        while try readLine() {
            if let expected, line.count == expected.count, bytes.elementsEqual(expected) { return .expected }
            guard isOfUse(bytes) else { continue }
            return try decoded()
        }
        return nil
    }

    private mutating func decoded() throws(Diagnostic) -> Entry? {
        do throws(TraceFormatError) {
            switch try decoder.entry(bytes) {
            case .header(let header): return .header(header)
            case .line(let line): return .line(line)
            }
        } catch {
            if !lines.isTerminated, lines.lineNumber > 1 {
                isCutOff = true
                return nil
            }
            throw fault("\(error)")
        }
    }

    /// Goes to the next line that is not empty.
    private mutating func readLine() throws(Diagnostic) -> Bool {
        while true {
            let read: Range<Int>?
            if let pending { read = pending } else { read = try lines.next() }
            guard let next = read else { return false }
            pending = nil
            line = next
            if next.isEmpty { continue }
            if !hasHeader, !TraceDecoder.isHeader(bytes) {
                throw fault("is no header of a trace, which begins with {\"swiftletTrace\":\(TraceHeader.version),")
            }
            hasHeader = true
            return true
        }
    }

    /// The line that was read last.
    package var bytes: ArraySlice<UInt8> { lines.bytes[line] }

    /// A fault of the line that was read last.
    package func fault(_ message: String, column: Int = 1) -> Diagnostic { lines.fault(message, column: column) }

    /// Bytes of the source up to the end of the line that was read last.
    package var offset: Int { lines.offset }

    /// Whether the line that was read last ended in a line feed.
    package var isTerminated: Bool { lines.isTerminated }

    /// Number of the line that was read last.
    package var lineNumber: Int { lines.lineNumber }
}
