internal import Autoscaling

/// The policy that decisions were made by: one object for all of them, since it is large and a trace may change it on the
/// way.
final class PolicyInForce: Sendable {
    let spec: AutoscalerSpec
    let flags: ControllerFlags

    init(spec: AutoscalerSpec, flags: ControllerFlags) {
        self.spec = spec
        self.flags = flags
    }

    /// A decision in one line.
    func words(for decision: Decision) -> String {
        Explanation(decision, spec: spec, namespace: "default", flags: flags).line
    }
}
