internal import Autoscaling
internal import FoundationEssentials
internal import Manifests
internal import Replay

/// How a trace is to be read: the options that `replay` and `compare` share.
enum TraceOptions {
    /// What the values of a trace say, as it is written.
    enum Meaning: String, CaseIterable, Sendable {
        case rate, total, cores, utilization
    }

    static let values = Option<Meaning>.choice(
        "values", default: .rate,
        "What the values are: demand per second, demand per interval, cores of all pods, or percent of the request")
    static let column = Option<String?>.text(
        "column", "NAME", "The column of the values, where the CSV has several")
    static let replicas = Option<Int32?>(
        "replicas", value: .init("NUMBER"), summary: "With --values utilization: how many pods the percentages are of"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return nil }
        guard let value = Int32(text), (1...100_000).contains(value) else {
            throw UsageError("'\(text)' is not a whole number from 1 to 100000")
        }
        return value
    }
    static let replicasColumn = Option<String?>.text(
        "replicas-column", "NAME", "With --values utilization: the column that says how many pods there were")
    static let factor = Option<Double>.number(
        "factor", default: 1, in: 0...1_000_000_000, "Multiplies each value")
    static let interval = Option<Duration?>.duration(
        "interval", "The spacing of the samples", defaultText: "the median of the first ones")
    static let gap = Option<Duration?>.duration(
        "gap", "Samples further apart have a gap between them", defaultText: "three intervals")
    static let linear = Option<Bool>.flag(
        "linear", "Demand follows a straight line from sample to sample, instead of a step")
    static let skipFaults = Option<Bool>.flag(
        "skip-faults", "Leave rows that cannot be used out, count them and show the first few")
    static let labels = Option<[String: String]>(
        "label", value: .init("NAME=VALUE"), isRepeatable: true,
        summary: "Of an answer of Prometheus: only series with this label; may be written several times"
    ) { (texts) throws(UsageError) in
        var labels: [String: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw UsageError("'\(text)' is no NAME=VALUE, e.g. namespace=shop")
            }
            labels[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return labels
    }
    static let autoscaler = Option<String?>.text(
        "autoscaler", "NAMESPACE/NAME", "Of several autoscalers, of a trace or in -f: this one alone")
    static let timeZone = Option<ZoneOffset>(
        "time-zone", value: .init("OFFSET"),
        summary: "The zone of times that name none, e.g. +02:00 or, with an equals sign, --time-zone=-05:00",
        defaultText: "UTC"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return .utc }
        guard let zone = ZoneOffset(text) else {
            throw UsageError("'\(text)' is no offset from UTC, write one like +02:00")
        }
        return zone
    }

    static let all: [OptionSpec] = [
        values.spec, column.spec, replicas.spec, replicasColumn.spec, factor.spec, interval.spec, gap.spec,
        linear.spec, skipFaults.spec, labels.spec, autoscaler.spec, timeZone.spec,
    ]
}

extension DemandTrace.Options {
    /// The options as they were written.
    ///
    /// - Throws: ``UsageError`` where percentages are of nobody knows how many pods, or pods are named without them.
    init(_ arguments: Arguments, command: String) throws(UsageError) {
        self.init()
        column = try arguments[TraceOptions.column]
        replicasColumn = try arguments[TraceOptions.replicasColumn]
        factor = try arguments[TraceOptions.factor]
        interval = try arguments[TraceOptions.interval]
        largestGap = try arguments[TraceOptions.gap]
        interpolation = try arguments[TraceOptions.linear] ? .linear : .step
        faults = try arguments[TraceOptions.skipFaults] ? .skip : .refuse
        labels = try arguments[TraceOptions.labels]
        autoscaler = try arguments[TraceOptions.autoscaler]
        zone = try arguments[TraceOptions.timeZone]
        let replicas = try arguments[TraceOptions.replicas]
        switch try arguments[TraceOptions.values] {
        case .rate: meaning = .rate
        case .total: meaning = .total
        case .cores: meaning = .cores
        case .utilization: meaning = .utilization(replicas: replicas ?? 1)
        }
        let isCounted = replicas != nil || replicasColumn != nil
        if case .utilization = meaning {
            if isCounted { return }
            throw UsageError("--values utilization needs --replicas or --replicas-column", command: command)
        }
        if isCounted {
            throw UsageError("--replicas and --replicas-column go with --values utilization", command: command)
        }
    }
}

/// Reads the files of a replay that are no manifests.
enum ReplayFiles {
    /// Far more than anybody writes by hand.
    private static let largestText = 16 << 20

    static func workload(_ path: String, _ console: Console) throws(Diagnostic) -> WorkloadModel {
        try WorkloadModel(yaml: bytes(path, console), file: path)
    }

    static func expectations(_ path: String, _ console: Console) throws(Diagnostic) -> Expectations {
        try Expectations(yaml: bytes(path, console), file: path)
    }

    static func ranges(_ path: String, _ console: Console) throws(Diagnostic) -> TuningRanges {
        try TuningRanges(yaml: bytes(path, console), file: path)
    }

    /// A trace; that on standard input is read as it comes.
    static func trace(_ path: String, _ options: DemandTrace.Options, _ console: Console) -> DemandTrace {
        guard path == "-", let input = console.input else { return DemandTrace(file: path, options: options) }
        return DemandTrace(name: path, source: .bytes(input()), options: options)
    }

    /// Any file, to be read from its beginning.
    static func source(_ path: String, _ console: Console) throws(Diagnostic) -> ByteSource {
        guard path == "-", let input = console.input else { return try ByteSource(file: path) }
        return ByteSource(bytes: input(), name: path)
    }

    private static func bytes(_ path: String, _ console: Console) throws(Diagnostic) -> [UInt8] {
        if path == "-", let input = console.input { return input() }
        return try ByteSource(file: path).all(limit: largestText)
    }

    /// Writes a file whole, or leaves the one that was there.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandFailure(.no, "\(path): cannot be written; does its folder exist, and may you write there?")
        }
    }

    /// Standard input can be read once.
    ///
    /// - Throws: ``UsageError`` when more than one of the files is `-`.
    static func checkStandardInput(_ paths: [String], command: String) throws(UsageError) {
        if paths.count(where: { $0 == "-" }) > 1 {
            throw UsageError("'-' is written for more than one file, and standard input is one", command: command)
        }
    }
}
