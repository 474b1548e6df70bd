/// When an endpoint that fails is left alone, and when it is asked again.
public struct EndpointPolicy: Sendable {
    /// Failures in a row after which an endpoint is not asked for a while; at least 1.
    public var threshold: Int
    /// How long it is left alone at first; twice as long after each try that fails, up to the longest.
    public var firstPause: Duration
    public var longestPause: Duration
    /// After how long with another endpoint the ones before it in the list are tried again.
    public var returnAfter: Duration
    /// A clock that only goes on.
    var now: @Sendable () -> Duration
    /// A number from 0 up to 1: pauses are spread by a fifth to both sides, so that replicas do not come back at once.
    var random: @Sendable () -> Double

    public init(
        threshold: Int = 3, firstPause: Duration = .seconds(5), longestPause: Duration = .seconds(30),
        returnAfter: Duration = .seconds(60), now: (@Sendable () -> Duration)? = nil,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.threshold = max(threshold, 1)
        self.firstPause = firstPause
        self.longestPause = max(firstPause, longestPause)
        self.returnAfter = returnAfter
        let start = ContinuousClock.now
        self.now = now ?? { start.duration(to: .now) }
        self.random = random
    }

    /// Endpoints are asked whatever became of the queries before, the first one first after a minute: what a single look
    /// takes.
    public static let always = EndpointPolicy(threshold: .max)

    func pause(after tries: Int) -> Duration {
        let longest = min(firstPause * (1 << min(max(tries, 0), 20)), longestPause)
        return spread(longest)
    }

    func spread(_ duration: Duration) -> Duration { duration * (0.8 + 0.4 * random()) }
}

/// What became of an endpoint, to be told once.
public enum EndpointEvent: Sendable, Hashable {
    /// Queries go to another endpoint from now on. `because`: what the former one failed with, where it is known.
    case moved(from: String, to: String, because: PrometheusError?)
    /// It has failed so many times in a row, and is not asked for a while.
    case opened(String, failures: Int, last: PrometheusError, pause: Duration)
    /// It answers again.
    case closed(String)
}
