import KubernetesTypes
import Locking
import Recordings
import Testing

@testable import KubernetesClient

/// The small parts of a watch: lines, silence, status.
@Suite(.timeLimit(.minutes(1))) struct WatchPartsTests {
    // MARK: Lines

    private func lines(_ chunks: [[UInt8]], limit: Int = 100) throws -> [String] {
        var splitter = LineSplitter(limit: limit)
        var found: [String] = []
        for chunk in chunks {
            splitter.append(chunk)
            while let line = try splitter.next() { found.append(String(decoding: line, as: UTF8.self)) }
        }
        return found
    }

    @Test func linesAreTheSameHoweverTheyAreCut() throws {
        let text = Array("{\"a\":1}\n\n{\"b\":\"ü\"}\r\n  \n{\"c\":[]}\n{\"d\":".utf8)
        let whole = try lines([text])
        #expect(whole == ["{\"a\":1}", "{\"b\":\"ü\"}\r", "{\"c\":[]}"])
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var rest = text[...]
            var chunks: [[UInt8]] = []
            while !rest.isEmpty {
                let count = Int.random(in: 1...7, using: &random)
                chunks.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(try lines(chunks) == whole)
        }
    }

    @Test func aCutLineIsNoticed() throws {
        var splitter = LineSplitter(limit: 100)
        for (chunk, isPartial) in [("{}\n", false), ("{", true), ("}\n", false)] {
            splitter.append(Array(chunk.utf8))
            while try splitter.next() != nil {}
            #expect(splitter.hasPartialLine == isPartial)
        }
    }

    @Test(arguments: [[6, 5], [11], [3, 3, 3, 3]]) func aLineThatIsTooLongIsRefused(_ sizes: [Int]) {
        let chunks = sizes.map { [UInt8](repeating: 65, count: $0) }
        #expect(throws: LineSplitter.LineTooLong(limit: 10)) { try lines(chunks, limit: 10) }
        #expect(throws: LineSplitter.LineTooLong(limit: 10)) { try lines(chunks + [[10]], limit: 10) }
        #expect(throws: Never.self) { try lines([Array("0123456789\n0123456789\n".utf8)], limit: 10) }
    }

    // MARK: Silence

    @Test func silenceIsTheServersAndNotTheReaders() {
        var silence = Silence(limit: .seconds(90))
        #expect(silence.look(at: .seconds(500)) == .lookAgain(after: .seconds(90)))
        silence.waits(at: .seconds(500))
        #expect(silence.look(at: .seconds(520)) == .lookAgain(after: .seconds(70)))
        let goesOn = silence.isOver()
        #expect(goesOn)
        // The reader is at work for a long time.
        #expect(silence.look(at: .seconds(700)) == .lookAgain(after: .seconds(90)))
        silence.waits(at: .seconds(700))
        #expect(silence.look(at: .seconds(790)) == .tooLong)
        // Bytes that come at the last moment are left to the next watch.
        let goesOnAtLast = silence.isOver()
        #expect(!goesOnAtLast && silence.isTooLong)
    }

    // MARK: Status

    @Test func manyWaitForTheFirstListAndSomeGiveUp() async throws {
        let status = ReflectorStatus()
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let waiting = Task { try await status.waitUntilSynced() }
                    if number % 2 == 0 { waiting.cancel() }
                    return (try? await waiting.value) != nil
                }
            }
            var results: [Bool] = []
            for await result in group {
                results.append(result)
                // The cancelled ones come back without a list; only then is there one.
                if results.count == 25 { status.synced() }
            }
            return results
        }
        #expect(results.prefix(25).allSatisfy { !$0 } && results.suffix(25).allSatisfy { $0 })
        try await status.waitUntilSynced()
        #expect(status.hasSynced)
    }

    @Test func theProblemIsToldUntilItIsOver() {
        let status = ReflectorStatus()
        #expect(status.problem == nil && status.lastContact == nil)
        status.restarts(.disconnected, problem: "no answer")
        #expect(status.problem == "no answer")
        status.restarts(.ended, problem: nil)
        status.answered(at: .seconds(3))
        #expect(status.problem == nil && status.lastContact == .seconds(3))
        func object(_ name: String, isDeleted: Bool = false) -> UnreadableObject {
            let identity = ObjectIdentity(namespace: "shop", name: name, resourceVersion: "1")
            return UnreadableObject(identity: identity, isDeleted: isDeleted, problem: "spec: null")
        }
        #expect(status.lastTold == nil)
        status.listed([object("a"), object("b")], asked: .seconds(2))
        #expect(status.lastTold == .seconds(2))
        #expect(status.problem == "shop/a cannot be read: spec: null; and 1 more")
        status.told(ObjectIdentity(namespace: "shop", name: "a", resourceVersion: "2"), at: .seconds(4))
        #expect(status.problem == "shop/b cannot be read: spec: null")
        #expect(status.lastTold == .seconds(4))
        status.told(object("b", isDeleted: true), at: .seconds(5))
        #expect(status.problem == nil)
        // However many there are, only so many names are kept.
        for number in 0..<10_000 { status.told(object("pod-\(number)"), at: .seconds(6)) }
        #expect(status.problem?.hasSuffix("and 99 more") == true)
        let counts = status.counts
        #expect(counts.unreadable == 10_003 && counts.events == 10_002)
        #expect(counts.restarts == [.disconnected: 1, .ended: 1])
    }
}
