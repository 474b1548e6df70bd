internal import Autoscaling
internal import Journal
internal import Manifests
internal import Replay

/// A file that is no manifest, as `validate` looks at it: a trace, a workload model or expectations, or a configuration.
struct OtherFileCheck {
    /// What a file is, by its beginning and its name.
    enum Kind: String, Sendable {
        case trace, workload, expectations, configuration
    }

    var path: String
    var kind: Kind
    /// `nil` where it can be used.
    var fault: Diagnostic?
    /// What is in it, for people.
    var content = ""

    /// Bytes of a manifest or another text that is written by hand, at most.
    private static let largestText = 16 << 20

    /// `nil` for what is none of them: a manifest, a folder, standard input, or what cannot be opened.
    init?(_ path: String, options: DemandTrace.Options) {
        guard path != "-", let kind = Self.kind(of: path) else { return nil }
        self.path = path
        self.kind = kind
        do throws(Diagnostic) {
            switch kind {
            case .trace: content = try Self.read(path, options)
            case .workload: content = try Self.read(WorkloadModel(yaml: Self.text(path), file: path))
            case .expectations: content = try Self.read(Expectations(yaml: Self.text(path), file: path))
            case .configuration: content = try Self.read(ConfigurationFile(reading: path))
            }
        } catch {
            fault = error
        }
    }

    private static func text(_ path: String) throws(Diagnostic) -> [UInt8] {
        try ByteSource(file: path).all(limit: largestText)
    }

    private static func kind(of path: String) -> Kind? {
        if [".csv", ".tsv", ".jsonl", ".ndjson"].contains(where: path.lowercased().hasSuffix) { return .trace }
        guard let source = try? ByteSource(file: path), let isTrace = try? source.beginsAsTrace() else { return nil }
        if isTrace { return .trace }
        guard let bytes = try? source.all(limit: largestText) else { return nil }
        let root = try? YAMLParser.documents(of: bytes, file: path).first
        if root?["status"] != nil, root?["data"] != nil, root?["kind"] == nil { return .trace }
        if root?["coresPerUnit"] != nil { return .workload }
        if root?["expect"] != nil, root?["kind"] == nil { return .expectations }
        return root.map(ConfigurationFile.isMeant) == true ? .configuration : nil
    }

    private static func read(_ path: String, _ options: DemandTrace.Options) throws(Diagnostic) -> String {
        let source = try ByteSource(file: path)
        guard try source.beginsAsTrace() else {
            var reader = try DemandTrace(file: path, options: options).open()
            var count = 0
            var last: Timestamp?
            while let sample = try reader.next() {
                count += 1
                last = sample.time
            }
            let spacing = DurationText.text(.nanoseconds(reader.intervalNanoseconds))
            let until = last.map { " until \(TraceTime.text($0)) UTC" } ?? ""
            let left = reader.omissions.withoutValue + reader.omissions.duplicates + reader.omissions.faults
            return "\(count) samples, one each \(spacing),\(until)" + (left > 0 ? ", \(left) rows left out" : "")
        }
        var reader = try TraceReader(source)
        var (observations, decisions, demands) = (0, 0, 0)
        var keys: Set<TraceReplay.Key> = []
        while let entry = try reader.next() {
            guard case .line(let line) = entry else { continue }
            keys.insert(TraceReplay.Key(namespace: line.namespace, name: line.name))
            switch line.body {
            case .observation: observations += 1
            case .decision: decisions += 1
            case .demand: demands += 1
            case .spec, .history, .scaled: break
            }
        }
        let cut = reader.isCutOff ? ", the last line cut off" : ""
        return
            "\(observations) observations, \(decisions) decisions and \(demands) demands of \(keys.count) autoscalers\(cut)"
    }

    private static func read(_ model: WorkloadModel) -> String {
        model.limitCores.isFinite
            ? "a pod serves \(Int(model.capacity.rounded(.down))) units a second" : "pods have no limit"
    }

    private static func read(_ configuration: ConfigurationFile) -> String {
        let count = configuration.metricRules.count
        let parts = [
            count == 1 ? "1 rule" : "\(count) rules", configuration.hasGuards ? "guards" : nil,
            configuration.fleet.freeze == nil ? nil : "a freeze",
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    private static func read(_ expectations: Expectations) -> String {
        expectations.expectations.count == 1 ? "1 expectation" : "\(expectations.expectations.count) expectations"
    }
}
