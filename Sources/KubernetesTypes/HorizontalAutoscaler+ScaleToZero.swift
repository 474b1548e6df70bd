package import Autoscaling

extension HorizontalAutoscaler {
    /// `spec.scaleToZero`: when the target goes to zero replicas and comes back.
    package struct ScaleToZero: Hashable, Sendable, Codable {
        /// Above which value a metric wakes the target.
        package struct Activation: Hashable, Sendable, Codable {
            /// An External or Object metric's name, or the `name` of a Prometheus metric.
            package var metric: String?
            /// In all, not for each pod.
            package var value: Quantity?

            package init(metric: String?, value: Quantity?) {
                self.metric = metric
                self.value = value
            }
        }

        /// 300 when absent.
        package var cooldownSeconds: Int32?
        /// 0 for a metric that is not named.
        package var activation: [Activation]?

        package init(cooldownSeconds: Int32? = nil, activation: [Activation]? = nil) {
            self.cooldownSeconds = cooldownSeconds
            self.activation = activation
        }
    }
}
