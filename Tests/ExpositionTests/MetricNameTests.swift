import Testing

@testable import Exposition

@Suite struct MetricNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var isMetric: Bool
        var isLabel: Bool
        var testDescription: String { "'\(text)'" }
    }

    @Test(arguments: [
        Case(text: "up", isMetric: true, isLabel: true),
        Case(text: "_a9Z", isMetric: true, isLabel: true),
        Case(text: "job:rate:sum", isMetric: true, isLabel: false),
        Case(text: "__name__", isMetric: true, isLabel: false),
        Case(text: "le", isMetric: true, isLabel: false),
        Case(text: "", isMetric: false, isLabel: false),
        Case(text: "9a", isMetric: false, isLabel: false),
        Case(text: "a-b", isMetric: false, isLabel: false),
        Case(text: "a b", isMetric: false, isLabel: false),
        Case(text: "zähler", isMetric: false, isLabel: false),
        Case(text: "a\n", isMetric: false, isLabel: false),
        // 0x40 and 0x5B lie beside the letters; with the case bit set 0x5B would look like one past 'z'.
        Case(text: "@a", isMetric: false, isLabel: false),
        Case(text: "a[", isMetric: false, isLabel: false),
    ])
    func onlyNamesThatPrometheusAcceptsCanBeMade(_ name: Case) {
        #expect((MetricName(name.text) != nil) == name.isMetric)
        #expect((LabelName(name.text) != nil) == name.isLabel)
    }

    @Test func aWrongLiteralStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            let name: MetricName = "not a name"
            _ = name
        }
    }

    @Test func aWrongNumberOfLabelValuesStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            let family = try MetricRegistry().gauges("g", help: "h", labels: ["a", "b"], limit: 1)
            _ = family["only one"]
        }
    }
}
