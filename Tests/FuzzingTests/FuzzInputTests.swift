import FoundationEssentials
import Fuzzing
import Recordings
import Testing

/// Every reader of outside bytes over its seeds, and over each input that `make fuzz` once found it to break on.
@Suite(.timeLimit(.minutes(2))) struct FuzzInputTests {
    private static let folder = RepositoryPath.fixtures + "/fuzz/"

    private static func inputs(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let folder = folder + target.name
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            (name, [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + name))))
        }
    }

    @Test(arguments: FuzzTarget.all) func everyInputKeepsTheRules(_ target: FuzzTarget) throws {
        let inputs = try Self.inputs(of: target)
        #expect(!inputs.isEmpty, "there are no seeds")
        for input in inputs {
            #expect(throws: Never.self, "\(input.name)") { try target.run(input.bytes) }
        }
    }

    /// A little of what `make fuzz` does without its guidance: bytes of the seeds changed, doubled and cut.
    @Test(arguments: FuzzTarget.all) func changedInputsKeepTheRules(_ target: FuzzTarget) throws {
        var random = SeededGenerator(seed: 9)
        for input in try Self.inputs(of: target) where !input.bytes.isEmpty && input.bytes.count <= 4_096 {
            for round in 0..<4 {
                var bytes = input.bytes
                for _ in 0...Int.random(in: 0..<4, using: &random) {
                    let place = Int.random(in: bytes.indices, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                    case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    case 2: bytes.insert(contentsOf: bytes[place...].prefix(16), at: place)
                    default: bytes.removeSubrange(place..<min(place + 8, bytes.count))
                    }
                    if bytes.isEmpty { break }
                }
                #expect(throws: Never.self, "\(input.name), round \(round): \(bytes)") { try target.run(bytes) }
            }
        }
    }

    @Test func everyFolderBelongsToATarget() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    }
}
