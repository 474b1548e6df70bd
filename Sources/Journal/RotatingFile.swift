internal import Glibc

/// A file of whole lines that is renamed away when it is full: `journal.jsonl`, `journal.jsonl.1`, and so on to the oldest.
///
/// All files together stay below ``maximumBytes`` times ``count``, but for a batch that is larger than a file. Lines are
/// appended whole or not at all: what a full disk cuts off is taken back, and what a killed process left is cut off when
/// the file is opened again.
package struct RotatingFile: ~Copyable {
    package let path: String
    /// Of one file; at least 1.
    package let maximumBytes: Int
    /// Files in all, the present one included; at least 1.
    package let count: Int
    /// Bytes in the present file.
    package private(set) var size: Int = 0
    private var descriptor: Int32 = -1

    package init(path: String, maximumBytes: Int, count: Int) {
        self.path = path
        self.maximumBytes = max(maximumBytes, 1)
        self.count = max(count, 1)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Why nothing was written.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// Whether so many bytes still belong into the present file. An empty one takes anything.
    package func hasRoom(for bytes: Int) -> Bool { size == 0 || size + bytes <= maximumBytes }

    /// Opens the file to go on behind its last whole line; nothing is done while it is open and still has its name.
    ///
    /// - Returns: Whether it was opened anew.
    package mutating func open() throws(Failure) -> Bool {
        var status = stat()
        if descriptor >= 0 {
            // Somebody may have deleted it.
            if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return false }
            shut()
        }
        // Not blocking: a pipe without a reader would hold the caller for ever.
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be opened") }
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            shut()
            throw Failure(description: "\(path) is no regular file")
        }
        let end = wholeLines(status.st_size)
        guard ftruncate(descriptor, end) == 0, lseek(descriptor, end, SEEK_SET) == end else {
            let error = failure("cannot be continued")
            shut()
            throw error
        }
        size = end
        return true
    }

    /// Appends whole lines to the open file.
    package mutating func append(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else {
                let error = failure("cannot be written")
                if ftruncate(descriptor, size) != 0 || lseek(descriptor, size, SEEK_SET) != size { shut() }
                throw error
            }
            rest = rest.dropFirst(written)
        }
        size += bytes.count
    }

    /// Renames the full file away, and those before it by one; the oldest goes. The next one is opened empty.
    package mutating func rotate() throws(Failure) {
        shut()
        if count == 1 {
            guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed") }
            return
        }
        for number in (1..<count).reversed() {
            let older = "\(path).\(number)"
            let newer = number == 1 ? path : "\(path).\(number - 1)"
            guard rename(newer, older) == 0 || errno == ENOENT else { throw failure("cannot be renamed to \(older)") }
        }
    }

    private mutating func shut() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        size = 0
    }

    private func failure(_ what: String) -> Failure {
        Failure(description: "\(path) \(what): \(String(cString: strerror(errno)))")
    }

    /// Where the last line that ends in a line feed ends.
    private func wholeLines(_ size: Int) -> Int {
        var end = size
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while end > 0 {
            let start = max(0, end - buffer.count)
            let count = pread(descriptor, &buffer, end - start, start)
            guard count > 0 else { return size }
            if let last = buffer[..<count].lastIndex(of: 0x0A) { return start + last + 1 }
            end = start
        }
        return 0
    }
}
