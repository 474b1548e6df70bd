import Autoscaling
import FoundationEssentials
import Glibc
import PrometheusClient

/// Reading a large answer of Prometheus: the reader of this project beside `JSONDecoder`, on the same bytes.
enum AnswerBenchmarks {
    struct Run {
        var name: String
        var milliseconds: Double
        /// Resident at the most, above what there was before.
        var bytes: Int
    }

    static let seriesCount = 100_000

    /// Seven labels a series, as cAdvisor has them; 20 namespaces, 50,000 pods of two containers.
    static func body() -> [UInt8] {
        var text: [UInt8] = Array(#"{"status":"success","data":{"resultType":"vector","result":["#.utf8)
        for index in 0..<seriesCount {
            let (pod, space) = (index / 2, index / 2 % 20)
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += #"{"metric":{"__name__":"container_cpu_usage_seconds_total","container":"#.utf8
            text += index % 2 == 0 ? #""app""#.utf8 : #""istio-proxy""#.utf8
            text += #","instance":"10.32.\#(pod % 250).17:10250","job":"kubelet","namespace":"load-\#(space)","#.utf8
            text += #""node":"ip-10-32-\#(pod % 250)-17.eu-central-1.compute.internal","#.utf8
            text += #""pod":"web-\#(pod)-6d9f7c8b5d-\#(10_000 + pod % 7)"},"#.utf8
            text += #""value":[1795486017.734,"0.0\#(index)"]}"#.utf8
        }
        text += "]}}".utf8
        return text
    }

    private struct Decoded: Decodable {
        struct Series: Decodable {
            var metric: [String: String]
            var value: Value
        }

        struct Value: Decodable {
            var time: Double
            var text: String

            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                time = try container.decode(Double.self)
                text = try container.decode(String.self)
            }
        }

        struct Content: Decodable {
            var result: [Series]
        }

        var data: Content
    }

    /// Both readers; the larger one last, so that the most memory of each is its own.
    static func runs(_ body: [UInt8]) throws -> [Run] {
        let labels = LabelSelection.only(["namespace", "pod", "container"])
        var runs = [
            try measure("every byte checked, 3 of 7 labels kept") {
                guard case .success(let answer) = try VectorReader.read(body, labels: labels),
                    case .vector(let vector) = answer.result
                else { return 0 }
                return vector.count
            }
        ]
        let data = Data(body)
        runs.append(
            try measure("JSONDecoder, all labels") {
                try JSONDecoder().decode(Decoded.self, from: data).data.result.count
            })
        return runs
    }

    struct WrongCount: Error {}

    /// The median of five.
    private static func measure(_ name: String, _ body: () throws -> Int) throws -> Run {
        let before = ReplayBenchmarks.resident()
        var times: [Double] = []
        for _ in 0..<5 {
            let start = ReplayBenchmarks.cpuSeconds()
            guard try body() == seriesCount else { throw WrongCount() }
            times.append((ReplayBenchmarks.cpuSeconds() - start) * 1000)
        }
        return Run(
            name: name, milliseconds: times.sorted()[2], bytes: max(ReplayBenchmarks.resident() - before, 0))
    }
}
