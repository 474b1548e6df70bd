package import Autoscaling

/// The part of a Pod that scaling looks at.
///
/// - Source: `core/v1` `Pod`.
package struct Pod: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var metadata: ObjectMeta?
    package var spec: Spec?
    package var status: Status?

    package init(
        apiVersion: String? = nil,
        kind: String? = nil,
        metadata: ObjectMeta? = nil,
        spec: Spec? = nil,
        status: Status? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// What it runs.
    package struct Spec: Hashable, Sendable, Codable {
        package var containers: [Container]?
        package var initContainers: [Container]?
        /// Requests of the whole pod, for all its containers together.
        package var resources: Resources?
        /// What running the pod itself costs.
        package var overhead: [String: Quantity]?
        package var nodeName: String?

        package init(
            containers: [Container]? = nil,
            initContainers: [Container]? = nil,
            resources: Resources? = nil,
            overhead: [String: Quantity]? = nil,
            nodeName: String? = nil
        ) {
            self.containers = containers
            self.initContainers = initContainers
            self.resources = resources
            self.overhead = overhead
            self.nodeName = nodeName
        }
    }

    /// One container.
    package struct Container: Hashable, Sendable, Codable {
        package var name: String?
        package var image: String?
        /// `Always` on an init container makes it a sidecar that keeps running.
        package var restartPolicy: String?
        package var resources: Resources?

        package init(
            name: String? = nil,
            image: String? = nil,
            restartPolicy: String? = nil,
            resources: Resources? = nil
        ) {
            self.name = name
            self.image = image
            self.restartPolicy = restartPolicy
            self.resources = resources
        }
    }

    /// What is asked for, by resource name.
    package struct Resources: Hashable, Sendable, Codable {
        package var requests: [String: Quantity]?
        package var limits: [String: Quantity]?

        package init(requests: [String: Quantity]? = nil, limits: [String: Quantity]? = nil) {
            self.requests = requests
            self.limits = limits
        }
    }

    /// How it is.
    package struct Status: Hashable, Sendable, Codable {
        /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
        package var phase: String?
        package var conditions: [Condition]?
        package var startTime: Time?
        package var reason: String?

        package init(
            phase: String? = nil,
            conditions: [Condition]? = nil,
            startTime: Time? = nil,
            reason: String? = nil
        ) {
            self.phase = phase
            self.conditions = conditions
            self.startTime = startTime
            self.reason = reason
        }
    }

    /// One statement about the pod.
    package struct Condition: Hashable, Sendable, Codable {
        /// E.g. `Ready`.
        package var type: String?
        /// `True`, `False` or `Unknown`.
        package var status: String?
        package var lastTransitionTime: Time?
        package var reason: String?
        package var message: String?

        package init(
            type: String? = nil,
            status: String? = nil,
            lastTransitionTime: Time? = nil,
            reason: String? = nil,
            message: String? = nil
        ) {
            self.type = type
            self.status = status
            self.lastTransitionTime = lastTransitionTime
            self.reason = reason
            self.message = message
        }
    }
}
