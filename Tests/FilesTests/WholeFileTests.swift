import Files
import FoundationEssentials
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1))) struct WholeFileTests {
    private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let path = folder + "/whole-\(UUID().uuidString)"
        defer { unlink(path) }
        try Data(bytes).write(to: URL(filePath: path))
        try body(path)
    }

    @Test(arguments: [0, 1, 1_023, 1_024, 70_000, 200_000])
    func aFileIsReadToItsEnd(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try withFile(bytes) { path in
            for limit in [1 << 20, count] {
                let read = try WholeFile.read(path, limit: limit)
                #expect(read == bytes)
            }
        }
    }

    @Test(arguments: [
        ("/nowhere/at/all", 1 << 20, WholeFile.Failure.Cause.notFound, "no such file"),
        ("/", 1 << 20, .system(EISDIR), "Is a directory"),
        // Neither has an end.
        ("/dev/zero", 1 << 20, .tooLarge, "larger than 1 MiB"), ("/dev/zero", 4 << 10, .tooLarge, "larger than 4 KiB"),
    ])
    func whatCannotBeReadSaysWhy(_ path: String, _ limit: Int, _ cause: WholeFile.Failure.Cause, _ text: String) {
        let error = #expect(throws: WholeFile.Failure.self) { try WholeFile.read(path, limit: limit) }
        #expect(error?.cause == cause)
        #expect(error?.description == text)
    }

    /// The system says of them that they have no bytes.
    @Test func filesOfTheSystemAreReadToo() throws {
        let text = String(decoding: try WholeFile.read("/proc/self/status", limit: 1 << 20), as: UTF8.self)
        #expect(text.contains("VmRSS:"))
    }

    @Test func aLookAtAnEmptyFileCostsNothing() throws {
        try withFile([]) { path in
            for _ in 0..<1_000 { _ = try WholeFile.read(path, limit: 1 << 20) }
            let before = try resident()
            for _ in 0..<20_000 { _ = try WholeFile.read(path, limit: 1 << 20) }
            // A page each would be 80 MB.
            let after = try resident()
            #expect(after - before < 16 << 20)
        }
    }

    /// In bytes.
    private func resident() throws -> Int {
        let text = String(decoding: try WholeFile.read("/proc/self/statm", limit: 1 << 10), as: UTF8.self)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
    }
}
