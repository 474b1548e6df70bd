package import Autoscaling
package import KubernetesTypes

extension ScalingExtensions {
    /// What decisions are made from, out of the fields of a HorizontalAutoscaler; `nil` when none of them is written.
    ///
    /// Nothing is refused here: an object with a choice that is not known is not acted on at all.
    package init?(_ wire: HorizontalAutoscaler.Extensions) {
        self.init(hold: wire.hold.map(HoldPolicy.init))
        if isEmpty { return nil }
    }
}

extension HoldPolicy {
    fileprivate init(_ wire: HorizontalAutoscaler.Hold) {
        let directions: [HorizontalAutoscaler.HoldDirection: Hold.Direction] = [.up: .up, .down: .down, .both: .both]
        self.init(
            wire.direction?.value.flatMap { directions[$0] } ?? .both, reason: wire.reason ?? "",
            until: wire.until?.timestamp)
    }
}
