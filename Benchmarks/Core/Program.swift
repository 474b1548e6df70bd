import Autoscaling
import DecisionProperties
import Glibc

/// `swiftlet-bench` times the decision core and replays; `swiftlet-bench replay` and `answers` a part
/// alone, `swiftlet-bench replay open` one kind of replay again and again, for a profiler to look at, and
/// `swiftlet-bench properties N` checks the core's properties instead.
@main
struct Program {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "replay" {
            let kind = arguments.dropFirst().first.flatMap(ReplayBenchmarks.Kind.init)
            return kind.map { replays([$0], rounds: 51) } ?? replays()
        }
        if arguments.first == "answers" { return answers() }
        guard arguments.first == "properties" else {
            report()
            return
        }
        let worlds = arguments.dropFirst().first.flatMap(UInt64.init) ?? 1_000_000
        let failures = Properties.check(worlds: worlds)
        let checks = worlds * UInt64(DecisionProperty.allCases.count) + 1
        print("\(checks - UInt64(failures)) passed, \(failures) failed")
        if failures > 0 { exit(1) }
    }

    static func report() {
        print("CPU time of one thread, median of 31 batches of at least 2 ms each; allocations by counting malloc.")
        print("")
        let benchmarks = DecisionBenchmarks()
        row("work", "ns", "allocations", "of Go's ns")
        for (pods, go) in [(10, 9_700.0), (100, 73_000.0), (1_000, 790_000.0)] {
            row("Resource calculator, \(pods) pods", benchmarks.calculator(pods: pods), go: go)
        }
        for pods in [10, 100, 1_000] {
            row("whole decision, \(pods) pods, full window", benchmarks.decision(pods: pods), go: nil)
        }
        row("stabilization + policy step, full window", benchmarks.stabilization(), go: 1_500)
        row("whole decision by one number, full window", benchmarks.oneNumber(), go: nil)
        row("storing a scale event", benchmarks.scaleEvent(), go: 300)
        row("explanation in words", benchmarks.explanation(), go: nil)
        print("")
        print("Go: Kubernetes v1.36's controller code on the same inputs, measured apart on this kind of machine.")
        print("")
        replays()
        print("")
        answers()
    }

    /// Whole replays: median CPU time, speed, and the memory that each added to the most there ever was.
    static func replays(_ kinds: [ReplayBenchmarks.Kind] = ReplayBenchmarks.Kind.allCases, rounds: Int = 5) {
        row("replay of one target, median of \(rounds)", "decisions", "CPU ms", "decisions/s", "KiB more")
        guard let runs = try? kinds.flatMap({ try ReplayBenchmarks.runs($0, rounds: rounds) }) else {
            print("a replay failed")
            exit(1)
        }
        for run in runs {
            row(
                run.name, "\(run.decisions)", "\(Int((run.seconds * 1000).rounded()))",
                "\(Int((Double(run.decisions) / run.seconds).rounded()))", "\(run.bytes >> 10)")
        }
    }

    /// Answers of Prometheus: CPU time and the memory that each added to the most there ever was.
    static func answers() {
        let body = AnswerBenchmarks.body()
        row("an answer of \(AnswerBenchmarks.seriesCount) series", "payload KiB", "CPU ms", "KiB more")
        guard let runs = try? AnswerBenchmarks.runs(body) else {
            print("an answer could not be read")
            exit(1)
        }
        for run in runs {
            row(run.name, "\(body.count >> 10)", "\(Int(run.milliseconds.rounded()))", "\(run.bytes >> 10)")
        }
    }

    private static func row(_ name: String, _ measurement: Measurement, go: Double?) {
        let allocations = (measurement.allocations * 10).rounded() / 10
        row(
            name, "\(Int(measurement.nanoseconds.rounded()))", "\(allocations)",
            go.map { "1/\(Int(($0 / measurement.nanoseconds).rounded()))" } ?? "")
    }

    private static func row(_ name: String, _ values: String...) {
        let columns = values.map { String(repeating: " ", count: max(0, 14 - $0.count)) + $0 }
        print(name + String(repeating: " ", count: max(1, 46 - name.count)) + columns.joined())
    }
}
