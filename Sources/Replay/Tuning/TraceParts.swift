internal import Autoscaling
package import Manifests

/// A trace in memory, cut in two: a search learns from the first part and is judged by the second.
package struct TraceParts: Sendable {
    /// A search reads its traces hundreds of times, so they are in memory: a year of 15 s samples fits twice.
    private static let largestCount = 4_500_000
    /// Shorter traces are not cut unless that is asked for: a part of a day is another thing than a day.
    private static let shortestCut = Duration.seconds(2 * 86_400)
    /// What is held out of a trace that is long enough.
    package static let usualShare = 0.3

    /// What the search learns from.
    package var learned: DemandTrace
    /// `nil` where nothing is held out.
    package var heldOut: DemandTrace?

    /// Reads a trace.
    ///
    /// - Parameter share: The part of its time, from the end, that is held out, from 0 to below 1; `nil`: as usual.
    /// - Throws: The first fault of the trace.
    package init(_ trace: DemandTrace, share: Double?) throws(Diagnostic) {
        var reader = try trace.open()
        var samples: [DemandSample] = []
        while let sample = try reader.next() {
            guard samples.count < TraceParts.largestCount else {
                throw Diagnostic(
                    file: trace.name, mark: nil,
                    message: "has more than \(TraceParts.largestCount) samples, and a search holds them in memory; "
                        + "give it a part of the trace")
            }
            samples.append(sample)
        }
        guard let first = samples.first, let last = samples.last else {
            throw Diagnostic(file: trace.name, mark: nil, message: "has no sample")
        }
        var options = trace.options
        // Read once more, they are as they were read.
        options.factor = 1
        options.interval = .nanoseconds(reader.intervalNanoseconds)
        options.largestGap = .nanoseconds(reader.largestGapNanoseconds)
        let span = last.time.nanoseconds(since: first.time)
        let share = share ?? (span >= TraceParts.shortestCut.nanoseconds ? TraceParts.usualShare : 0)
        let cut = first.time.advanced(byNanoseconds: Int64(Double(span) * (1 - share)))
        let index = share > 0 ? samples.firstIndex { $0.time >= cut } ?? samples.count : samples.count
        guard index >= 2, share == 0 || samples.count - index >= 2 else {
            learned = DemandTrace(name: trace.name, source: .samples(samples), options: options)
            return
        }
        learned = DemandTrace(
            name: share > 0 ? "\(trace.name), first part" : trace.name, source: .samples(Array(samples[..<index])),
            options: options)
        if share > 0 {
            heldOut = DemandTrace(
                name: "\(trace.name), held out", source: .samples(Array(samples[index...])), options: options)
        }
    }
}
