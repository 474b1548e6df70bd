import Autoscaling
import Glibc
import HTTPService
import Locking
import MiniCluster

/// `swiftlet-load AUTOSCALERS PODS KUBECONFIG`: serves a cluster of that size until it is killed.
///
/// Writes the kubeconfig, prints the URL of its Prometheus, and then on standard input takes one word a line: `requests`
/// prints and clears the counts of requests, a number sets the utilisation of every pod, and `scales` prints how many changes
/// of scale have come since, and after how many seconds the first and the last.
@main
struct Program {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let autoscalers = Int(arguments[1]), let pods = Int(arguments[2]) else {
            print("usage: swiftlet-load AUTOSCALERS PODS KUBECONFIG")
            exit(2)
        }
        let cluster = LoadCluster(LoadCluster.Size(autoscalers: autoscalers, pods: pods))
        try await cluster.fill()
        let api = try KubernetesAPI(store: cluster.store) { request in
            let what = request.segments.last { !$0.hasPrefix("web-") } ?? ""
            let verb = request.queryValue("watch") == nil ? request.method : "WATCH"
            cluster.requests.withLock { $0["\(verb) \(what)", default: 0] += 1 }
            if what == "scale", request.method == "PATCH" {
                cluster.scales.withLock { $0.note(at: LoadCluster.now()) }
            }
            return nil
        }
        let prometheus = try HTTPServer { cluster.answer($0) }
        guard let file = fopen(arguments[3], "w") else { throw CannotWrite() }
        fputs(api.kubeconfig(), file)
        fclose(file)
        print("ready \(prometheus.url)")
        fflush(nil)
        while let line = readLine() {
            if let utilization = Int(line) {
                cluster.scales.withLock { $0 = .init(stepped: LoadCluster.now()) }
                cluster.utilization.withLock { $0 = utilization }
                continue
            }
            if line == "scales" {
                print(cluster.scales.withLock(\.text))
                fflush(nil)
                continue
            }
            let counts = cluster.requests.withLock { counts in
                defer { counts = [:] }
                return counts
            }
            print(counts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") + ".")
            fflush(nil)
        }
        await prometheus.stop()
        await api.stop()
    }

    struct CannotWrite: Error {}
}

/// The machine's time.
enum SystemTime {
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
