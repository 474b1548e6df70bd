internal import Exposition
internal import KubernetesClient

/// What the watches hold and how they go, read when the page is asked for: on a standby too.
struct WatchMetrics: Collector {
    let watches: @Sendable () -> [WatchReading]

    private static let objects = FamilyDescription(
        "swiftlet_cached_objects", .gauge, help: "Objects held in memory, by resource.", labels: ["resource"])
    private static let silence = FamilyDescription(
        "swiftlet_watch_silence_seconds", .gauge,
        help: "How long the API server has given no sign of life about a resource; bookmarks come about each minute.",
        labels: ["resource"])
    private static let restarts = FamilyDescription(
        "swiftlet_watch_restarts_total", .counter,
        help: "Lists and watches that had to be begun again, by resource and cause; 'ended' is the usual end.",
        labels: ["resource", "cause"])

    var families: [FamilyDescription] { [Self.objects, Self.silence, Self.restarts] }

    func collect(into writer: inout ExpositionWriter) {
        let readings = watches()
        guard !readings.isEmpty else { return }
        writer.header(Self.objects)
        for reading in readings {
            guard let count = reading.objects else { continue }
            writer.sample(Self.objects.name, labels: Self.labels(reading), value: Double(count))
        }
        writer.header(Self.silence)
        for reading in readings {
            guard let silence = reading.silence else { continue }
            writer.sample(Self.silence.name, labels: Self.labels(reading), value: silence.inSeconds)
        }
        writer.header(Self.restarts)
        for reading in readings {
            // Zeros too: a rate over a counter that begins at 1 does not see the first.
            for cause in RestartCause.allCases {
                writer.sample(
                    Self.restarts.name, labels: Self.labels(reading).adding("cause", cause.word),
                    value: Double(reading.restarts[cause] ?? 0))
            }
        }
    }

    private static func labels(_ reading: WatchReading) -> LabelSet { LabelSet([("resource", reading.resource)]) }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension RestartCause {
    /// As labels write it.
    fileprivate var word: String {
        self == .tooManyRequests ? "too_many_requests" : rawValue
    }
}
