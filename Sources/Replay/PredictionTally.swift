internal import Autoscaling

/// How often a prediction had a say in a run.
struct PredictionTally {
    private var decisions = 0
    private var raised = 0
    private var off = 0
    private var missing = 0
    /// Of the last moment without a forecast.
    private var reason = ""

    mutating func add(_ decision: Decision) {
        guard decision.$prediction, let prediction = decision.prediction else { return }
        decisions += 1
        switch prediction.effect {
        case .raised: raised += 1
        case .notAbove: break
        case .off: off += 1
        case .unavailable(let text):
            missing += 1
            reason = text
        }
    }

    /// One sentence; `nil` for a policy without a prediction.
    var note: String? {
        guard decisions > 0 else { return nil }
        func share(_ count: Int) -> String { "\(NumberText.short(Double(count) / Double(decisions) * 100)) %" }
        var text =
            "The prediction raised \(share(raised)) of the decisions, was off for its error at \(share(off)), and had no "
            + "forecast at \(share(missing))"
        if missing > 0 { text += " (at last: \(reason))" }
        return text + "."
    }
}

extension ReplayRun {
    /// The same run of the policy without its prediction; `nil` for one without, and in an open loop, where decisions
    /// have no consequences to compare.
    package var withoutPrediction: ReplayRun? {
        guard case .closed = mode, spec.extensions?.prediction != nil else { return nil }
        var run = self
        run.spec.extensions?.prediction = nil
        if run.spec.extensions?.isEmpty == true { run.spec.extensions = nil }
        return run
    }
}

extension ReplayOutcome {
    /// What a run without a prediction came to, beside the one with it.
    package func comparedWithPrediction(_ other: ReplayOutcome) -> String {
        let parts = [
            (ScoreName.deficitPodSeconds, "pod-seconds short"), (.podHours, "pod-hours"), (.reversals, "reversals"),
        ]
        let texts = parts.map { name, words in
            "\(NumberText.short(scores[name])) \(words) (with it \(NumberText.short(other.scores[name])))"
        }
        return "Without the prediction: " + texts.joined(separator: ", ") + "."
    }
}
