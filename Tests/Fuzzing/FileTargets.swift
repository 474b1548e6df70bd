import Autoscaling
import CommandLine
import FoundationEssentials
import Journal
import KubernetesTypes
import Manifests
import Replay
import Schedules

extension FuzzTarget {
    /// YAML, and JSON as a part of it.
    static let yaml = FuzzTarget("yaml") { bytes in
        for document in try YAMLParser.documents(of: bytes, file: "f") { try checkMarks(of: document) }
    }

    private static func checkMarks(of node: YAMLNode) throws {
        try require(node.mark.line >= 1 && node.mark.column >= 1, "a place before the text")
        if case .mapping(let entries) = node.content {
            try require(Set(entries.map(\.key)).count == entries.count, "a key twice")
            for entry in entries { try checkMarks(of: entry.value) }
        }
        for item in node.items ?? [] { try checkMarks(of: item) }
    }

    /// Manifests of autoscalers: what is valid is written as YAML and read the same, and can be decided on.
    static let manifests = FuzzTarget("manifests") { bytes in
        var set = ManifestSet()
        set.add(bytes, file: "f.yaml")
        for diagnostic in set.diagnostics { try require(!"\(diagnostic)".isEmpty, "a fault without words") }
        for manifest in set.autoscalers where manifest.isValid && manifest.kind == .horizontalPodAutoscaler {
            var object = manifest.autoscaler
            object.kind = "HorizontalPodAutoscaler"
            let written = try again("it cannot be written") { try YAMLEncoder().encode(object) }
            var back = ManifestSet()
            back.add(Array(written.utf8), file: "g.yaml")
            let errors = back.diagnostics.filter { $0.severity == .error }
            try require(errors.isEmpty, "written it is refused: \(errors)\n\(written)")
            try require(
                back.autoscalers.first?.autoscaler.spec == object.spec, "written and read it is another\n\(written)")
        }
        for manifest in set.autoscalers {
            guard let spec = manifest.autoscaler.spec else { continue }
            try AnyDecision.check(AutoscalerSpec(spec), isValid: manifest.isValid)
        }
    }

    /// `--config`.
    static let configuration = FuzzTarget("configuration") { bytes in
        _ = try ConfigurationFile(reading: bytes, file: "f.yaml")
    }

    /// Expectations of a replay.
    static let expectations = FuzzTarget("expectations") { bytes in
        _ = try Expectations(yaml: bytes, file: "f.yaml")
    }

    /// A model of a workload; what is taken is run.
    static let workloadModel = FuzzTarget("workload-model") { bytes in
        _ = try WorkloadModel(yaml: bytes, file: "f.yaml")
    }

    /// Demand over time: CSV, answers of `query_range`, traces. The first byte chooses the options.
    static let demandTrace = FuzzTarget("demand-trace") { bytes in
        var bytes = bytes
        let choice = bytes.takeByte()
        var options = DemandTrace.Options()
        options.faults = choice & 1 == 0 ? .refuse : .skip
        options.meaning = choice & 2 == 0 ? .rate : .utilization(replicas: 4)
        if choice & 4 != 0 { options.labels = ["job": "web"] }
        var reader = try DemandTrace(name: "f", source: .bytes(bytes), options: options).open()
        var last: Timestamp?
        while let sample = try reader.next() {
            try require(sample.value >= 0 && sample.value.isFinite, "a demand of \(sample.value)")
            if let last { try require(sample.time > last, "time runs backwards") }
            last = sample.time
        }
    }

    /// A journal: lines are written and read the same, and the whole is replayed.
    static let trace = FuzzTarget("trace", longestInput: 8_192) { bytes in
        let (decoder, encoder) = (TraceDecoder(), TraceEncoder())
        for line in bytes.split(separator: 0x0a) {
            guard case .line(let read)? = try? decoder.entry(line) else { continue }
            let written = try again("a line cannot be written") { try encoder.bytes(of: read) }
            let back = try again("a line that was written cannot be read") { try decoder.entry(written[...]) }
            guard case .line(let again) = back else { throw BrokenProperty("a line became a header") }
            try require(try encoder.bytes(of: again) == written, "written and read a line is another")
        }
        _ = try TraceReplay().run(ByteSource(bytes: bytes, name: "f"))
    }
}
