import Autoscaling
import KubernetesTypes
import Manifests
import Recordings
import Testing

/// Whole decisions with their conditions, events and status, against what the original did.
@Suite struct WholeDecisionConformanceTests {
    @Test func everyRecordedDecisionIsMadeAgain() throws {
        let cases: [WholeDecisionCase] = try ConformanceFolder.load("multi_metric.json")
        #expect(cases.count > 20)
        for test in cases { test.check() }
    }
}

extension WholeDecisionCase {
    func check() {
        let comment: Comment = "\(id) \(note ?? "")"
        let spec = AutoscalerSpec(spec)
        var history = initialHistory
        let decision = evaluate(spec, observation(of: spec), history: &history, flags: controllerFlags)
        let write: DecisionReport.Write =
            decision.rescales ? (scale.updateError.map { .failed($0) } ?? .succeeded) : .none
        let report = DecisionReport(
            decision, spec: spec, namespace: "test-namespace", previous: previousStatus, write: write,
            flags: controllerFlags)

        #expect(decision.rescales == expect.rescale, comment)
        #expect((write == .succeeded ? decision.desiredReplicas : nil) == expect.scaleWrite, comment)
        #expect(decision.rescaleReasonText(spec: spec) == expect.rescaleReason, comment)
        #expect(same(report.error, expect.error), "\(comment): \(report.error ?? "no error")")
        #expect(report.status.currentReplicas == expect.currentReplicas, comment)
        #expect(report.status.desiredReplicas == expect.desiredReplicas, comment)
        #expect(report.scaledNow == expect.scaledNow, comment)
        #expect((report.status != previousStatus || report.scaledNow) == expect.statusWritten, comment)
        compareConditions(report, comment)
        compareEvents(report, comment)
        if platformDependent != true {
            // As text, since two quantities are equal whatever the form they are written in.
            let metrics = report.status.currentMetrics.map { HorizontalPodAutoscaler.MetricStatus.list($0, spec: spec) }
            #expect("\(metrics, default: "none")" == "\(expect.currentMetrics, default: "none")", comment)
        }
    }

    private func compareConditions(_ report: DecisionReport, _ comment: Comment) {
        let ours = report.status.conditions
        let theirs = (expect.conditions ?? []).map(\.condition)
        #expect(
            ours.map { "\($0.type)=\($0.status)/\($0.reason)@\($0.lastTransitionTime.nanoseconds)" }
                == theirs.map { "\($0.type)=\($0.status)/\($0.reason)@\($0.lastTransitionTime.nanoseconds)" },
            comment)
        for (our, their) in zip(ours, theirs) {
            #expect(same(our.message, their.message), "\(comment): \(our.message)")
        }
    }

    private func compareEvents(_ report: DecisionReport, _ comment: Comment) {
        #expect(
            report.events.map { "\($0.isWarning ? "Warning" : "Normal") \($0.reason)" }
                == expect.events.map { "\($0.type) \($0.reason)" }, comment)
        for (our, their) in zip(report.events, expect.events) {
            #expect(same(our.message, their.message), "\(comment): \(our.message)")
        }
    }

    /// A recorded text that lists several autoscalers is cut before the list.
    private func same(_ ours: String?, _ theirs: String?) -> Bool {
        guard let ours, let theirs else { return ours == nil && theirs == nil }
        if let range = theirs.firstRange(of: "controlled by multiple HPAs") {
            return ours.hasPrefix(theirs[..<range.upperBound])
        }
        return ours == theirs
    }
}
