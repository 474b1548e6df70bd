package import Autoscaling

extension HorizontalPodAutoscaler {
    /// One metric and its target. The source that fits `type` is set.
    package struct MetricSpec: Hashable, Sendable, Codable {
        /// `Resource`, `ContainerResource`, `Pods`, `Object` or `External`; of a HorizontalAutoscaler also `Prometheus`.
        package var type: String?
        @Rare package var object: ObjectMetricSource?
        @Rare package var pods: PodsMetricSource?
        package var resource: ResourceMetricSource?
        @Rare package var containerResource: ContainerResourceMetricSource?
        @Rare package var external: ExternalMetricSource?
        /// A HorizontalAutoscaler's alone.
        @Rare package var prometheus: PrometheusMetricSource?

        package init(
            type: String? = nil,
            object: ObjectMetricSource? = nil,
            pods: PodsMetricSource? = nil,
            resource: ResourceMetricSource? = nil,
            containerResource: ContainerResourceMetricSource? = nil,
            external: ExternalMetricSource? = nil,
            prometheus: PrometheusMetricSource? = nil
        ) {
            self.type = type
            self.object = object
            self.pods = pods
            self.resource = resource
            self.containerResource = containerResource
            self.external = external
            self.prometheus = prometheus
        }
    }

    /// What a query of one's own yields: one number.
    package struct PrometheusMetricSource: Hashable, Sendable, Codable {
        /// What people call it.
        package var name: String?
        /// PromQL.
        package var query: String?
        /// `Error` or `Zero`; `Error` when absent.
        package var whenEmpty: String?
        /// `Value` or `AverageValue`.
        package var target: MetricTarget?

        package init(
            name: String? = nil, query: String? = nil, whenEmpty: String? = nil, target: MetricTarget? = nil
        ) {
            self.name = name
            self.query = query
            self.whenEmpty = whenEmpty
            self.target = target
        }
    }

    /// A resource of whole pods.
    package struct ResourceMetricSource: Hashable, Sendable, Codable {
        package var name: String?
        package var target: MetricTarget?

        package init(name: String? = nil, target: MetricTarget? = nil) {
            self.name = name
            self.target = target
        }
    }

    /// A resource of one container of each pod.
    package struct ContainerResourceMetricSource: Hashable, Sendable, Codable {
        package var name: String?
        package var target: MetricTarget?
        package var container: String?

        package init(name: String? = nil, target: MetricTarget? = nil, container: String? = nil) {
            self.name = name
            self.target = target
            self.container = container
        }
    }

    /// A metric that each pod has.
    package struct PodsMetricSource: Hashable, Sendable, Codable {
        package var metric: MetricIdentifier?
        package var target: MetricTarget?

        package init(metric: MetricIdentifier? = nil, target: MetricTarget? = nil) {
            self.metric = metric
            self.target = target
        }
    }

    /// A metric of one object.
    package struct ObjectMetricSource: Hashable, Sendable, Codable {
        package var describedObject: CrossVersionObjectReference?
        package var target: MetricTarget?
        package var metric: MetricIdentifier?

        package init(
            describedObject: CrossVersionObjectReference? = nil,
            target: MetricTarget? = nil,
            metric: MetricIdentifier? = nil
        ) {
            self.describedObject = describedObject
            self.target = target
            self.metric = metric
        }
    }

    /// A metric of something outside the cluster.
    package struct ExternalMetricSource: Hashable, Sendable, Codable {
        package var metric: MetricIdentifier?
        package var target: MetricTarget?

        package init(metric: MetricIdentifier? = nil, target: MetricTarget? = nil) {
            self.metric = metric
            self.target = target
        }
    }

    /// A name, and which series of that name count.
    package struct MetricIdentifier: Hashable, Sendable, Codable {
        package var name: String?
        package var selector: LabelSelector?

        package init(name: String? = nil, selector: LabelSelector? = nil) {
            self.name = name
            self.selector = selector
        }
    }

    /// What a metric is held to.
    package struct MetricTarget: Hashable, Sendable, Codable {
        /// `Utilization`, `Value` or `AverageValue`.
        package var type: String?
        package var value: Quantity?
        package var averageValue: Quantity?
        /// Percent of the request.
        package var averageUtilization: Int32?

        package init(
            type: String? = nil,
            value: Quantity? = nil,
            averageValue: Quantity? = nil,
            averageUtilization: Int32? = nil
        ) {
            self.type = type
            self.value = value
            self.averageValue = averageValue
            self.averageUtilization = averageUtilization
        }
    }
}
