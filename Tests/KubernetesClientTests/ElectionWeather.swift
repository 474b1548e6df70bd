import Recordings

/// Chance in a simulated election, and what it does to requests: lost, late, refused, or carried out long after their sender
/// gave up.
struct ElectionWeather {
    /// What becomes of a request.
    enum Fate {
        case arrives(at: Duration)
        case refused(at: Duration)
        case lost
    }

    var random: SeededGenerator
    /// When all faults end; zero for none at all.
    let calm: Duration

    init(seed: UInt64, calm: Duration) {
        random = SeededGenerator(seed: seed)
        self.calm = calm
    }

    mutating func chance(_ share: Double, at now: Duration) -> Bool {
        now < calm && Double.random(in: 0..<1, using: &random) < share
    }

    mutating func seconds(_ range: ClosedRange<Double>) -> Duration {
        .nanoseconds(Int64(Double.random(in: range, using: &random) * 1e9))
    }

    /// A moment from now on that is not after the end of the faults.
    mutating func fault(within range: ClosedRange<Double>, at now: Duration) -> Duration {
        min(now + seconds(range), calm)
    }

    mutating func fate(at now: Duration, isCutOff: Bool) -> Fate {
        if isCutOff || chance(0.05, at: now) {
            // Lost, or held up on the way: it may still arrive when nobody waits for it any more.
            return chance(0.5, at: now) ? .arrives(at: fault(within: 0...40, at: now)) : .lost
        }
        if chance(0.05, at: now) { return .refused(at: now + seconds(0...0.1)) }
        return .arrives(at: now + delay(at: now))
    }

    /// When an answer is there; `nil` when it is lost.
    mutating func answer(at now: Duration, isCutOff: Bool) -> Duration? {
        guard !isCutOff, !chance(0.05, at: now) else { return nil }
        return now + delay(at: now)
    }

    private mutating func delay(at now: Duration) -> Duration {
        chance(0.1, at: now) ? seconds(0...6) : seconds(0.001...0.2)
    }
}
