internal import FoundationEssentials
package import HTTPTransport
internal import Locking

/// A client of one API server as one identity: typed verbs over any transport.
///
///     let client = KubernetesClient(access: access, transport: transport)
///     let pod = try await client.get(Pod.self, .object(.pods, namespace: "shop", name: "web-0"))
///
/// Every verb throws ``KubernetesError``, ``CredentialError`` when a token file cannot be read, or `CancellationError`.
/// Nothing is retried but a request refused with 401 when the token file holds a new token by then; when to ask again
/// is the caller's to decide.
package struct KubernetesClient: Sendable {
    /// The name under which our writes appear in `managedFields`.
    package static let fieldManager = "swiftlet"

    /// What is the same for every request.
    package struct Options: Sendable {
        package var userAgent: String
        package var limits: HTTPLimits
        /// Called once for each `Warning` of a response, on the task of the request.
        package var onWarning: @Sendable (APIWarning) -> Void

        package init(
            userAgent: String = "swiftlet", limits: HTTPLimits = HTTPLimits(),
            onWarning: @escaping @Sendable (APIWarning) -> Void = { _ in }
        ) {
            self.userAgent = userAgent
            self.limits = limits
            self.onWarning = onWarning
        }
    }

    private let server: String
    private let transport: any HTTPSending
    private let authenticator: Authenticator
    private let options: Options
    /// Scalable kinds that discovery has told of, shared by all copies of this client.
    let discovered = Locked<[GroupVersionKind: Resource]>([:])

    /// - Parameter transport: Carries the TLS settings and the proxy of the access; this type adds the rest.
    package init(access: ClusterAccess, transport: any HTTPSending, options: Options = Options()) {
        let acting = access.impersonation.map { ImpersonatingTransport(transport: transport, headers: $0.headers) }
        self.init(
            server: access.server, transport: acting ?? transport, authenticator: Authenticator(access.credential),
            options: options)
    }

    /// For tests that move the clock of a token file.
    init(server: String, transport: any HTTPSending, authenticator: Authenticator, options: Options) {
        self.server = server
        self.transport = transport
        self.authenticator = authenticator
        self.options = options
    }

    /// One call of the API, before it is sent.
    struct Call: Sendable {
        var method: HTTPRequest.Method
        var line: RequestLine
        var query = QueryString()
        var contentType: String?
        var body: [UInt8]?
    }

    /// Sends a call and returns its success.
    func response(to call: Call) async throws -> HTTPResponse {
        if let problem = call.line.target?.problem { throw KubernetesError(refused: problem, call.line) }
        var authorization = try await authenticator.authorization()
        var response = try await send(call, authorization)
        if response.status == 401, await authenticator.isReplaced(authorization) {
            authorization = try await authenticator.authorization()
            response = try await send(call, authorization)
        }
        surfaceWarnings(of: response, to: call, hiding: authorization)
        guard response.isSuccess else {
            throw KubernetesError(response, to: call.line).hiding(authorization)
        }
        return response
    }

    /// Sends a call and decodes its success.
    func decoded<Object: Decodable>(_ type: Object.Type, from call: Call) async throws -> Object {
        let response = try await response(to: call)
        do {
            return try JSONDecoder().decode(Object.self, from: Data(response.body))
        } catch {
            throw KubernetesError(unreadable: response, because: error, to: call.line)
        }
    }

    private func send(_ call: Call, _ authorization: Secret?) async throws -> HTTPResponse {
        var headers: HTTPHeaders = ["Accept": "application/json", "User-Agent": options.userAgent]
        if let authorization { headers.append("Authorization", authorization.revealed) }
        if let contentType = call.contentType { headers.append("Content-Type", contentType) }
        let request = HTTPRequest(
            method: call.method, url: server + call.line.path + call.query.text, headers: headers, body: call.body,
            limits: options.limits)
        do {
            return try await transport.send(request)
        } catch let error as TransportError {
            throw KubernetesError(error, to: call.line)
        }
    }

    private func surfaceWarnings(of response: HTTPResponse, to call: Call, hiding authorization: Secret?) {
        let request = "\(call.line.verb) \(call.line.target?.description ?? call.line.path)"
        for text in response.headers.values("Warning").flatMap(APIWarning.texts) {
            options.onWarning(APIWarning(text: text.hiding(authorization), request: request))
        }
    }
}

extension ResourcePath {
    /// Why this must not be sent; `nil` when it may. An empty name would address the whole collection.
    fileprivate var problem: String? {
        for (what, segment) in [("namespace", namespace), ("name", name)] {
            if let segment, !PercentEncoding.isPathSegment(segment) { return "'\(segment)' cannot be its \(what)" }
        }
        return nil
    }
}

extension KubernetesError {
    fileprivate func hiding(_ authorization: Secret?) -> KubernetesError {
        var copy = self
        copy.message = message.hiding(authorization)
        return copy
    }
}

extension String {
    /// A proxy may send back what it was sent; the credential in it goes no further.
    fileprivate func hiding(_ authorization: Secret?) -> String {
        guard let credential = authorization?.revealed.split(separator: " ").last else { return self }
        return replacing(credential, with: Secret.mask)
    }
}
