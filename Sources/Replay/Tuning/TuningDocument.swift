internal import FoundationEssentials

/// What a search found, for other programs.
package struct TuningDocument: Encodable {
    private struct Trial: Encodable {
        var values: [String: Double]?
        var podHours: Double?
        var deficitPodSeconds: Double?
        var reversals: Double?
        var unservedShare: Double?
        var failures: Int

        init(_ trial: TuningTrial, _ ranges: TuningRanges) {
            values = trial.values.map { values in
                Dictionary(zip(ranges.dimensions.map(\.parameter.rawValue), values)) { first, _ in first }
            }
            podHours = trial.mean(.podHours)
            deficitPodSeconds = trial.mean(.deficitPodSeconds)
            reversals = trial.mean(.reversals)
            unservedShare = trial.mean(.unservedShare)
            failures = trial.failureCount
        }
    }

    private struct Note: Encodable {
        var text: String
        var isWarning: Bool
    }

    private var method: String
    private var description: String
    private var isComplete: Bool
    private var seed: UInt64
    private var tried: Int
    private var isFound: Bool
    private var verdict: String
    private var choice: Trial
    private var base: Trial
    private var heldOutChoice: Trial?
    private var heldOutBase: Trial?
    private var holdsOnHeldOut: Bool?
    private var front: [Trial]
    private var notes: [Note]

    package init(_ outcome: TuningOutcome) {
        let ranges = outcome.tuning.ranges
        method = outcome.triesAll ? "Grid" : "Random"
        description = outcome.howItSearched
        isComplete = !outcome.isCut
        seed = outcome.tuning.seed
        tried = outcome.trials.count
        isFound = outcome.isFound
        verdict = outcome.verdict
        choice = Trial(outcome.choice, ranges)
        base = Trial(outcome.base, ranges)
        heldOutChoice = outcome.heldOutChoice.map { Trial($0, ranges) }
        heldOutBase = outcome.heldOutBase.map { Trial($0, ranges) }
        holdsOnHeldOut = outcome.holdsOut
        front = outcome.front.map { Trial($0, ranges) }
        notes = outcome.certainty.map { Note(text: $0.text, isWarning: $0.isWarning) }
    }

    /// Keys in order of the alphabet, so that equal searches give equal bytes.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
