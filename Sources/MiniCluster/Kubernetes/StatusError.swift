package import KubernetesTypes

/// A refusal of the API server, with the `Status` object that says why.
///
/// Messages and reasons are those recorded from kube-apiserver 1.36, since clients look at them.
package struct StatusError: Error, Hashable, CustomStringConvertible {
    /// The HTTP status.
    package var code: Int
    /// The machine-readable reason, e.g. `Conflict`; empty where the server gives none.
    package var reason: String
    package var message: String
    /// `details` of the Status; `nil` leaves it out.
    package var details: JSONValue?
    /// The fresh token of an expired list.
    package var continueToken: String?
    /// Seconds after which to try again; sent as `Retry-After` too.
    package var retryAfterSeconds: Int?

    package init(
        _ code: Int, _ reason: String, _ message: String, details: JSONValue? = nil, continueToken: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.continueToken = continueToken
        self.retryAfterSeconds = retryAfterSeconds
    }

    package var description: String { "\(code) \(reason): \(message)" }

    /// The `Status` object of the answer.
    package var status: JSONValue {
        var status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "code": .int(Int64(code)),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        if let details { status["details"] = details }
        if let continueToken { status[path: ["metadata", "continue"]] = .string(continueToken) }
        if let retryAfterSeconds { status[path: ["details", "retryAfterSeconds"]] = .int(Int64(retryAfterSeconds)) }
        return status
    }

    static func details(_ kind: ResourceKind, name: String, resource: String? = nil) -> JSONValue {
        var details: JSONValue = ["name": .string(name), "kind": .string(resource ?? kind.plural)]
        if !kind.group.isEmpty { details["group"] = .string(kind.group) }
        return details
    }
}

extension StatusError {
    static let unauthorized = StatusError(401, "Unauthorized", "Unauthorized")
    static let resourceNotFound = StatusError(
        404, "NotFound", "the server could not find the requested resource", details: [:])
    static let methodNotAllowed = StatusError(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource", details: [:])
    static let unsupportedPatchType = StatusError(
        415, "UnsupportedMediaType", "415: Unsupported Media Type", details: [:])
    /// What a json-patch that cannot be applied is answered with: it does not say which operation failed.
    static let rejectedPatch = StatusError(
        422, "Invalid", "the server rejected our request due to an error in our request", details: [:])
    static let notAcceptable = StatusError(
        406, "NotAcceptable",
        "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
            + "application/vnd.kubernetes.protobuf", details: [:])

    static func badRequest(_ message: String) -> StatusError {
        StatusError(400, "BadRequest", message)
    }

    static func unsupportedMediaType(accepted: [String]) -> StatusError {
        StatusError(
            415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
                + accepted.joined(separator: ", "))
    }

    static func bodyTooLarge(limit: Int) -> StatusError {
        StatusError(413, "RequestEntityTooLarge", "Request entity too large: limit is \(limit)")
    }

    static func notFound(_ kind: ResourceKind, _ name: String) -> StatusError {
        StatusError(
            404, "NotFound", "\(kind.qualifiedResource) \"\(name)\" not found", details: details(kind, name: name))
    }

    static func alreadyExists(_ kind: ResourceKind, _ name: String) -> StatusError {
        StatusError(
            409, "AlreadyExists", "\(kind.qualifiedResource) \"\(name)\" already exists",
            details: details(kind, name: name))
    }

    static func modified(_ kind: ResourceKind, _ name: String) -> StatusError {
        conflict(
            kind, name, "the object has been modified; please apply your changes to the latest version and try again")
    }

    static func conflict(
        _ kind: ResourceKind, _ name: String, _ why: String, resource: String? = nil
    ) -> StatusError {
        let plural = resource ?? kind.plural
        let qualified = kind.group.isEmpty ? plural : "\(plural).\(kind.group)"
        return StatusError(
            409, "Conflict", "Operation cannot be fulfilled on \(qualified) \"\(name)\": \(why)",
            details: details(kind, name: name, resource: plural))
    }

    /// Several things may be wrong at once; all are told.
    static func invalid(kind: String, group: String, name: String, _ causes: [FieldCause]) -> StatusError {
        let texts = causes.map { "\($0.field): \($0.message)" }
        let text = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        let qualified = group.isEmpty ? kind : "\(kind).\(group)"
        var details: JSONValue = ["causes": .array(causes.map(\.json))]
        if !kind.isEmpty { details["kind"] = .string(kind) }
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        return StatusError(422, "Invalid", "\(qualified) \"\(name)\" is invalid: \(text)", details: details)
    }

    /// A patched object that does not fit its type; the server names neither kind nor object then.
    static func unreadablePatch(_ object: JSONValue, _ why: String) -> StatusError {
        invalid(kind: "", group: "", name: "", [.invalid("patch", .string(object.description), why)])
    }

    static func invalid(_ kind: ResourceKind, _ name: String, _ causes: [FieldCause]) -> StatusError {
        invalid(kind: kind.kind, group: kind.group, name: name, causes)
    }

    static let compacted = StatusError(410, "Expired", "The resourceVersion for the provided list is too old.")

    static func expiredContinue(fresh: String) -> StatusError {
        StatusError(
            410, "Expired",
            "The provided continue parameter is too old to display a consistent list result. You can start a new list "
                + "without the continue parameter, or use the continue token in this response to retrieve the "
                + "remainder of the results. Continuing with the provided token results in an inconsistent list - "
                + "objects that were created, modified, or deleted between the time the first chunk was returned and "
                + "now may show up in the list.",
            continueToken: fresh)
    }

    static func tooOld(_ version: Int64, oldest: Int64) -> StatusError {
        StatusError(410, "Expired", "too old resource version: \(version) (\(oldest))")
    }

    static func tooLarge(_ version: Int64, current: Int64) -> StatusError {
        StatusError(
            504, "Timeout", "Timeout: Too large resource version: \(version), current: \(current)",
            details: [
                "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]]
            ], retryAfterSeconds: 1)
    }
}

/// One field that is wrong: the path, and what is said of it.
struct FieldCause: Hashable, Sendable {
    var field: String
    var reason: String
    var message: String

    static func invalid(_ field: String, _ value: JSONValue, _ why: String) -> FieldCause {
        FieldCause(field: field, reason: "FieldValueInvalid", message: "Invalid value: \(value): \(why)")
    }

    static func required(_ field: String, _ why: String) -> FieldCause {
        FieldCause(
            field: field, reason: "FieldValueRequired",
            message: why.isEmpty ? "Required value" : "Required value: \(why)")
    }

    static func notSupported(_ field: String, _ value: String, supported: [String]) -> FieldCause {
        let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        return FieldCause(
            field: field, reason: "FieldValueNotSupported",
            message: "Unsupported value: \(value): supported values: \(list)")
    }

    static func forbidden(_ field: String, _ why: String) -> FieldCause {
        FieldCause(field: field, reason: "FieldValueForbidden", message: "Forbidden: \(why)")
    }

    var json: JSONValue {
        ["reason": .string(reason), "message": .string(message), "field": .string(field)]
    }
}
