package import Autoscaling

/// How a replay's decisions compare with those that are in the trace.
package struct Agreement: Hashable, Sendable {
    /// One decision that is not the recorded one.
    package struct Difference: Hashable, Sendable {
        package var time: Timestamp
        /// Of the trace, where the recorded decision stands.
        package var line: Int
        /// The size at that moment.
        package var currentReplicas: Int32
        package var recordedReplicas: Int32
        package var replicas: Int32
        package var recordedExplanation: String
        package var explanation: String
    }

    /// Whether the policy is the recorded one, so that each decision must be the same to the byte.
    package var isSamePolicy: Bool
    /// Recorded decisions that were compared.
    package var compared = 0
    /// Of these: another size for another policy, other bytes for the same one.
    package var differing = 0
    /// The first ones, up to ``largestDifferences``.
    package var differences: [Difference] = []

    /// Differences that are kept with their explanations.
    package static let largestDifferences = 200

    /// Whether a recorded policy was replayed and did not decide as recorded.
    package var isBroken: Bool { isSamePolicy && differing > 0 }

    package init(isSamePolicy: Bool, compared: Int = 0, differing: Int = 0) {
        self.isSamePolicy = isSamePolicy
        self.compared = compared
        self.differing = differing
    }

    mutating func add(_ difference: @autoclosure () -> Difference?, isDifferent: Bool) {
        compared += 1
        guard isDifferent else { return }
        differing += 1
        if differences.count < Agreement.largestDifferences, let difference = difference() {
            differences.append(difference)
        }
    }

    /// What it comes to in a sentence; `nil` for a trace without decisions.
    package var text: String? {
        guard compared > 0 else { return nil }
        let decisions = compared == 1 ? "recorded decision" : "recorded decisions"
        if isSamePolicy {
            return differing == 0
                ? "All \(compared) \(decisions) are the same to the byte."
                : "\(differing) of \(compared) \(decisions) differ from what this program decides."
        }
        return differing == 0
            ? "All \(compared) \(decisions) ask for the same size."
            : "\(differing) of \(compared) \(decisions) would have asked for another size."
    }
}
