internal import Glibc
internal import Journal
package import Manifests

/// Where the bytes of a trace come from, in pieces: a file of any size, or an array.
package final class ByteSource {
    /// The file as it was named, for messages.
    package let name: String
    private var memory: [UInt8]
    private var isDrained = false
    /// A piece that was looked at and not yet handed out.
    private var peeked: [UInt8]?
    private let descriptor: Int32

    /// How much of a file is read at once.
    private static let chunkSize = 256 << 10

    package init(bytes: [UInt8], name: String) {
        self.name = name
        self.memory = bytes
        self.descriptor = -1
    }

    /// Opens a file; `-` is standard input.
    package init(file path: String) throws(Diagnostic) {
        self.name = path
        self.memory = []
        self.descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            throw Diagnostic(file: path, mark: nil, message: "cannot be opened: \(ByteSource.reason(errno))")
        }
    }

    /// An open descriptor, which is closed with the source.
    package init(descriptor: Int32, name: String) {
        self.name = name
        self.memory = []
        self.descriptor = descriptor
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
    }

    /// The next piece; `nil` at the end.
    package func next() throws(Diagnostic) -> [UInt8]? {
        if let piece = peeked {
            peeked = nil
            return piece
        }
        if isDrained { return nil }
        if descriptor < 0 {
            isDrained = true
            return memory.isEmpty ? nil : memory
        }
        var buffer = [UInt8](repeating: 0, count: ByteSource.chunkSize)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                buffer.removeLast(buffer.count - count)
                return buffer
            }
            if count == 0 {
                isDrained = true
                return nil
            }
            if errno != EINTR {
                throw Diagnostic(file: name, mark: nil, message: "cannot be read: \(ByteSource.reason(errno))")
            }
        }
    }

    /// Whether the first line is the header of a trace; nothing is used up.
    package func beginsAsTrace() throws(Diagnostic) -> Bool {
        if peeked == nil { peeked = try next() }
        guard let piece = peeked else { return false }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = piece.starts(with: mark) ? piece[mark.count...] : piece[...]
        return TraceDecoder.isHeader(text.drop { $0 == 0x20 || (0x09...0x0D).contains($0) })
    }

    /// All that is left, up to a limit.
    package func all(limit: Int) throws(Diagnostic) -> [UInt8] {
        var result: [UInt8] = []
        while let piece = try next() {
            result += piece
            if result.count > limit {
                throw Diagnostic(
                    file: name, mark: nil, message: "is larger than the \(limit >> 20) MiB that are read at once")
            }
        }
        return result
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
