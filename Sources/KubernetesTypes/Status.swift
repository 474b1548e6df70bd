/// What the API server answers when it refuses, and after some deletions.
///
/// - Source: `meta/v1` `Status`.
package struct Status: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var metadata: ListMeta?
    /// `Success` or `Failure`.
    package var status: String?
    package var message: String?
    /// One word for a program, e.g. `Conflict`, `NotFound`, `Expired`.
    package var reason: String?
    package var details: Details?
    /// The HTTP status code.
    package var code: Int32?

    package init(
        apiVersion: String? = nil,
        kind: String? = nil,
        metadata: ListMeta? = nil,
        status: String? = nil,
        message: String? = nil,
        reason: String? = nil,
        details: Details? = nil,
        code: Int32? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
        self.status = status
        self.message = message
        self.reason = reason
        self.details = details
        self.code = code
    }

    /// What the refusal is about.
    package struct Details: Hashable, Sendable, Codable {
        package var name: String?
        package var group: String?
        package var kind: String?
        package var uid: String?
        package var causes: [Cause]?
        /// When to ask again; absent or 0: not said.
        package var retryAfterSeconds: Int32?

        package init(
            name: String? = nil,
            group: String? = nil,
            kind: String? = nil,
            uid: String? = nil,
            causes: [Cause]? = nil,
            retryAfterSeconds: Int32? = nil
        ) {
            self.name = name
            self.group = group
            self.kind = kind
            self.uid = uid
            self.causes = causes
            self.retryAfterSeconds = retryAfterSeconds
        }
    }

    /// One fault of an object.
    package struct Cause: Hashable, Sendable, Codable {
        /// E.g. `FieldValueInvalid`.
        package var reason: String?
        package var message: String?
        /// The path of the field, e.g. `spec.replicas`.
        package var field: String?

        package init(reason: String? = nil, message: String? = nil, field: String? = nil) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }
}
