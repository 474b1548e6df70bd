/// A report about an object.
///
/// - Source: `core/v1` `Event`.
package struct Event: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var metadata: ObjectMeta?
    package var involvedObject: ObjectReference?
    package var reason: String?
    package var message: String?
    package var source: Source?
    package var firstTimestamp: Time?
    package var lastTimestamp: Time?
    package var count: Int32?
    /// `Normal` or `Warning`.
    package var type: String?
    package var eventTime: MicroTime?
    package var action: String?
    package var reportingComponent: String?
    package var reportingInstance: String?

    package init(
        apiVersion: String? = nil,
        kind: String? = nil,
        metadata: ObjectMeta? = nil,
        involvedObject: ObjectReference? = nil,
        reason: String? = nil,
        message: String? = nil,
        source: Source? = nil,
        firstTimestamp: Time? = nil,
        lastTimestamp: Time? = nil,
        count: Int32? = nil,
        type: String? = nil,
        eventTime: MicroTime? = nil,
        action: String? = nil,
        reportingComponent: String? = nil,
        reportingInstance: String? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
        self.involvedObject = involvedObject
        self.reason = reason
        self.message = message
        self.source = source
        self.firstTimestamp = firstTimestamp
        self.lastTimestamp = lastTimestamp
        self.count = count
        self.type = type
        self.eventTime = eventTime
        self.action = action
        self.reportingComponent = reportingComponent
        self.reportingInstance = reportingInstance
    }

    /// Who reports.
    package struct Source: Hashable, Sendable, Codable {
        package var component: String?
        package var host: String?

        package init(component: String? = nil, host: String? = nil) {
            self.component = component
            self.host = host
        }
    }
}

/// Names an object of any kind.
///
/// - Source: `core/v1` `ObjectReference`.
package struct ObjectReference: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var namespace: String?
    package var name: String?
    package var uid: String?
    package var resourceVersion: String?
    package var fieldPath: String?

    package init(
        apiVersion: String? = nil,
        kind: String? = nil,
        namespace: String? = nil,
        name: String? = nil,
        uid: String? = nil,
        resourceVersion: String? = nil,
        fieldPath: String? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.fieldPath = fieldPath
    }
}
