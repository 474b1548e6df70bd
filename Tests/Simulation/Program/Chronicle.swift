internal import Locking

/// What happens in a run: hashed, counted, and kept where somebody wants to read it.
final class Chronicle: Sendable {
    private struct State {
        var digest = Digest()
        var counts: [String: Int] = [:]
        var lines: [String] = []
        var violations: [String] = []
    }

    /// Whether lines are kept.
    let isKept: Bool
    private let state = Locked(State())

    init(isKept: Bool) {
        self.isKept = isKept
    }

    /// Something happened; at the machine's time.
    func note(_ text: String) {
        let time = Machine.now
        state.withLock { state in
            state.digest.add(UInt64(bitPattern: time))
            state.digest.add(text)
            if isKept { state.lines.append("\(Self.seconds(time)) \(text)") }
        }
    }

    /// Something happened that is counted, e.g. a fault.
    func count(_ kind: String, _ number: Int = 1) {
        state.withLock { $0.counts[kind, default: 0] += number }
    }

    /// Something happened that must never happen.
    func violate(_ text: String) {
        note("VIOLATION \(text)")
        let time = Self.seconds(Machine.now)
        state.withLock { $0.violations.append("at \(time) s: \(text)") }
    }

    var digest: Digest { state.withLock(\.digest) }
    var counts: [String: Int] { state.withLock(\.counts) }
    var lines: [String] { state.withLock(\.lines) }
    var violations: [String] { state.withLock(\.violations) }

    private static func seconds(_ nanoseconds: Int64) -> String {
        let milliseconds = nanoseconds / 1_000_000
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
