/// Tells what is new, once.
struct ElectionReporter: Sendable {
    let leadership: Leadership
    let onChange: @Sendable (LeadershipChange) -> Void
    /// Whether only the leadership is told.
    var isQuiet = false
    /// The last failure of reads and of writes: who may read the lease and not write it is told so once.
    private var lastFailures: [Bool: String] = [:]

    init(leadership: Leadership, onChange: @escaping @Sendable (LeadershipChange) -> Void) {
        self.leadership = leadership
        self.onChange = onChange
    }

    mutating func report(_ standing: ElectionStanding) {
        if let change = leadership.update(standing), !isQuiet { onChange(change) }
    }

    /// - Parameter failure: `nil` for a request that was answered.
    mutating func report(_ failure: String?, isWrite: Bool) {
        if let failure, failure != lastFailures[isWrite], !isQuiet { onChange(.failing(failure)) }
        lastFailures[isWrite] = failure
    }
}
