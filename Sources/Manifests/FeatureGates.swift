/// Features of the API server that change what it accepts.
package struct FeatureGates: Hashable, Sendable {
    /// `HPAScaleToZero`: `minReplicas` may be 0. Off unless turned on, as in v1.36.
    package var hpaScaleToZero: Bool

    /// What a HorizontalAutoscaler has: it needs no gate.
    static let all = FeatureGates(hpaScaleToZero: true)

    package init(hpaScaleToZero: Bool = false) {
        self.hpaScaleToZero = hpaScaleToZero
    }
}
