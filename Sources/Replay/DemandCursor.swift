internal import Autoscaling
internal import Manifests

/// Walks along a trace: the demand at a time that only grows.
struct DemandCursor {
    /// A gap that is longer than this is refused: a clock that jumped, rather than a recording that paused.
    private static let longestGap: Int64 = 31 * 86_400_000_000_000

    private var reader: DemandReader
    private let isLinear: Bool
    private let name: String
    /// When the trace begins.
    let start: Timestamp
    /// The sample that holds now, and the one after it. Times are nanoseconds since the beginning.
    private var current: (time: Int64, sample: DemandSample)
    private var following: (time: Int64, sample: DemandSample)?
    /// Whether a gap or the end follows on the present sample.
    private var isBeforeGap = true
    /// When the present sample stops to hold: at the next one, or an interval later where a gap or the end follows.
    private var holdsUntil: Int64 = 0

    init(_ trace: DemandTrace) throws(Diagnostic) {
        reader = try trace.open()
        name = trace.name
        isLinear = trace.options.interpolation == .linear
        guard let first = try reader.next() else {
            throw Diagnostic(file: trace.name, mark: nil, message: "has no sample")
        }
        start = first.time
        current = (0, first)
        following = nil
        try readFollowing()
    }

    var omissions: DemandReader.Omissions { reader.omissions }
    var meaning: DemandTrace.Meaning { reader.meaning }
    var intervalNanoseconds: Int64 { reader.intervalNanoseconds }

    /// When the trace is over; `nil` while samples follow.
    var end: Int64? { following == nil ? holdsUntil : nil }

    /// Moves on, so that `time` lies between the present sample and the next one.
    mutating func advance(to time: Int64) throws(Diagnostic) {
        while let next = following, next.time <= time {
            current = next
            try readFollowing()
        }
    }

    /// Whether the trace says what was at a time.
    func isKnown(at time: Int64) -> Bool { time < holdsUntil }

    /// Until when nothing changes in kind after a time: a sample comes, or the present one ceases to hold.
    func boundary(after time: Int64) -> Int64 {
        if time < holdsUntil { return holdsUntil }
        return following?.time ?? .max
    }

    /// The value at a time; in a gap that of the last sample.
    func value(at time: Int64) -> Double {
        guard isLinear, let following, !isBeforeGap else { return current.sample.value }
        let share = Double(time - current.time) / Double(following.time - current.time)
        return current.sample.value + (following.sample.value - current.sample.value) * share
    }

    /// The replicas recorded beside the present sample.
    var recordedReplicas: Int32? { current.sample.replicas }

    private mutating func readFollowing() throws(Diagnostic) {
        isBeforeGap = true
        holdsUntil = current.time.addingSaturating(reader.intervalNanoseconds)
        guard let sample = try reader.next() else {
            following = nil
            return
        }
        let time = sample.time.nanoseconds(since: start)
        guard time - current.time <= DemandCursor.longestGap else {
            throw Diagnostic(
                file: name, mark: nil,
                message: "nothing between \(TraceTime.text(current.sample.time)) and \(TraceTime.text(sample.time)), "
                    + "which is more than 31 days; split the trace there")
        }
        following = (time, sample)
        isBeforeGap = time - current.time > reader.largestGapNanoseconds
        if !isBeforeGap { holdsUntil = time }
    }
}

extension Int64 {
    /// The sum, at the nearest end of the range where it does not fit.
    func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
