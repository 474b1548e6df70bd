package import Autoscaling

extension HorizontalPodAutoscaler {
    /// What a metric was when it was last looked at. A metric that failed has the empty type and nothing else.
    package struct MetricStatus: Hashable, Sendable, Codable {
        package var type: String?
        @Rare package var object: ObjectMetricStatus?
        @Rare package var pods: PodsMetricStatus?
        package var resource: ResourceMetricStatus?
        @Rare package var containerResource: ContainerResourceMetricStatus?
        @Rare package var external: ExternalMetricStatus?
        /// A HorizontalAutoscaler's alone.
        @Rare package var prometheus: PrometheusMetricStatus?

        package init(
            type: String? = "",
            object: ObjectMetricStatus? = nil,
            pods: PodsMetricStatus? = nil,
            resource: ResourceMetricStatus? = nil,
            containerResource: ContainerResourceMetricStatus? = nil,
            external: ExternalMetricStatus? = nil,
            prometheus: PrometheusMetricStatus? = nil
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

    /// What a query yielded.
    package struct PrometheusMetricStatus: Hashable, Sendable, Codable {
        package var name: String?
        package var query: String?
        package var current: MetricValueStatus?

        package init(name: String? = nil, query: String? = nil, current: MetricValueStatus? = nil) {
            self.name = name
            self.query = query
            self.current = current
        }
    }

    /// What a resource of whole pods was.
    package struct ResourceMetricStatus: Hashable, Sendable, Codable {
        package var name: String?
        package var current: MetricValueStatus?

        package init(name: String? = nil, current: MetricValueStatus? = nil) {
            self.name = name
            self.current = current
        }
    }

    /// What a resource of one container of each pod was.
    package struct ContainerResourceMetricStatus: Hashable, Sendable, Codable {
        package var name: String?
        package var current: MetricValueStatus?
        package var container: String?

        package init(name: String? = nil, current: MetricValueStatus? = nil, container: String? = nil) {
            self.name = name
            self.current = current
            self.container = container
        }
    }

    /// What a metric of the pods was.
    package struct PodsMetricStatus: Hashable, Sendable, Codable {
        package var metric: MetricIdentifier?
        package var current: MetricValueStatus?

        package init(metric: MetricIdentifier? = nil, current: MetricValueStatus? = nil) {
            self.metric = metric
            self.current = current
        }
    }

    /// What a metric of one object was.
    package struct ObjectMetricStatus: Hashable, Sendable, Codable {
        package var metric: MetricIdentifier?
        package var current: MetricValueStatus?
        package var describedObject: CrossVersionObjectReference?

        package init(
            metric: MetricIdentifier? = nil,
            current: MetricValueStatus? = nil,
            describedObject: CrossVersionObjectReference? = nil
        ) {
            self.metric = metric
            self.current = current
            self.describedObject = describedObject
        }
    }

    /// What an external metric was.
    package struct ExternalMetricStatus: Hashable, Sendable, Codable {
        package var metric: MetricIdentifier?
        package var current: MetricValueStatus?

        package init(metric: MetricIdentifier? = nil, current: MetricValueStatus? = nil) {
            self.metric = metric
            self.current = current
        }
    }

    /// The value that a decision was made from.
    package struct MetricValueStatus: Hashable, Sendable, Codable {
        package var value: Quantity?
        package var averageValue: Quantity?
        /// Percent of the request.
        package var averageUtilization: Int32?

        package init(value: Quantity? = nil, averageValue: Quantity? = nil, averageUtilization: Int32? = nil) {
            self.value = value
            self.averageValue = averageValue
            self.averageUtilization = averageUtilization
        }
    }
}
