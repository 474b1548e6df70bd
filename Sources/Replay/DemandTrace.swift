package import Autoscaling
internal import Journal
package import Manifests

/// One sample of a trace.
package struct DemandSample: Hashable, Sendable {
    package var time: Timestamp
    /// As written; what it means is said by ``DemandTrace/Meaning``. At least 0 and finite.
    package var value: Double
    /// The replicas recorded beside it, where a column has them.
    package var replicas: Int32?

    package init(time: Timestamp, value: Double, replicas: Int32? = nil) {
        self.time = time
        self.value = value
        self.replicas = replicas
    }
}

/// A recorded past: where it is and how it is to be read. Opening it reads it from its beginning.
package struct DemandTrace: Sendable {
    /// What the values of a trace say.
    package enum Meaning: Hashable, Sendable {
        /// Units of demand per second.
        case rate
        /// Units of demand per interval of the trace, e.g. requests per 5 minutes.
        case total
        /// Cores that all pods together use.
        case cores
        /// Percent of the request, averaged over so many replicas where no column has them.
        case utilization(replicas: Int32)
    }

    /// What is done with rows that cannot be used.
    package enum Faults: String, Hashable, Sendable {
        /// The first one is an error.
        case refuse
        /// They are left out, counted, and the first few are reported.
        case skip
    }

    /// What demand is between two samples.
    package enum Interpolation: String, Hashable, Sendable {
        /// That of the sample before.
        case step
        /// A straight line, except across gaps.
        case linear
    }

    package struct Options: Sendable {
        package var meaning: Meaning = .rate
        /// Multiplies each value.
        package var factor = 1.0
        /// Name of the column of values; needed when there are several.
        package var column: String?
        /// Name of the column of recorded replicas.
        package var replicasColumn: String?
        /// The zone of times that name none.
        package var zone = ZoneOffset.utc
        /// The spacing of the samples; `nil`: the median of the first ones.
        package var interval: Duration?
        /// Two samples further apart than this have a gap between them; `nil`: three intervals.
        package var largestGap: Duration?
        package var interpolation = Interpolation.step
        package var faults = Faults.refuse
        /// Of a trace of several autoscalers: which one's demand, as `namespace/name` or a name.
        package var autoscaler: String?
        /// Of a Prometheus answer: only series with all of these labels; the ones left are summed.
        package var labels: [String: String] = [:]

        package init() {}
    }

    /// Where the samples are.
    package enum Source: Sendable {
        /// A file: CSV, JSON of Prometheus or a trace, as its beginning tells; `-` is standard input.
        case file(String)
        case bytes([UInt8])
        case samples([DemandSample])
    }

    /// For people; the file name unless said otherwise.
    package var name: String
    package var source: Source
    package var options: Options

    package init(name: String, source: Source, options: Options = Options()) {
        self.name = name
        self.source = source
        self.options = options
    }

    package init(file path: String, options: Options = Options()) {
        self.init(name: path, source: .file(path), options: options)
    }

    /// Begins reading.
    package func open() throws(Diagnostic) -> DemandReader {
        let rows: any SampleRows
        switch source {
        case .samples(let samples): rows = ListedSamples(samples: samples, name: name)
        case .bytes(let bytes): rows = try DemandTrace.rows(ByteSource(bytes: bytes, name: name), options)
        case .file(let path): rows = try DemandTrace.rows(ByteSource(file: path), options)
        }
        return try DemandReader(rows, options: options, name: name)
    }

    private static func rows(_ source: ByteSource, _ options: Options) throws(Diagnostic) -> any SampleRows {
        var lines = LineReader(source, largestLine: TraceReader.largestLine)
        guard let first = try lines.next() else {
            throw Diagnostic(file: source.name, mark: nil, message: "is empty")
        }
        if TraceDecoder.isHeader(lines.bytes[first]) { return try TraceDemand(lines, first: first, options: options) }
        if lines.bytes[first].first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") {
            return try PrometheusSamples(lines.bytes, rest: source, options: options)
        }
        lines.largestLine = LineReader.largestRow
        return try CSVSamples(lines, header: first, options: options)
    }
}

/// Rows of samples in the order written, checked one by one but not against each other.
protocol SampleRows {
    /// The next sample; `nil` at the end. A row without a value has NaN.
    mutating func next() throws(Diagnostic) -> DemandSample?
    /// A fault of the row that was read last.
    func fault(_ message: String) -> Diagnostic
    /// What the values are, where the file itself says so.
    var meaning: DemandTrace.Meaning? { get }
}

extension SampleRows {
    var meaning: DemandTrace.Meaning? { nil }
}

/// Samples that are there already.
struct ListedSamples: SampleRows {
    let samples: [DemandSample]
    let name: String
    private var position = 0

    init(samples: [DemandSample], name: String) {
        self.samples = samples
        self.name = name
    }

    mutating func next() -> DemandSample? {
        guard position < samples.count else { return nil }
        position += 1
        return samples[position - 1]
    }

    func fault(_ message: String) -> Diagnostic {
        Diagnostic(file: name, mark: nil, message: "sample \(position): \(message)")
    }
}
