internal import FoundationEssentials
internal import Glibc

/// What tells one content of a file from another, without reading it.
///
/// A file that is mounted from a ConfigMap is reached through a link that is put in the place of another: the file is then
/// a new one, with an inode of its own.
package struct FileState: Hashable, Sendable {
    private var path: String
    private var size: Int
    private var inode: UInt64
    private var modifiedNanoseconds: Int64

    /// As it is now; a file that is not there has a state too.
    package init(of path: String) {
        self.path = path
        var info = stat()
        guard stat(path, &info) == 0 else {
            (size, inode, modifiedNanoseconds) = (-1, 0, 0)
            return
        }
        size = Int(info.st_size)
        inode = UInt64(info.st_ino)
        modifiedNanoseconds = Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec)
    }

    /// The states of files and of everything in folders.
    package static func all(of paths: [String]) -> [FileState] {
        paths.flatMap { path -> [FileState] in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            return [FileState(of: path)] + names.sorted().map { FileState(of: path + "/" + $0) }
        }
    }
}
