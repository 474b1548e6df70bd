internal import PrometheusClient

/// What data a decision rests on: options of every command that decides from Prometheus. The section `prometheus` of a file
/// of `--config` says the same of the last two.
enum MetricOptions {
    /// Samples that may be asked for: more than these are no check of a window, but a wrong window.
    static let rateSamples = ResourceQuery.leastSamples...1_000

    static let rateWindow = Option<Duration>.duration(
        "cpu-rate-window", default: ResourceQuery.defaultWindow,
        "What the rate of CPU usage and of counters is taken over; several scrapes must lie in it")
    static let sampleAgeLimit = Option<Duration?>.duration(
        "sample-age-limit", "Samples that are older than this are missing", defaultText: "twice --cpu-rate-window")
    static let minimumRateSamples = Option<Int?>(
        "min-rate-samples", value: .init("NUMBER"),
        summary: "Samples that a series must have within the window for a rate; with fewer it is missing",
        defaultText: "2"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return nil }
        guard let count = Int(text), rateSamples.contains(count) else {
            throw UsageError(
                "'\(text)' is not a whole number from \(rateSamples.lowerBound) to \(rateSamples.upperBound)")
        }
        return count
    }

    static let all: [OptionSpec] = [
        rateWindow.spec, sampleAgeLimit.spec, minimumRateSamples.spec, ConfigurationFile.option.spec,
    ]
}
