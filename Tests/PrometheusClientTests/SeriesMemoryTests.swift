import Autoscaling
import HTTPTransport
import Locking
import Recordings
import Testing

@testable import PrometheusClient

/// What is remembered of an answer changes nothing of the next one but how long it takes.
@Suite(.timeLimit(.minutes(1))) struct SeriesMemoryTests {
    /// Series that come and go, with the labels that a resource query asks for and others.
    struct World {
        var series: [String]
        private var made = 0

        init(_ count: Int, _ random: inout SeededGenerator) {
            series = []
            for _ in 0..<count { series.append(make(&random)) }
        }

        private mutating func make(_ random: inout SeededGenerator) -> String {
            made += 1
            let space = Int.random(in: 0...2, using: &random)
            let pod = Int.random(in: 0...30, using: &random)
            let labels = [
                #""namespace":"n\#(space)","pod":"web-\#(pod)","container":"app""#,
                #""container": "side","namespace":"n\#(space)","pod":"web-\#(pod)", "x":"\#(made)""#,
                #""namespace":"n\u0030","pod":"wéb-\#(made)","container":"app""#,
                #""namespace":"n\#(space)","pod":"web-\#(made)""#,
            ]
            return "{" + labels[Int.random(in: 0...9, using: &random) % 4] + "}"
        }

        mutating func change(_ random: inout SeededGenerator) {
            let place = Int.random(in: 0...series.count, using: &random)
            switch Int.random(in: 0...7, using: &random) {
            case 0: series.insert(make(&random), at: place)
            case 1:
                for _ in 0..<Int.random(in: 1...80, using: &random) { series.insert(make(&random), at: place) }
            case 2: if !series.isEmpty { series.remove(at: place % series.count) }
            case 3: series.removeSubrange(place..<min(place + Int.random(in: 0...30, using: &random), series.count))
            case 4: if !series.isEmpty { series[place % series.count] = make(&random) }
            case 5: series.shuffle(using: &random)
            default: break
            }
        }

        func body(_ random: inout SeededGenerator) -> String {
            let values = ["1", "0.25", "NaN", "-1", "7.125", "+Inf"]
            let elements = series.map { series in
                let value = values[Int.random(in: 0...11, using: &random) % values.count]
                let space = Int.random(in: 0...5, using: &random) == 0 ? " " : ""
                return "{\"metric\":\(space)\(series)\(space),\"value\":[1795486017.5,\"\(value)\"]}"
            }
            return #"{"status":"success","data":{"resultType":"vector","result":["# + elements.joined(separator: ",")
                + "]}}"
        }
    }

    private func read(_ body: String, _ memory: AnswerMemory?) throws -> SampleVector {
        let labels = LabelSelection.only(ResourceQuery.labels)
        let answer = try VectorReader.read(Array(body.utf8), labels: labels, knowing: memory)
        guard case .success(let answer) = answer, case .vector(let vector) = answer.result else {
            throw UnusableAnswer("no vector", query: "")
        }
        return vector
    }

    private func lines(_ vector: SampleVector) -> [String] {
        vector.map { "\($0.labels) \($0.time) \($0.value)" }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func answersAreReadAsIfNothingWereRemembered(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var world = World(Int.random(in: 0...60, using: &random), &random)
        var memory = AnswerMemory()
        for _ in 0..<40 {
            let former = world.series
            world.change(&random)
            let body = world.body(&random)
            let (plain, vector) = (try read(body, nil), try read(body, memory))
            #expect(lines(vector) == lines(plain))
            #expect(plain.series == nil)
            let series = try #require(vector.series)
            #expect(series.places.count == vector.count)
            #expect((series === memory.series) == (former == world.series && memory.series != nil))
            memory.series = series
        }
    }

    /// A broken answer is refused at the same place, remembered or not.
    @Test func brokenAnswersAreRefusedAllTheSame() throws {
        var random = SeededGenerator(seed: 7)
        let body = World(6, &random).body(&random)
        let memory = AnswerMemory(series: try read(body, AnswerMemory()).series)
        let bytes = Array(body.utf8)
        let labels = LabelSelection.only(ResourceQuery.labels)
        for place in bytes.indices {
            for other: UInt8 in [0, 0x22, 0x7D, 0xFF] {
                var broken = bytes
                broken[place] = other
                let plain = Result { () throws(AnswerFormatError) in try VectorReader.read(broken, labels: labels) }
                let known = Result { () throws(AnswerFormatError) in
                    try VectorReader.read(broken, labels: labels, knowing: memory)
                }
                #expect(plain.failure == known.failure)
            }
        }
    }

    /// A table that grew with series that came and went is given up.
    @Test func whatIsGoneIsForgottenInTheEnd() throws {
        var memory = AnswerMemory()
        var most = 0
        for round in 0..<200 {
            let series = (0..<100).map { "{\"namespace\":\"n\",\"pod\":\"p-\(round)-\($0)\",\"container\":\"c\"}" }
            let elements = series.map { "{\"metric\":\($0),\"value\":[1,\"1\"]}" }.joined(separator: ",")
            memory.series = try read(
                #"{"status":"success","data":{"resultType":"vector","result":["# + elements + "]}}", memory
            ).series
            most = max(most, memory.series?.table.pairs.count ?? 0)
        }
        #expect(most < 6_000)
    }

    /// A controller's collector, tick after tick, says what one says that has never asked before.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyTickSaysWhatASingleLookSays(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let bodies = Locked(["", ""])
        let client = ReplayClient { request in
            let isTimes = (request.form["query"] ?? "").contains("timestamp(")
            return HTTPResponse(200, bodies.withLock { $0[isTimes ? 1 : 0] })
        }
        let api = try PrometheusErrorTests.api(client)
        let collector = SnapshotCollector(api, patience: .seconds(60), roundLimit: .seconds(60))
        var world = World(40, &random)
        var times = world
        for _ in 0..<20 {
            world.change(&random)
            if Bool.random(using: &random) { times = world } else { times.change(&random) }
            let new = [world.body(&random), times.body(&random)]
            bodies.withLock { $0 = new }
            let plan = SnapshotPlan(
                time: SnapshotTests.now, resources: [.cpu()],
                namespaces: ["n0", "n1"].map { NamespaceLoad($0, expectedSeries: 10) })
            let look = try #require(try await SnapshotCollector(api).collect(plan).resources["cpu"])
            let tick = try #require(try await collector.collect(plan).resources["cpu"])
            #expect(tick.dropped == look.dropped)
            #expect(tick.podCount == look.podCount)
            for space in ["n0", "n1", "n2"] {
                for pod in 0...30 {
                    let reading = tick.reading(namespace: space, pod: "web-\(pod)")
                    #expect(reading == look.reading(namespace: space, pod: "web-\(pod)"))
                    try expectTheSame(tick, space, "web-\(pod)", as: reading)
                }
            }
        }
    }

    /// A pod by its place says what it says by its name.
    private func expectTheSame(
        _ usage: ResourceUsage, _ space: String, _ pod: String, as reading: UsageReading
    ) throws {
        guard case .usage(let space) = usage.reading(namespace: space) else { return }
        let places = space.places(of: [pod], knowing: nil)
        for containers in [["app"], ["app", "side"], ["none"], []] {
            var (value, isMissing): ((Int64, Timestamp)?, Bool) = (nil, true)
            if case .usage(let pod) = reading {
                isMissing = false
                let areThere = containers.allSatisfy { pod[container: $0] != nil }
                if let total = pod.milliTotal, let time = pod.time, areThere { value = (total, time) }
            }
            switch space.total(at: 0, of: places, covering: containers) {
            case .missing: #expect(isMissing)
            case .unusable: #expect(!isMissing && value == nil)
            case .usage(let milli, let time): #expect(value.map { $0 == (milli, time) } == true)
            }
        }
        if case .usage(let pod) = reading {
            guard case .usage(let milli, let time) = space.usage(of: "app", at: 0, of: places) else {
                return #expect(pod[container: "app"] == nil)
            }
            #expect(pod[container: "app"].map { $0.milliValue == milli && $0.time == time } == true)
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { return error }
        return nil
    }
}
