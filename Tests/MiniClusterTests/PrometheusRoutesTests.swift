import Autoscaling
import HTTPService
import Testing

@testable import MiniCluster

@Suite struct PrometheusRoutesTests {
    static let start: Int64 = 1_795_486_000

    /// A gauge of two pods at 0, 15 and 30 s; the second pod is gone at 30 s.
    private func simulated() async -> SimulatedPrometheus {
        let prometheus = SimulatedPrometheus { Timestamp(milliseconds: (Self.start + 40) * 1000) }
        let target = ScrapeTarget(job: "pods", instance: "mini")
        for (index, pods) in [["a", "b"], ["a", "b"], ["a"]].enumerated() {
            let samples = pods.map { ExposedSample("load", ["pod": $0], Double(index + 1)) }
            let time = Timestamp(milliseconds: (Self.start + 15 * Int64(index)) * 1000)
            await prometheus.scrape(target, samples, at: time)
        }
        return prometheus
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var target: String
        var status = 200
        var answer: String
        var testDescription: String { target }

        static func error(_ target: String, _ status: Int, _ type: String, _ text: String) -> Case {
            Case(
                target: target, status: status, answer: #"{"status":"error","errorType":"\#(type)","error":"\#(text)"}"#
            )
        }

        static func data(_ target: String, _ data: String) -> Case {
            Case(target: target, answer: #"{"status":"success","data":\#(data)}"#)
        }
    }

    static let one = #"{"__name__":"load","instance":"mini","job":"pods","pod":"a"}"#
    static let other = #"{"__name__":"load","instance":"mini","job":"pods","pod":"b"}"#

    @Test(arguments: [
        Case.data(
            "/api/v1/query?query=load",
            #"{"resultType":"vector","result":[{"metric":\#(one),"value":[1795486040,"3"]}]}"#),
        Case.data(
            "/api/v1/query?query=load%7Bpod%3D%22b%22%7D&time=1795486029.5",
            #"{"resultType":"vector","result":[{"metric":\#(other),"value":[1795486029.500,"2"]}]}"#),
        Case.data(
            "/api/v1/query?query=1e-07&time=2026-11-24T02:06:57Z",
            #"{"resultType":"scalar","result":[1795486017,"1e-07"]}"#),
        Case.data(
            "/api/v1/query?query=%22a%5C%22b%5Cn%22&time=2026-11-24T02:06:57.250Z",
            #"{"resultType":"string","result":[1795486017.250,"a\"b\n"]}"#),
        Case.data(
            "/api/v1/query?query=load%7Bpod%3D%22b%22%7D%5B1m%5D",
            #"{"resultType":"matrix","result":[{"metric":\#(other),"values":[[1795486000,"1"],[1795486015,"2"]]}]}"#),
        Case.data(
            "/api/v1/query_range?query=sum(load)&start=1795486000&end=1795486030&step=15s",
            #"{"resultType":"matrix","result":[{"metric":{},"values":[[1795486000,"2"],[1795486015,"4"],[1795486030,"3"]]}]}"#
        ),
        Case.data("/api/v1/labels", #"["__name__","instance","job","pod"]"#),
        Case.data("/api/v1/labels?match[]=up", #"["__name__","instance","job"]"#),
        Case.data("/api/v1/label/pod/values", #"["a","b"]"#),
        Case.data("/api/v1/series?match[]=load", "[\(one),\(other)]"),
        Case.error("/api/v1/series", 400, "bad_data", "no match[] parameter provided"),
        Case.error(
            "/api/v1/query?query=", 400, "bad_data",
            #"invalid parameter \"query\": 1:1: parse error: no expression found in input"#),
        Case.error(
            "/api/v1/query?query=topk(2,load)", 400, "bad_data",
            #"invalid parameter \"query\": 1:1: parse error: the function or aggregation \"topk\" is not supported by this simulated Prometheus"#
        ),
        Case.error(
            "/api/v1/query?query=load%0A%20or%20load", 400, "bad_data",
            #"invalid parameter \"query\": 2:2: parse error: the set operator \"or\" is not supported by this simulated Prometheus"#
        ),
        Case.error(
            "/api/v1/query?query=load&time=yesterday", 400, "bad_data",
            #"invalid parameter \"time\": Invalid time value for 'time': cannot parse \"yesterday\" to a valid timestamp"#
        ),
        Case.error(
            "/api/v1/query_range?query=load&start=2&end=1&step=1", 400, "bad_data",
            #"invalid parameter \"end\": end timestamp must not be before start time"#),
        Case.error(
            "/api/v1/query_range?query=load&start=0&end=11001&step=1", 400, "bad_data",
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"
        ),
        Case(target: "/-/ready", answer: "Prometheus Server is Ready.\n"),
        Case(target: "/api/v1/nothing", status: 404, answer: "404 page not found\n"),
    ])
    func answersWithTheRecordedShapes(route: Case) async throws {
        let response = await simulated().routes.respond(to: try ServiceRequest(method: "GET", target: route.target))
        #expect(response.status == route.status)
        #expect(text(response) == route.answer)
    }

    @Test func formsArriveAsQueriesDo() async throws {
        let body = Array("query=load%7Bpod%3D%22a%22%7D+%2B+1&time=1795486001".utf8)
        let request = try ServiceRequest(method: "POST", target: "/api/v1/query", body: body)
        let expected = #"{"instance":"mini","job":"pods","pod":"a"},"value":[1795486001,"2"]"#
        #expect(text(await simulated().routes.respond(to: request)).contains(expected))
    }

    @Test func aServerThatIsNotReadyAnswersNothing() async throws {
        let prometheus = await simulated()
        await prometheus.setReady(false)
        for target in ["/-/ready", "/api/v1/query?query=1"] {
            let response = await prometheus.routes.respond(to: try ServiceRequest(method: "GET", target: target))
            #expect(response.status == 503 && text(response) == "Service Unavailable")
        }
    }

    @Test func aTargetThatIsGoneIsDownAndItsSeriesEnd() async throws {
        let prometheus = await simulated()
        let time = Timestamp(milliseconds: (Self.start + 40) * 1000)
        await prometheus.scrape(ScrapeTarget(job: "pods", instance: "mini"), nil, at: time)
        let load = try ServiceRequest(method: "GET", target: "/api/v1/query?query=load")
        #expect(text(await prometheus.routes.respond(to: load)).contains(#""result":[]"#))
        let up = try ServiceRequest(method: "GET", target: "/api/v1/query?query=up")
        #expect(text(await prometheus.routes.respond(to: up)).contains(#"[1795486040,"0"]"#))
    }

    @Test func theStoreIsBounded() {
        var bounds = TimeSeriesStore.Bounds()
        bounds.series = 2
        bounds.retention = .seconds(60)
        var store = TimeSeriesStore(bounds: bounds)
        for name in ["a", "b", "c"] { store.append(1, to: SeriesIdentity(name), at: Timestamp(milliseconds: 0)) }
        store.append(1, to: SeriesIdentity("a"), at: Timestamp(milliseconds: 0))
        #expect(store.seriesCount == 2 && store.refusedCount == 2)
        for second in 1...200 {
            store.append(1, to: SeriesIdentity("a"), at: Timestamp(milliseconds: Int64(second) * 1000))
            store.expire(at: Timestamp(milliseconds: Int64(second) * 1000))
        }
        #expect(store.identities.map(\.metric) == ["a"])
        let kept = store.select([SeriesMatcher(metric: "a")]).first?.samples.count ?? 0
        #expect((60...82).contains(kept))
    }

    private func text(_ response: ServiceResponse) -> String {
        guard case .bytes(let bytes) = response.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
