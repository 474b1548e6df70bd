package import Autoscaling

/// What becomes of an autoscaler when Prometheus says that an answer may not be all there is: a store that did not answer,
/// a limit that was reached.
package enum PartialAnswers: String, Sendable, Hashable, CaseIterable {
    /// It is not scaled down: what is missing would look like load that has gone.
    case holdDown = "HoldDown"
    /// The answer counts as any other.
    case accept = "Accept"

    /// The hold that an observation gets, so that a journal decides again as it was decided.
    ///
    /// - Parameter doubt: What was said, and of which query; `nil` where nothing was.
    package func hold(_ doubt: String?) -> Hold? {
        guard self == .holdDown, let doubt else { return nil }
        return Hold(.down, reason: "PartialData", message: "Prometheus says that data may be partial: \(doubt)")
    }
}
