/// How long to wait before something that failed is tried again: twice as long each time, and never all at once.
///
/// - Source: client-go `reflector.go`: from 800 ms to 30 s.
package struct Backoff: Sendable, Hashable {
    /// The longest first wait.
    package var first: Duration
    /// The longest wait of all.
    package var longest: Duration

    package init(first: Duration = .milliseconds(800), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
    }

    /// A wait between half of the step and the whole of it.
    ///
    /// - Parameter failures: How often it failed before, 0 for the first time.
    func delay(after failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
        // 2^16 times any first wait is beyond the longest.
        let step = min(longest, first * (1 << min(max(failures, 0), 16)))
        return step / 2 + (step / 2) * Double.random(in: 0..<1, using: &random)
    }
}
