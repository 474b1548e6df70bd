internal import Files
internal import FoundationEssentials
internal import Glibc

/// The file that lets a controller go on after a restart as if it had never stopped.
///
/// It is replaced as a whole: written beside the old one, flushed to the disk, and renamed over it. Whenever the
/// process is killed, the old or the new state is there, never half of one.
package struct StateFile: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Why the state could not be saved.
    package struct SaveError: Error, CustomStringConvertible {
        package var description: String
    }

    /// What was found at the start.
    package struct Loaded: Sendable {
        package var store: HistoryStore
        /// What was wrong with the file; the controller goes on without it.
        package var warning: String?
    }

    /// Ten thousand histories are a tenth of it.
    private static let largestSize = 1 << 30

    /// Reads the state. A file that cannot be used is moved aside, for a person to look at.
    package func load() -> Loaded {
        guard FileManager.default.fileExists(atPath: path) else { return Loaded(store: HistoryStore()) }
        do {
            let bytes = try WholeFile.read(path, limit: Self.largestSize)
            return Loaded(store: try StateDocument(reading: bytes).store)
        } catch {
            let aside = path + ".damaged"
            let isMoved = rename(path, aside) == 0
            let place = isMoved ? "; it is now \(aside)" : ""
            return Loaded(
                store: HistoryStore(),
                warning: "the state file \(path) cannot be used: \(error)\(place); windows start anew")
        }
    }

    /// Replaces the state.
    ///
    /// - Throws: ``SaveError``.
    package func save(_ store: HistoryStore) throws {
        let bytes = try StateDocument(store).encoded()
        let temporary = path + ".tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem("cannot be written") }
        let isWritten = Self.write(bytes, to: descriptor) && fsync(descriptor) == 0
        guard close(descriptor) == 0, isWritten else { throw problem("cannot be written") }
        guard rename(temporary, path) == 0 else { throw problem("cannot be replaced") }
        // Without this the new name may be lost with the machine's power, not with the process.
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let directory = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    private func problem(_ what: String) -> SaveError {
        SaveError(description: "the state file \(path) \(what): \(String(cString: strerror(errno)))")
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
