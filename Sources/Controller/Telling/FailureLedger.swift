internal import Autoscaling

/// Which failures are going on, so that each is told when it begins, changes and ends, and not at every tick.
struct FailureLedger: Sendable {
    /// What fails.
    enum Subject: Hashable, Sendable {
        /// Sources, journal, state: what no autoscaler is to blame for.
        case controller
        /// What Prometheus warns of.
        case prometheus
        case autoscaler(AutoscalerKey)
    }

    /// How often and for how long one failure was seen.
    struct Spell: Hashable, Sendable {
        var count: Int
        /// From when it was seen first, in whole seconds.
        var seconds: Int64
    }

    /// What there is to tell.
    enum Change: Hashable, Sendable {
        case began(String)
        /// Another failure in its place; what the former one came to.
        case changed(String, after: Spell)
        /// The same one for another ``reminderSeconds``.
        case lasting(String, Spell)
        case ended(after: Spell)
    }

    private struct Failure {
        var text: String
        var fingerprint: String
        var count = 1
        var since: Timestamp
        var told: Timestamp

        func spell(at now: Timestamp) -> Spell {
            Spell(count: count, seconds: max(now.nanoseconds(since: since), 0) / 1_000_000_000)
        }
    }

    /// A failure that lasts is told again after this: whoever looks at the last hour of a log should find it.
    static let reminderSeconds: Int64 = 3_600

    private var failures: [Subject: Failure] = [:]

    /// Notes how it is with a subject now.
    ///
    /// - Parameter text: The failure; `nil` when there is none. Texts that differ in their numbers alone (ports, times)
    ///   are the same failure.
    /// - Returns: `nil` when nothing is new.
    mutating func note(_ subject: @autoclosure () -> Subject, _ text: String?, at now: Timestamp) -> Change? {
        guard let text else {
            // The usual case, at every tick and for every autoscaler.
            if failures.isEmpty { return nil }
            return failures.removeValue(forKey: subject()).map { .ended(after: $0.spell(at: now)) }
        }
        let subject = subject()
        guard var known = failures[subject] else {
            failures[subject] = Failure(text: text, fingerprint: Self.fingerprint(text), since: now, told: now)
            return .began(text)
        }
        let fingerprint = known.text == text ? known.fingerprint : Self.fingerprint(text)
        guard fingerprint == known.fingerprint else {
            failures[subject] = Failure(text: text, fingerprint: fingerprint, since: now, told: now)
            return .changed(text, after: known.spell(at: now))
        }
        known.count += 1
        let isDue = now.nanoseconds(since: known.told) >= Self.reminderSeconds * 1_000_000_000
        if isDue { known.told = now }
        failures[subject] = known
        return isDue ? .lasting(text, known.spell(at: now)) : nil
    }

    /// Forgets autoscalers that are gone.
    mutating func keep(_ isThere: (AutoscalerKey) -> Bool) {
        for case .autoscaler(let key) in failures.keys where !isThere(key) { failures[.autoscaler(key)] = nil }
    }

    var isEmpty: Bool { failures.isEmpty }

    /// A text without its numbers: each row of digits is one `#`.
    static func fingerprint(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        var inNumber = false
        for byte in text.utf8 {
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if !isDigit { result.append(byte) } else if !inNumber { result.append(UInt8(ascii: "#")) }
            inNumber = isDigit
        }
        return String(decoding: result, as: UTF8.self)
    }
}
