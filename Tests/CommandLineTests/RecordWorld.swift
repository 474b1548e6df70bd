import Autoscaling
import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import RealPrometheus
import Testing

/// An hour of ByteBites as a Prometheus has it that scraped cAdvisor and kube-state-metrics every 15 s.
///
/// Two pods use 80m of the 100m that each requests. At 17:40:00 the size goes to 3: the third pod runs from 17:40:15 on,
/// is ready from 17:41:00 on, and uses 40m.
struct RecordWorld {
    static let start = Timestamp(nanoseconds: 1_773_423_000_000_000_000)  // 2026-03-13T17:30:00Z
    static let change = 600
    static let length = 3_600

    var folder: String
    var url: String

    var words: [String] { ["record", "-f", folder + "/hpa.yaml", "--prometheus-url", url] }

    /// Runs a body with a real Prometheus that has the data.
    static func run(arguments: [String] = [], _ body: (RecordWorld) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/record-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(PlanWorld.hpa().utf8).write(to: URL(filePath: folder + "/hpa.yaml"))
        try Data(openMetrics.utf8).write(to: URL(filePath: folder + "/data.om"))
        let promtool = try #require(ChildProcess.find("promtool"))
        let made = try await ChildProcess.run(
            promtool, ["tsdb", "create-blocks-from", "openmetrics", folder + "/data.om", folder + "/data"])
        try #require(made.status == 0, "\(made.errors)")
        try await PrometheusProcess.run(
            scraping: [], data: folder + "/data", arguments: ["--storage.tsdb.retention.time=100y"] + arguments
        ) { prometheus in
            try await body(RecordWorld(folder: folder, url: prometheus.url))
        }
    }

    func call(_ words: String...) async throws -> Call { try await Call.inProcess(self.words + words) }

    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + name))) }

    private struct PodLife {
        var name: String
        var from: Int
        var running: Int
        var ready: Int
        var cores: Double
    }

    private static let pods = [
        PodLife(name: "order-service-a", from: -7_200, running: -7_200, ready: -7_100, cores: 0.08),
        PodLife(name: "order-service-b", from: -7_200, running: -7_200, ready: -7_100, cores: 0.08),
        PodLife(name: "order-service-c", from: change, running: change + 15, ready: change + 60, cores: 0.04),
    ]

    /// Twenty minutes before the hour, and the hour.
    private static var openMetrics: String {
        var text = ""
        func family(_ name: String, _ type: String = "gauge", _ lines: (Int) -> [(labels: String, value: Double)]) {
            text += "# TYPE \(name) \(type)\n"
            let sample = type == "counter" ? name + "_total" : name
            for second in stride(from: -1_200, through: length, by: 15) {
                for line in lines(second) {
                    text +=
                        "\(sample){\(line.labels)} \(line.value) \(start.nanoseconds / 1_000_000_000 + Int64(second))\n"
                }
            }
        }
        func pods(
            _ second: Int, _ more: String = "", where isThere: (PodLife) -> Bool = { _ in true },
            value: (PodLife) -> Double
        ) -> [(labels: String, value: Double)] {
            Self.pods.filter { $0.from <= second && isThere($0) }.map {
                ("namespace=\"default\",pod=\"\($0.name)\"" + (more.isEmpty ? "" : "," + more), value($0))
            }
        }
        let deployment = "namespace=\"default\",deployment=\"order-service-deployment\""
        let container = "container=\"order-service\""
        family("container_cpu_usage_seconds", "counter") { second in
            pods(second, container, where: { $0.running <= second }) { $0.cores * Double(second - $0.running) }
        }
        family("kube_deployment_spec_replicas") { [(deployment, $0 < change ? 2 : 3)] }
        family("kube_deployment_status_replicas") { [(deployment, $0 < change ? 2 : 3)] }
        family("kube_replicaset_owner") { _ in
            [
                (
                    "namespace=\"default\",replicaset=\"order-5f\",owner_kind=\"Deployment\","
                        + "owner_name=\"order-service-deployment\"", 1
                )
            ]
        }
        family("kube_pod_owner") { pods($0, "owner_kind=\"ReplicaSet\",owner_name=\"order-5f\"") { _ in 1 } }
        family("kube_pod_status_phase") { second in
            pods(second, "phase=\"Running\"") { $0.running <= second ? 1 : 0 }
                + pods(second, "phase=\"Pending\"") { $0.running <= second ? 0 : 1 }
        }
        family("kube_pod_status_ready") { second in
            pods(second, "condition=\"true\"") { $0.ready <= second ? 1 : 0 }
                + pods(second, "condition=\"false\"") { $0.ready <= second ? 0 : 1 }
        }
        family("kube_pod_start_time") { pods($0) { Double(start.nanoseconds / 1_000_000_000) + Double($0.from) } }
        family("kube_pod_container_info") { pods($0, container) { _ in 1 } }
        family("kube_pod_container_resource_requests") {
            pods($0, container + ",resource=\"cpu\",unit=\"core\"") { _ in 0.1 }
        }
        family("demand") { [("a=\"b\"", $0 < change ? 20 : 30)] }
        return text + "# EOF\n"
    }
}
