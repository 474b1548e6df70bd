import Manifests
import Testing

@testable import Replay

@Suite struct WorkloadModelTests {
    private func read(_ text: String) throws -> WorkloadModel {
        try WorkloadModel(yaml: Array(text.utf8), file: "w.yaml")
    }

    @Test func readsEveryField() throws {
        let model = try read(
            """
            coresPerUnit: 20m
            pod:
              request: 500m
              limit: 1
              idle: 5m
              starting: 100m
              startUp: {lognormal: {median: 5s, p95: 12s}}
              readiness: {uniform: [2s, 1m30s]}
            overload: {queue: {limit: 100}}
            metrics:
              scrapeInterval: 30s
              lag: 2s
              window: 5m
              noise: 0.05
              series:
                requests: {measures: Served, factor: 60}
            initialReplicas: 3
            seed: 7
            """)
        let expected = WorkloadModel(
            coresPerUnit: 0.02, requestCores: 0.5, limitCores: 1, idleCores: 0.005, startingCores: 0.1,
            startUp: .lognormal(median: .seconds(5), p95: .seconds(12)),
            readiness: .uniform(from: .seconds(2), to: .seconds(90)), overload: .queue(limit: 100),
            scrapeInterval: .seconds(30), lag: .seconds(2), window: .seconds(300), noise: 0.05,
            series: ["requests": .init(measures: .served, factor: 60)], initialReplicas: 3, seed: 7)
        #expect(model == expected)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var text: String
        var place: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Fault(text: "coresPerUnit: 0\npod: {request: 1}\n", place: "w.yaml:1:15: coresPerUnit: "),
        Fault(text: "coresPerUnit: 1\npod: {request: 1, startUp: soon}\n", place: "w.yaml:2:"),
        Fault(
            text: "coresPerUnit: 1\npod: {request: 1}\nmetrics:\n  window: 5s\n", place: "w.yaml:4:11: metrics.window: "
        ),
        Fault(
            text: "coresPerUnit: 1\npod: {request: 1}\nsede: 1\n",
            place: "w.yaml:3:1: sede: unknown field, did you mean seed?"),
    ])
    func faultsHaveAPlace(_ fault: Fault) {
        let error = #expect(throws: Diagnostic.self) { try read(fault.text) }
        #expect(error?.description.hasPrefix(fault.place) == true, "\(error?.description ?? "")")
    }
}
