internal import Manifests

/// Reads lines out of a source in constant memory.
///
/// A byte-order mark before the first line and the carriage return of a CRLF are taken off. A byte that no text has (a
/// control character but the tab) and a line past the largest one are errors that name the line.
struct LineReader {
    /// Bytes of the longest row of a table: they are far shorter, so what is longer is none.
    static let largestRow = 64 << 10

    private let source: ByteSource
    /// Bytes of the longest line.
    var largestLine: Int
    /// Holds the current line.
    private(set) var bytes: [UInt8] = []
    private var position = 0
    private var discarded = 0
    private var isAtEnd = false
    /// Of the line that was read last, from 1.
    private(set) var lineNumber = 0
    /// Whether the line that was read last ended in a line break.
    private(set) var isTerminated = true

    /// - Parameter largestLine: Bytes of the longest line that is read, above 0.
    init(_ source: ByteSource, largestLine: Int = LineReader.largestRow) {
        self.source = source
        self.largestLine = largestLine
    }

    /// The place of the next line in ``bytes``; `nil` at the end.
    mutating func next() throws(Diagnostic) -> Range<Int>? {
        var searched = position
        while true {
            if let end = bytes[searched...].firstIndex(of: 0x0A) {
                let line = position..<end
                position = end + 1
                isTerminated = true
                return try checked(line)
            }
            if isAtEnd {
                guard position < bytes.count else { return nil }
                let line = position..<bytes.count
                position = bytes.count
                isTerminated = false
                return try checked(line)
            }
            if bytes.count - position > largestLine {
                lineNumber += 1
                throw fault("is longer than \(largestLine) bytes; is this a text file?")
            }
            searched = bytes.count - position
            try refill()
        }
    }

    /// A fault of the current line.
    func fault(_ message: String, column: Int = 1) -> Diagnostic {
        Diagnostic(file: source.name, mark: Mark(line: max(lineNumber, 1), column: column), message: message)
    }

    /// Bytes of the source up to the end of the line that was read last.
    var offset: Int { discarded + position }

    private mutating func refill() throws(Diagnostic) {
        discarded += position
        bytes.removeSubrange(..<position)
        position = 0
        if let piece = try source.next() { bytes += piece } else { isAtEnd = true }
    }

    private mutating func checked(_ line: Range<Int>) throws(Diagnostic) -> Range<Int> {
        lineNumber += 1
        var line = line
        if lineNumber == 1, bytes[line].starts(with: [0xEF, 0xBB, 0xBF]) {
            line = line.lowerBound + 3..<line.upperBound
        }
        if line.count > largestLine {
            throw fault("is longer than \(largestLine) bytes; is this a text file?")
        }
        if let last = line.last, bytes[last] == 0x0D { line = line.lowerBound..<last }
        for index in line where bytes[index] < 0x20 && bytes[index] != 0x09 {
            let hex = String(bytes[index], radix: 16)
            throw fault(
                "has the byte 0x\(hex.count < 2 ? "0" : "")\(hex), which no text has; is this file binary or compressed?",
                column: index - line.lowerBound + 1)
        }
        return line
    }
}
