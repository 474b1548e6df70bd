internal import FoundationEssentials
internal import HTTPTransport

/// What a `Status` says about the object that a request failed on.
///
/// - Source: `meta/v1` `StatusDetails`.
public struct StatusDetails: Sendable, Hashable, Decodable {
    /// One of several things that are wrong.
    public struct Cause: Sendable, Hashable, Decodable {
        public var reason: String?
        public var message: String?
        /// The field path, e.g. `spec.replicas`.
        public var field: String?
    }

    public var name: String?
    public var group: String?
    /// The plural resource name, e.g. `deployments`, in spite of the field's name.
    public var kind: String?
    public var causes: [Cause]?
    public var retryAfterSeconds: Int?
}

/// The fields of a `Status` that errors are made of. Every field may be missing, and so may the whole.
struct StatusBody: Decodable {
    struct Metadata: Decodable {
        var `continue`: String?
    }

    var metadata: Metadata?
    var message: String?
    var reason: String?
    var details: StatusDetails?

    /// The token with which an expired list goes on at a newer revision.
    var freshContinue: String? {
        metadata?.continue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Reads the body of an error; one that is no `Status` gives no fields.
    init(_ response: HTTPResponse) {
        let data = Data(response.body)
        if let status = try? JSONDecoder().decode(Kinded.self, from: data), status.kind == "Status",
            let body = try? JSONDecoder().decode(StatusBody.self, from: data)
        {
            self = body
        }
    }

    private struct Kinded: Decodable {
        var kind: String?
    }
}
