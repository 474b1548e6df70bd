/// Which failures are going on, so that each is told when it begins, changes and ends, and not at every tick.
struct FailureLedger: Sendable {
    /// What there is to tell.
    enum Change: Hashable, Sendable {
        case began(String)
        /// Another failure in its place; the former one was seen this many times.
        case changed(String, after: Int)
        case ended(after: Int)
    }

    private struct Failure {
        var fingerprint: String
        var count: Int
    }

    private var failures: [String: Failure] = [:]

    /// Notes how it is with a subject now.
    ///
    /// - Parameter text: The failure; `nil` when there is none. Texts that differ in their numbers alone (ports, times)
    ///   are the same failure.
    /// - Returns: `nil` when nothing is new.
    mutating func note(_ subject: String, _ text: String?) -> Change? {
        let known = failures[subject]
        guard let text else {
            failures[subject] = nil
            return known.map { .ended(after: $0.count) }
        }
        let fingerprint = Self.fingerprint(text)
        if let known, known.fingerprint == fingerprint {
            failures[subject]?.count += 1
            return nil
        }
        failures[subject] = Failure(fingerprint: fingerprint, count: 1)
        return known.map { .changed(text, after: $0.count) } ?? .began(text)
    }

    /// Forgets subjects that are gone.
    mutating func keep(_ subjects: Set<String>) {
        for subject in failures.keys where !subjects.contains(subject) { failures[subject] = nil }
    }

    /// A text without its numbers.
    static func fingerprint(_ text: String) -> String {
        var result = ""
        var inNumber = false
        for character in text {
            let isDigit = character.isASCII && character.isNumber
            if !isDigit { result.append(character) } else if !inNumber { result.append("#") }
            inNumber = isDigit
        }
        return result
    }
}
