import Testing

@testable import Exposition

@Suite struct MetricRegistryTests {
    private func page(_ registry: MetricRegistry) -> String {
        var bytes: [UInt8] = []
        registry.emit(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func thePageIsTheWholeText() throws {
        let registry = MetricRegistry()
        let ticks = try registry.counter("ticks_total", help: "Ticks\nof \\ the \"loop\".")
        let temperature = try registry.gauge("temperature_celsius", help: "Now.")
        let seconds = try registry.histogram(
            "tick_seconds", help: "Time of a tick.", buckets: try #require(HistogramBuckets([0.25, 1])))
        ticks.increment()
        ticks.increment(by: 1.5)
        temperature.set(3)
        temperature.add(-5.25)
        for value in [0.25, 0.5, 7] { seconds.observe(value) }
        seconds.observe(.milliseconds(125))
        #expect(
            page(registry) == """
                # HELP ticks_total Ticks\\nof \\\\ the "loop".
                # TYPE ticks_total counter
                ticks_total 2.5
                # HELP temperature_celsius Now.
                # TYPE temperature_celsius gauge
                temperature_celsius -2.25
                # HELP tick_seconds Time of a tick.
                # TYPE tick_seconds histogram
                tick_seconds_bucket{le="0.25"} 2
                tick_seconds_bucket{le="1"} 3
                tick_seconds_bucket{le="+Inf"} 4
                tick_seconds_sum 7.875
                tick_seconds_count 4

                """)
    }

    @Test func labelledSamplesAreSortedAndEscaped() throws {
        let registry = MetricRegistry()
        let replicas = try registry.gauges(
            "replicas", help: "Now.", labels: ["namespace", "name"], limit: 10)
        replicas["shop", "web"].set(3)
        replicas["bar", "a\"b\\c\nd"].set(.nan)
        replicas["shop", "api"].set(.infinity)
        replicas["shop", "web"].add(1)
        replicas["shop", "gone"].set(1)
        replicas.remove("shop", "gone")
        #expect(
            page(registry) == """
                # HELP replicas Now.
                # TYPE replicas gauge
                replicas{namespace="bar",name="a\\"b\\\\c\\nd"} NaN
                replicas{namespace="shop",name="api"} +Inf
                replicas{namespace="shop",name="web"} 4
                # HELP exposition_dropped_label_sets_total Look-ups of label sets refused because a family is full.
                # TYPE exposition_dropped_label_sets_total counter
                exposition_dropped_label_sets_total{family="replicas"} 0

                """)
    }

    @Test func histogramsWithLabelsKeepTheBoundLast() throws {
        let registry = MetricRegistry()
        let seconds = try registry.histograms(
            "s", help: "h", labels: ["verb"], limit: 1, buckets: try #require(HistogramBuckets([1])))
        seconds["GET"].observe(2)
        #expect(page(registry).contains("s_bucket{verb=\"GET\",le=\"1\"} 0\ns_bucket{verb=\"GET\",le=\"+Inf\"} 1\n"))
    }

    @Test func aFullFamilyDropsAndCountsNewLabelSetsAndKeepsTheOldOnes() throws {
        let registry = MetricRegistry()
        let writes = try registry.counters("writes_total", help: "h", labels: ["name"], limit: 2)
        for name in ["a", "b", "c", "c", "d", "a"] { writes[name].increment() }
        let full = page(registry)
        #expect(full.contains("writes_total{name=\"a\"} 2\nwrites_total{name=\"b\"} 1\n"))
        #expect(!full.contains("name=\"c\""))
        #expect(full.contains("exposition_dropped_label_sets_total{family=\"writes_total\"} 3\n"))

        writes.remove("b")
        writes["d"].increment()
        #expect(page(registry).contains("writes_total{name=\"d\"} 1\n"))
    }

    @Test func aNameIsRegisteredOnce() throws {
        let registry = MetricRegistry()
        _ = try registry.histogram("a", help: "h", buckets: .seconds)
        #expect(throws: MetricRegistry.DuplicateName(name: "a")) { try registry.gauge("a", help: "h") }
        #expect(throws: MetricRegistry.DuplicateName(name: "a_count")) { try registry.gauge("a_count", help: "h") }
        #expect(throws: MetricRegistry.DuplicateName.self) {
            try registry.counter(MetricRegistry.droppedLabelSets.name, help: "h")
        }
    }

    @Test func aCounterNeverShrinks() throws {
        let counter = try MetricRegistry().counter("a_total", help: "h")
        for amount in [2, -1, -Double.infinity, .nan] { counter.increment(by: amount) }
        #expect(counter.value == 2)
    }

    @Test func updatesFromManyTasksAllCount() async throws {
        let registry = MetricRegistry()
        let writes = try registry.counters("writes_total", help: "h", labels: ["name"], limit: 4)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<500 { writes["\(task % 4)"].increment() }
                    var bytes: [UInt8] = []
                    registry.emit(into: &bytes)
                }
            }
        }
        for name in 0..<4 { #expect(writes["\(name)"].value == 1000) }
    }

    struct Number: Sendable, CustomTestStringConvertible {
        var value: Double
        var text: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Number(value: 0, text: "0"), Number(value: -0.0, text: "-0"), Number(value: 12, text: "12"),
        Number(value: 0.1, text: "0.1"), Number(value: 1e21, text: "1e+21"), Number(value: 2.5e-7, text: "2.5e-07"),
        Number(value: -.infinity, text: "-Inf"), Number(value: 123_456_789_012, text: "123456789012"),
    ])
    func numbersAreShortAndExact(_ number: Number) {
        #expect(ExpositionWriter.text(of: number.value) == number.text)
        #expect(number.value.isInfinite || Double(number.text) == number.value)
    }

    @Test(arguments: [[], [1, 1], [2, 1], [1, .infinity], [.nan]])
    func bucketsMustIncrease(_ bounds: [Double]) {
        #expect(HistogramBuckets(bounds) == nil)
    }
}
