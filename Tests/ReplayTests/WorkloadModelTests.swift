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
              memory: {request: 256Mi, idle: 100Mi, perUnit: 1500k}
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
                p95: {measures: Latency, factor: 3}
            initialReplicas: 3
            seed: 7
            """)
        let expected = WorkloadModel(
            coresPerUnit: 0.02, requestCores: 0.5, limitCores: 1, idleCores: 0.005, startingCores: 0.1,
            memory: .init(requestBytes: 268_435_456, idleBytes: 104_857_600, bytesPerUnit: 1_500_000),
            startUp: .lognormal(median: .seconds(5), p95: .seconds(12)),
            readiness: .uniform(from: .seconds(2), to: .seconds(90)), overload: .queue(limit: 100),
            scrapeInterval: .seconds(30), lag: .seconds(2), window: .seconds(300), noise: 0.05,
            series: ["requests": .init(measures: .served, factor: 60), "p95": .init(measures: .latency, factor: 3)],
            initialReplicas: 3, seed: 7)
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
            text: "coresPerUnit: 1\npod: {request: 1, memory: {request: 0}}\n",
            place: "w.yaml:2:37: pod.memory.request: must be above 0 and below 1P, e.g. 256Mi"),
        Fault(
            text: "coresPerUnit: 1\npod: {request: 1, memory: {idle: 1Mi}}\n",
            place: "w.yaml:2:27: pod.memory.request: is missing"),
        Fault(
            text: "coresPerUnit: 1\npod: {request: 1}\nmetrics:\n  series: {p95: {measures: Latency}}\n",
            place: "w.yaml:4:3: metrics.series: one measures Latency, which needs a pod.limit"),
        Fault(
            text: "coresPerUnit: 1\npod: {request: 1}\nsede: 1\n",
            place: "w.yaml:3:1: sede: unknown field, did you mean seed?"),
    ])
    func faultsHaveAPlace(_ fault: Fault) {
        let error = #expect(throws: Diagnostic.self) { try read(fault.text) }
        #expect(error?.description.hasPrefix(fault.place) == true, "\(error?.description ?? "")")
    }
}
