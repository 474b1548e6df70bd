import Autoscaling
import FoundationEssentials
import Glibc
import Journal
import Manifests
import Testing

@testable import Replay

/// Files that no controller wrote: each a clear error with its line, or read as the documentation says.
@Suite(.timeLimit(.minutes(2))) struct HostileTraceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Makes the bytes of a file of a header, a spec and four observations.
        var change: @Sendable ([UInt8]) -> [UInt8]
        /// The error, or the number of decisions.
        var outcome: Result<Int, Diagnostic>

        init(_ name: String, error: String, at line: Int?, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]) {
            testDescription = name
            self.change = change
            outcome = .failure(
                Diagnostic(file: "t.jsonl", mark: line.map { Mark(line: $0, column: 1) }, message: error))
        }

        init(_ name: String, decisions: Int, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]) {
            testDescription = name
            self.change = change
            outcome = .success(decisions)
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] { bytes.split(separator: 0x0A).map(Array.init) }
    private static func joined(_ lines: [[UInt8]]) -> [UInt8] { Array(lines.map { $0 + [0x0A] }.joined()) }
    private static func replacing(_ text: String, _ other: String) -> @Sendable ([UInt8]) -> [UInt8] {
        { Array(String(decoding: $0, as: UTF8.self).replacing(text, with: other).utf8) }
    }

    static let cases: [Case] = [
        Case("as it is", decisions: 4) { $0 },
        Case("empty", error: "has no observation", at: nil) { _ in [] },
        Case("a header alone", error: "has no observation", at: nil) { joined([lines($0)[0]]) },
        Case("byte-order mark", decisions: 4) { [0xEF, 0xBB, 0xBF] + $0 },
        Case("CRLF", decisions: 4) { Array(lines($0).map { $0 + [0x0D, 0x0A] }.joined()) },
        Case("blank lines", decisions: 4) { joined(Array(lines($0).map { [$0, []] }.joined())) },
        Case("no line feed at the end", decisions: 4) { Array($0.dropLast()) },
        Case("the last line cut off", decisions: 3) { Array($0.dropLast(20)) },
        Case("a line cut off", error: "is no whole JSON object", at: 4) { bytes in
            joined(lines(bytes).enumerated().map { $0.offset == 3 ? Array($0.element.dropLast(20)) : $0.element })
        },
        Case(
            "no header", error: "is no header of a trace, which begins with {\"swiftletTrace\":1,", at: 1
        ) { joined(Array(lines($0).dropFirst())) },
        Case(
            "another version", error: "is of version 2 of the format, this program reads 1", at: 1,
            replacing("{\"swiftletTrace\":1", "{\"swiftletTrace\":2")),
        Case("no spec", error: "has no spec of shop/web before this line; give its manifest with -f", at: 2) {
            joined(Array(lines($0).enumerated().filter { $0.offset != 1 }.map(\.element)))
        },
        Case("binary", error: "has the byte 0x00, which no text has; is this file binary or compressed?", at: 3) {
            joined(lines($0).enumerated().map { $0.offset == 2 ? [0] + $0.element : $0.element })
        },
        Case("not UTF-8", error: "namespace is missing", at: 3) {
            joined(
                lines($0).enumerated().map {
                    $0.offset == 2 ? Array("{\"name\":\"".utf8) + [0xFF, 0x22, 0x7D] : $0.element
                })
        },
        Case("another array", error: "is no whole JSON object", at: 3) {
            joined(lines($0).enumerated().map { $0.offset == 2 ? Array("[[[[".utf8) : $0.element })
        },
        Case(
            "a field missing", error: "namespace is missing", at: 3,
            { bytes in joined(lines(bytes).prefix(2) + [Array("{\"name\":\"web\"}".utf8)]) }),
        Case(
            "a number as text", error: "observation.time: is no Int64", at: 3,
            replacing("\"time\":0}", "\"time\":\"0\"}")),
        Case("out of order", decisions: 4) { bytes in
            let all = lines(bytes)
            return joined([all[0], all[1], all[3], all[2], all[4], all[5]])
        },
        Case("the same twice", decisions: 5) { bytes in
            let all = lines(bytes)
            return joined(all.prefix(3) + [all[2]] + all.dropFirst(3))
        },
        Case("joined with itself", decisions: 8) { $0 + $0 },
        Case(
            "fewer samples than pods",
            error: "observation.readings[0] has 1 samples and 2 requests, and there are 2 pods", at: 3
        ) { bytes in
            joined(
                lines(bytes).enumerated().map { line in
                    guard line.offset == 2 else { return line.element }
                    let text = String(decoding: line.element, as: UTF8.self)
                    return Array(text.replacing(",{\"time\":0,\"value\":50,\"window\":0}]", with: "]").utf8)
                })
        },
    ]

    /// A decision where that on the first observation belongs.
    private static func decision(_ basis: String, metrics count: Int = 1) -> @Sendable ([UInt8]) -> [UInt8] {
        let failed = #"{"outcome":{"failed":{"_0":{"noTarget":{}}}}}"#
        let metrics = Array(repeating: failed, count: count).joined(separator: ",")
        let line =
            #"{"decision":{"basis":\#(basis),"currentReplicas":2,"desiredReplicas":2,"metrics":[\#(metrics)],"time":0},"#
            + #""name":"web","namespace":"shop"}"#
        return { bytes in
            let all = lines(bytes)
            return joined(all.prefix(3) + [Array(line.utf8)] + all.dropFirst(3))
        }
    }

    static let decisions: [Case] = [
        Case("a decision of its own", decisions: 4, decision(#"{"noMetrics":{}}"#)),
        Case("a decision on its metric", decisions: 4, decision(#"{"metric":{"index":0}}"#)),
        Case(
            "a decision on a metric beyond", error: "decision points at a metric that it does not have", at: 4,
            decision(#"{"metric":{"index":1}}"#)),
        Case(
            "a decision on a metric before", error: "decision points at a metric that it does not have", at: 4,
            decision(#"{"metric":{"index":-1}}"#)),
        Case(
            "a decision on no metric", error: "decision points at a metric that it does not have", at: 4,
            decision(#"{"invalidMetrics":{"_0":{"count":1,"first":0,"total":1}}}"#, metrics: 0)),
        Case(
            "a decision of another spec", error: "the decision has 2 metrics, and its spec 1", at: 4,
            decision(#"{"metric":{"index":1}}"#, metrics: 2)),
    ]

    @Test(arguments: cases + decisions)
    func isReadOrRefusedWithItsLine(_ test: Case) throws {
        var trace = try WrittenTrace()
        try trace.add(.spec(WrittenTrace.spec))
        for second: Int64 in [0, 15, 30, 45] {
            try trace.add(.observation(WrittenTrace.observation(at: second, milli: 50)))
        }
        trace.bytes = test.change(trace.bytes)
        switch test.outcome {
        case .success(let count):
            #expect(try trace.replay().first?.outcome.scores.ticks == count)
        case .failure(let expected):
            let error = #expect(throws: Diagnostic.self) { try trace.replay() }
            #expect(error == expected)
        }
    }

    /// Random bytes and random cuts of a real trace: nothing crashes, whatever comes of it.
    @Test func garbageCrashesNothing() throws {
        var trace = try WrittenTrace()
        try trace.add(.spec(WrittenTrace.spec))
        for second: Int64 in 0..<6 {
            try trace.add(.observation(WrittenTrace.observation(at: second * 15, milli: 50)))
        }
        var random = SystemRandomNumberGenerator()
        let seed = random.next()
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var read = 0
        for _ in 0..<400 {
            var changed = trace
            for _ in 0...next(4) { changed.bytes[next(changed.bytes.count)] = UInt8(next(256)) }
            if next(3) == 0 { changed.bytes.removeLast(next(changed.bytes.count)) }
            if (try? changed.replay()) != nil { read += 1 }
            _ = try? DemandTrace(name: "t", source: .bytes(changed.bytes)).open()
        }
        #expect(read < 400, "seed \(seed)")
    }

    /// A stream through a pipe, of `SWIFTLET_STREAM_MEGABYTES` or a size that CI has time for: memory stays as it was.
    @Test func aStreamOfAnyLengthTakesTheMemoryOfALine() throws {
        var trace = try WrittenTrace()
        try trace.add(.spec(WrittenTrace.spec))
        let head = trace.bytes
        let megabytes =
            ProcessInfo.processInfo.environment["SWIFTLET_STREAM_MEGABYTES"].flatMap(Int.init) ?? 8
        trace.bytes = []
        for index: Int64 in 0..<200 {
            try trace.add(.observation(WrittenTrace.observation(at: index * 15, milli: 40 + index % 20)))
        }
        let block = trace.bytes
        let repeats = max(megabytes << 20 / block.count, 1)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let writer = Thread(ends[1], head, block, repeats)
        let before = residentBytes()
        let results = try TraceReplay().run(ByteSource(descriptor: ends[0], name: "stream"))
        let grown = residentBytes() - before
        writer.join()
        #expect(results.first?.outcome.scores.ticks == 200 * repeats)
        // Chunks, one line and the bounded lists; the file is far larger when that is asked for.
        #expect(grown < 64 << 20, "\(grown) bytes more for \(megabytes) MiB")
    }

    private func residentBytes() -> Int {
        let status = (try? String(contentsOf: URL(filePath: "/proc/self/statm"), encoding: .utf8)) ?? ""
        return (status.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
            * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Writes a head, and then a block again and again, into a pipe.
    private final class Thread {
        private var identifier = pthread_t()

        private final class Work {
            let descriptor: Int32
            let head: [UInt8]
            let block: [UInt8]
            let repeats: Int

            init(_ descriptor: Int32, _ head: [UInt8], _ block: [UInt8], _ repeats: Int) {
                (self.descriptor, self.head, self.block, self.repeats) = (descriptor, head, block, repeats)
            }

            func run() {
                send(head)
                for _ in 0..<repeats { send(block) }
                close(descriptor)
            }

            private func send(_ bytes: [UInt8]) {
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                    if count <= 0 { return }
                    rest = rest.dropFirst(count)
                }
            }
        }

        init(_ descriptor: Int32, _ head: [UInt8], _ block: [UInt8], _ repeats: Int) {
            let work = Unmanaged.passRetained(Work(descriptor, head, block, repeats)).toOpaque()
            pthread_create(
                &identifier, nil,
                { argument in
                    if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                    return nil
                }, work)
        }

        func join() { pthread_join(identifier, nil) }
    }
}
