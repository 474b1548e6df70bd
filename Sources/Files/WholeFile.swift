internal import Glibc

/// Reads whole files within a bound.
///
/// Not Foundation's `Data(contentsOf:)`, which has no bound, and which leaks 4 KiB at each look at a file that is empty: a
/// secret that is looked at for each query is empty for as long as nobody has filled it.
package enum WholeFile {
    /// Why there are no bytes. The description is for people and does not name the file.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package enum Cause: Sendable, Hashable {
            case notFound
            /// There are more bytes than the bound.
            case tooLarge
            /// The number that the system gave.
            case system(Int32)
        }

        package let cause: Cause
        package let description: String

        fileprivate init(errno number: Int32) {
            cause = number == ENOENT ? .notFound : .system(number)
            description = number == ENOENT ? "no such file" : String(cString: strerror(number))
        }

        fileprivate init(above limit: Int) {
            cause = .tooLarge
            description = "larger than \(limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit >> 10) KiB")"
        }
    }

    private static let pieceLength = 64 << 10

    /// The bytes of a file, a pipe or a device, to its end.
    ///
    /// - Parameter limit: The most bytes that it may have, in whole KiB.
    package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(errno: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(pieceLength, limit + 1))
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Failure(errno: errno)
            }
            guard bytes.count + count <= limit else { throw Failure(above: limit) }
            bytes += piece[..<count]
        }
    }
}
