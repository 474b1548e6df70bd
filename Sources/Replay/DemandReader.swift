internal import Autoscaling
package import Manifests

/// Reads the samples of a trace in order of time, one at a time.
///
/// - A row without a value (empty, `NaN`, `null`) is left out and counted, as Prometheus' stale markers are.
/// - The same time with the same value again is left out and counted.
/// - The same time with another value, a time before the last one, and a value that is negative or infinite are faults.
/// - Faults are errors with their line, or left out and counted when the options say `skip`.
package struct DemandReader {
    /// What was left out.
    package struct Omissions: Hashable, Sendable {
        package var withoutValue = 0
        package var duplicates = 0
        /// Only with `skip`.
        package var faults = 0
        /// The first few of the faults.
        package var examples: [Diagnostic] = []
    }

    /// Samples that the spacing is taken from.
    private static let inspected = 32
    private static let largestExamples = 5

    private var rows: any SampleRows
    private let options: DemandTrace.Options
    private let name: String
    private var last: DemandSample?
    private var waiting: [DemandSample] = []
    private var position = 0
    /// The spacing of the samples in nanoseconds, above 0.
    package private(set) var intervalNanoseconds: Int64 = 0
    /// Two samples further apart than this have a gap between them.
    package private(set) var largestGapNanoseconds: Int64 = 0
    package private(set) var omissions = Omissions()

    init(_ rows: any SampleRows, options: DemandTrace.Options, name: String) throws(Diagnostic) {
        self.rows = rows
        self.options = options
        self.name = name
        while waiting.count < DemandReader.inspected, let sample = try ordered() { waiting.append(sample) }
        if waiting.isEmpty { throw Diagnostic(file: name, mark: nil, message: "has no sample") }
        let spacings = zip(waiting.dropFirst(), waiting).map { $0.time.nanoseconds(since: $1.time) }.sorted()
        if let interval = options.interval {
            intervalNanoseconds = max(interval.nanoseconds, 1)
        } else if spacings.isEmpty {
            throw Diagnostic(
                file: name, mark: nil, message: "has one sample only; two are the least, or say the interval")
        } else {
            intervalNanoseconds = spacings[spacings.count / 2]
        }
        largestGapNanoseconds =
            options.largestGap?.nanoseconds ?? intervalNanoseconds.multipliedSaturating(by: 3)
    }

    /// What the values are: what the file says, else what the options do.
    var meaning: DemandTrace.Meaning { rows.meaning ?? options.meaning }

    /// The next sample; `nil` at the end.
    package mutating func next() throws(Diagnostic) -> DemandSample? {
        if position < waiting.count {
            position += 1
            return waiting[position - 1]
        }
        return try ordered()
    }

    private mutating func ordered() throws(Diagnostic) -> DemandSample? {
        while true {
            do throws(Diagnostic) {
                guard var sample = try rows.next() else { return nil }
                if sample.value.isNaN {
                    omissions.withoutValue += 1
                    continue
                }
                sample.value *= options.factor
                if let last, sample == last {
                    omissions.duplicates += 1
                    continue
                }
                try check(sample)
                last = sample
                return sample
            } catch {
                // A fault of the file itself cannot be passed over.
                guard options.faults == .skip, error.mark != nil else { throw error }
                omissions.faults += 1
                if omissions.examples.count < DemandReader.largestExamples { omissions.examples.append(error) }
            }
        }
    }

    private func check(_ sample: DemandSample) throws(Diagnostic) {
        guard sample.value.isFinite, sample.value >= 0 else {
            throw rows.fault("the value \(sample.value) is \(sample.value < 0 ? "negative" : "infinite")")
        }
        guard let last, sample.time <= last.time else { return }
        let time = TraceTime.text(sample.time)
        if sample.time == last.time {
            throw rows.fault("\(time) is there twice, with \(last.value) and \(sample.value)")
        }
        throw rows.fault("\(time) comes after \(TraceTime.text(last.time)), samples must be in order of time")
    }
}

extension Int64 {
    /// The product, at the nearest end of the range where it does not fit.
    func multipliedSaturating(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}
