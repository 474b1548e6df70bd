import Autoscaling
import KubernetesTypes
import Recordings
import Testing

/// The requests of pods, against the decisions that Kubernetes made from them.
@Suite struct PodRequestTests {
    struct Case: Decodable {
        struct Container: Decodable {
            var name: String
            var requests: [String: Int64]?
            var restartable: Bool?

            var wire: Pod.Container {
                Pod.Container(
                    name: name, restartPolicy: restartable == true ? "Always" : nil,
                    resources: Pod.Resources(requests: requests?.mapValues { Quantity(milli: $0) }))
            }
        }

        struct RecordedPod: Decodable {
            var name: String
            var containers: [Container]?
            var initContainers: [Container]?
            var podRequests: [String: Int64]?
            var overhead: [String: Int64]?

            var wire: Pod {
                Pod(
                    metadata: ObjectMeta(name: name),
                    spec: Pod.Spec(
                        containers: containers?.map(\.wire), initContainers: initContainers?.map(\.wire),
                        resources: podRequests.map {
                            Pod.Resources(requests: $0.mapValues { Quantity(milli: $0) })
                        },
                        overhead: overhead?.mapValues { Quantity(milli: $0) }))
            }
        }

        struct Sample: Decodable {
            var pod: String
            var value: Int64
        }

        struct Expected: Decodable {
            var error: String?
            var utilization: Int64?
        }

        var id: String
        var function: String
        var resource: String?
        var container: String?
        var pods: [RecordedPod]?
        var metrics: [Sample]?
        var expect: Expected
        var path: [String]?
    }

    @Test func agreesWithKubernetes() throws {
        let cases = try ConformanceFolder.load("replica_calculator.json", as: Case.self)
        var faults = 0
        var utilizations = 0
        for test in cases where test.function == "resourceUtilization" {
            guard let resource = test.resource, let pods = test.pods else { continue }
            var requests: [String: Int64] = [:]
            var fault: String?
            for pod in pods where fault == nil {
                switch pod.wire.requestMilli(resource: resource, container: test.container) {
                case .success(let milli): requests[pod.name] = milli
                case .failure(let error): fault = error.failure(resource: resource, pod: pod.name).description
                }
            }
            if let fault {
                // Without any sample that counts, requests are not asked for.
                if test.expect.error?.hasPrefix("did not receive metrics") == true { continue }
                faults += 1
                #expect(test.expect.error == fault, "\(test.id)")
                continue
            }
            #expect(test.expect.error?.contains("request for") != true, "\(test.id)")
            #expect(test.expect.error?.hasPrefix("container ") != true, "\(test.id)")
            guard let expected = test.expect.utilization, !PodRequestTests.leavesOutPods(test) else { continue }
            let known = (test.metrics ?? []).filter { requests[$0.pod] != nil }
            let total = known.reduce(Int64(0)) { $0 &+ (requests[$1.pod] ?? 0) }
            let usage = known.reduce(Int64(0)) { $0 &+ $1.value }
            guard total > 0, abs(usage) < Int64.max / 100 else { continue }
            #expect(Int64(Int32(truncatingIfNeeded: usage * 100 / total)) == expected, "\(test.id)")
            utilizations += 1
        }
        #expect(faults >= 5)
        #expect(utilizations >= 50)
    }

    /// Samples of unready and ignored pods do not count, which is not looked at here.
    private static func leavesOutPods(_ test: Case) -> Bool {
        (test.path ?? []).contains { $0.contains("ignored") || $0.contains("unready") || $0.contains("pending") }
    }

    @Test func fractionsOfAThousandthAreSummedBeforeRoundingAtPodLevel() throws {
        let half = try Quantity("500u")
        let containers = (0..<2).map {
            Pod.Container(name: "c\($0)", resources: Pod.Resources(requests: ["cpu": half]))
        }
        var pod = Pod(spec: Pod.Spec(containers: containers))
        #expect(pod.requestMilli(resource: "cpu") == .success(2))
        pod.spec?.resources = Pod.Resources(requests: ["memory": Quantity(units: 1)])
        #expect(pod.requestMilli(resource: "cpu") == .success(1))
    }
}
