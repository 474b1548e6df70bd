import Autoscaling
import FoundationEssentials
import Glibc
import Journal
import Manifests
import Testing

@testable import Replay

/// A trace written by hand: two ready pods of 100m each at a target of 50 %.
struct WrittenTrace {
    static let spec = AutoscalerSpec(
        scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "web"), minReplicas: 1, maxReplicas: 4,
        metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(50))], behavior: ScalingBehavior())

    private let encoder = TraceEncoder()
    var bytes: [UInt8] = []
    var name = "web"

    init(header: TraceHeader = TraceHeader(writtenBy: "test", flags: ControllerFlags(), syncPeriod: .seconds(15)))
        throws
    {
        bytes = try encoder.bytes(of: header) + [0x0A]
    }

    mutating func add(_ body: TraceLine.Body) throws {
        bytes += try encoder.bytes(of: TraceLine(namespace: "shop", name: name, body)) + [0x0A]
    }

    static func observation(
        at seconds: Int64, milli: Int64?, replicas: Int = 2, target: TargetState? = nil
    ) -> Observation {
        let time = Timestamp(nanoseconds: seconds * 1_000_000_000)
        var pods = PodSet()
        for index in 0..<replicas {
            let old = Timestamp(nanoseconds: -86_400_000_000_000)
            pods.append(
                PodState(phase: .running, readiness: .true, readyTransition: old, startTime: old), named: "web-\(index)"
            )
        }
        let size = Int32(replicas)
        return Observation(
            time: time, target: target ?? .found(ObservedScale(specReplicas: size, statusReplicas: size)), pods: pods,
            readings: [
                milli.map { milli in
                    .pods(
                        PodReadings(
                            samples: Array(
                                repeating: PodSample(value: milli, time: time, windowNanoseconds: 0), count: replicas),
                            requests: PodRequests(milliValues: Array(repeating: 100, count: replicas))))
                } ?? .failed(.source("nobody answers"))
            ])
    }

    func replay(_ policies: [TraceReplay.Policy] = []) throws -> [TraceReplay.Result] {
        try TraceReplay(policies: policies).run(ByteSource(bytes: bytes, name: "t.jsonl"))
    }
}

@Suite struct TraceReplayTests {
    private func written(_ body: (inout WrittenTrace) throws -> Void) throws -> WrittenTrace {
        var trace = try WrittenTrace()
        try trace.add(.spec(WrittenTrace.spec))
        try body(&trace)
        return trace
    }

    @Test func scoresOfATraceAreThoseWorkedOutByHand() throws {
        // 50 % for 30 s: 2 pods are needed, 2 are there. Then 150 % for 60 s: 150 / 50 × 2 = 6 needed, 4 allowed.
        let trace = try written { trace in
            for second: Int64 in [0, 15] {
                try trace.add(.observation(WrittenTrace.observation(at: second, milli: 50)))
            }
            for second: Int64 in [30, 45] {
                try trace.add(.observation(WrittenTrace.observation(at: second, milli: 150)))
            }
            for second: Int64 in [60, 75] {
                try trace.add(.observation(WrittenTrace.observation(at: second, milli: 75, replicas: 4)))
            }
        }
        let result = try #require(try trace.replay().first)
        let scores = result.outcome.scores
        #expect(scores.ticks == 6)
        #expect(scores.scoredSeconds == 90)
        // 30 s with 4 of 6 missing, and 30 s with 75 / 50 × 4 = 6 needed and 2 missing.
        #expect(scores[.deficitPodSeconds] == Double(4 * 30 + 2 * 30))
        let accuracy = try #require(scores[.underProvisioning])
        let expected: Double = (4.0 / 6.0 * 30.0 + 2.0 / 6.0 * 30.0) / 90.0 * 100.0
        #expect(abs(accuracy - expected) < 1e-9)
        let share = try #require(scores[.timeUnderProvisioned])
        #expect(abs(share - 60.0 / 90.0 * 100.0) < 1e-9)
        #expect(scores[.unavoidableDeficitPodSeconds] == 120)
        let podHours: Double = 240.0 / 3600.0
        #expect(scores[.podHours] == podHours)
        // One step, at 30 s; the decision there asks for more at once, and enough are never there.
        #expect(scores[.demandSteps] == 1)
        #expect(scores[.meanReactionSeconds] == 0)
        #expect(scores[.meanRecoverySeconds] == nil)
        #expect(scores[.meanOvershoot] == nil)
        // With four replicas, which is the maximum, and six needed, the demand is censored: 2 of 6 moments.
        #expect(scores[.censoredShare] == 2.0 / 6 * 100)
        #expect(result.outcome.agreement == nil)
        #expect(result.outcome.notes.contains { $0.hasPrefix("At 33.33 % of the moments the recorded pods were") })
    }

    @Test func aChangedDecisionIsFoundAndNamed() throws {
        var history = History()
        let observations = [50, 150, 150].enumerated().map {
            WrittenTrace.observation(at: Int64($0.offset) * 15, milli: $0.element)
        }
        let decisions = observations.map { evaluate(WrittenTrace.spec, $0, history: &history) }
        for changed in [Int?.none, 1] {
            let trace = try written { trace in
                for (index, observation) in observations.enumerated() {
                    try trace.add(.observation(observation))
                    var decision = decisions[index]
                    if index == changed { decision.desiredReplicas = 3 }
                    try trace.add(.decision(decision))
                }
            }
            let agreement = try #require(try trace.replay().first?.outcome.agreement)
            #expect(agreement.isSamePolicy)
            #expect(agreement.compared == 3)
            #expect(agreement.isBroken == (changed != nil))
            guard changed != nil else { continue }
            let difference = try #require(agreement.differences.first)
            // Header, spec, then two lines for each decision.
            #expect(difference.line == 6)
            #expect(difference.recordedReplicas == 3)
            #expect(difference.replicas == 4)
        }
    }

    @Test func anotherPolicyHasItsOwnReadings() throws {
        var both = WrittenTrace.spec
        both.metrics.append(MetricSpec(source: .resource(name: "memory"), target: .utilization(50)))
        var trace = try WrittenTrace()
        try trace.add(.spec(both))
        var observation = WrittenTrace.observation(at: 0, milli: 50)
        observation.readings.append(.failed(.source("no memory")))
        try trace.add(.observation(observation))
        var history = History()
        try trace.add(.decision(evaluate(both, observation, history: &history)))
        var memory = both
        memory.metrics.removeFirst()
        let key = TraceReplay.Key(namespace: "shop", name: "web")
        for (metrics, isValid) in [(WrittenTrace.spec, true), (memory, false)] {
            var decisions: [Decision] = []
            let replay = TraceReplay(policies: [.init(name: "p", key: key, spec: metrics)])
            _ = try replay.run(ByteSource(bytes: trace.bytes, name: "t")) { _, _, tick in
                decisions.append(tick.decision)
            }
            let isDecided = decisions.map { if case .metric = $0.basis { true } else { false } }
            #expect(isDecided == [isValid])
        }
    }

    @Test func withoutDecisionsEveryChangeOfSizeCountsForThePolicies() throws {
        // At most one pod more in 60 s. At 15 s somebody made 3 of 2; so at 30 s none may be added yet.
        var spec = WrittenTrace.spec
        spec.maxReplicas = 9
        spec.behavior?.scaleUp.policies = [ScalingPolicy(kind: .pods, value: 1, periodSeconds: 60)]
        var trace = try WrittenTrace()
        try trace.add(.spec(spec))
        for (second, replicas): (Int64, Int) in [(0, 2), (15, 3), (30, 3), (90, 3)] {
            try trace.add(.observation(WrittenTrace.observation(at: second, milli: 150, replicas: replicas)))
        }
        var desired: [Int32] = []
        _ = try TraceReplay().run(ByteSource(bytes: trace.bytes, name: "t")) { _, _, tick in
            desired.append(tick.decision.desiredReplicas)
        }
        #expect(desired == [3, 3, 3, 4])
    }

    @Test func severalAutoscalersAreToldApart() throws {
        var trace = try written { try $0.add(.observation(WrittenTrace.observation(at: 0, milli: 50))) }
        trace.name = "api"
        try trace.add(.spec(WrittenTrace.spec))
        try trace.add(.observation(WrittenTrace.observation(at: 0, milli: 150)))
        trace.name = "web"
        try trace.add(.observation(WrittenTrace.observation(at: 15, milli: 50)))
        let results = try trace.replay()
        #expect(results.map(\.key.description) == ["shop/api", "shop/web"])
        #expect(results.map(\.outcome.scores.ticks) == [1, 2])
        var replay = TraceReplay()
        replay.chosen = "shop/web"
        #expect(try replay.run(ByteSource(bytes: trace.bytes, name: "t")).map(\.key.name) == ["web"])
        replay.chosen = "none"
        let error = #expect(throws: Diagnostic.self) { try replay.run(ByteSource(bytes: trace.bytes, name: "t")) }
        #expect(error?.description == "t: has no observation of none, but of shop/api, shop/web")
    }

    @Test func aTraceOfObservationsIsDemandAsWell() throws {
        let trace = try written { trace in
            for (second, milli): (Int64, Int64?) in [(0, 50), (60, 100), (120, nil), (180, 150)] {
                try trace.add(.observation(WrittenTrace.observation(at: second, milli: milli)))
            }
        }
        var reader = try DemandTrace(name: "t", source: .bytes(trace.bytes)).open()
        var samples: [Double] = []
        while let sample = try reader.next() { samples.append(sample.value) }
        // Two pods at 50m, 100m and 150m; the moment without samples says nothing.
        #expect(samples == [0.1, 0.2, 0.3])
        #expect(reader.omissions.withoutValue == 1)
        #expect(reader.meaning == .cores)
        let model = WorkloadModel(coresPerUnit: 0.01, requestCores: 0.1, limitCores: 0.15)
        let run = ReplayRun(name: "p", spec: WrittenTrace.spec, mode: .closed(model))
        let outcome = try run.run(DemandTrace(name: "t", source: .bytes(trace.bytes)))
        // From 180 s on, for the two minutes that a sample lasts here, each recorded pod used all of its 150m: 8 of 20.
        #expect(outcome.scores[.censoredShare] == 40)
    }

    @Test func demandLinesGoBeforeUsage() throws {
        var trace = try WrittenTrace(header: TraceHeader(writtenBy: "test", demand: .rate))
        for second: Int64 in [0, 60, 120] {
            let time = Timestamp(nanoseconds: second * 1_000_000_000)
            try trace.add(.demand(.init(time: time, value: Double(second) + 1)))
            try trace.add(.observation(WrittenTrace.observation(at: second, milli: 50)))
        }
        var reader = try DemandTrace(name: "t", source: .bytes(trace.bytes)).open()
        var samples: [Double] = []
        while let sample = try reader.next() { samples.append(sample.value) }
        #expect(samples == [1, 61, 121])
        #expect(reader.meaning == .rate)
    }
}

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

    @Test(arguments: cases)
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
