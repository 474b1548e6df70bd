package import HTTPTransport
internal import KubernetesTypes
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
        /// What every request waits for; `nil` for no limit of our own. Copies of a client share it.
        package var budget: RequestBudget?
        /// Called once for each `Warning` of a response, on the task of the request.
        package var onWarning: @Sendable (APIWarning) -> Void

        package init(
            userAgent: String = "swiftlet", limits: HTTPLimits = HTTPLimits(), budget: RequestBudget? = nil,
            onWarning: @escaping @Sendable (APIWarning) -> Void = { _ in }
        ) {
            self.userAgent = userAgent
            self.limits = limits
            self.budget = budget
            self.onWarning = onWarning
        }
    }

    private let server: String
    private let transport: any HTTPSending
    private let authenticator: Authenticator
    private var options: Options
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

    /// This client without its budget: for the few requests that must not wait behind others, such as for a lease.
    var withoutBudget: KubernetesClient {
        var copy = self
        copy.options.budget = nil
        return copy
    }

    /// One call of the API, before it is sent.
    struct Call: Sendable {
        var method: HTTPRequest.Method
        var line: RequestLine
        var query = QueryString()
        var accept = "application/json"
        var contentType: String?
        var body: [UInt8]?
    }

    /// Sends a call and returns its success.
    func response(to call: Call) async throws -> HTTPResponse {
        let (response, authorization) = try await answer(to: call, limits: options.limits) {
            try await transport.send($0)
        }
        guard response.isSuccess else {
            throw KubernetesError(response, to: call.line, hiding: authorization)
        }
        return response
    }

    /// Sends a call and returns its success while the body still comes.
    ///
    /// - Returns: The stream, and the credential that errors read from it must not show.
    func stream(
        to call: Call, limits: HTTPLimits
    ) async throws -> (stream: HTTPResponseStream, hiding: Secret?) {
        let (stream, authorization) = try await answer(to: call, limits: limits) { try await transport.open($0) }
        guard (200..<300).contains(stream.status) else {
            let body = try await stream.bodyOfError()
            let response = HTTPResponse(status: stream.status, headers: stream.headers, body: body)
            throw KubernetesError(response, to: call.line, hiding: authorization)
        }
        return (stream, authorization)
    }

    /// Sends a call, once more where the token was refused and there is a new one.
    private func answer<Answer: HTTPAnswer>(
        to call: Call, limits: HTTPLimits, by send: (HTTPRequest) async throws -> Answer
    ) async throws -> (Answer, Secret?) {
        if let problem = call.line.target?.problem { throw KubernetesError(refused: problem, call.line) }
        var authorization = try await authenticator.authorization()
        var answer = try await perform(call, authorization, limits, send)
        if answer.status == 401, await authenticator.isReplaced(authorization) {
            authorization = try await authenticator.authorization()
            answer = try await perform(call, authorization, limits, send)
        }
        surfaceWarnings(of: answer.headers, to: call, hiding: authorization)
        return (answer, authorization)
    }

    /// Sends a call and decodes its success.
    func decoded<Object: Decodable>(_ type: Object.Type, from call: Call) async throws -> Object {
        let response = try await response(to: call)
        do {
            return try JSONReader.read(Object.self, from: response.body)
        } catch {
            throw KubernetesError(unreadable: response, because: error, to: call.line)
        }
    }

    private func perform<Answer: HTTPAnswer>(
        _ call: Call, _ authorization: Secret?, _ limits: HTTPLimits, _ send: (HTTPRequest) async throws -> Answer
    ) async throws -> Answer {
        try await options.budget?.take()
        var headers: HTTPHeaders = ["Accept": call.accept, "User-Agent": options.userAgent]
        if let authorization { headers.append("Authorization", authorization.revealed) }
        if let contentType = call.contentType { headers.append("Content-Type", contentType) }
        let request = HTTPRequest(
            method: call.method, url: server + call.line.path + call.query.text, headers: headers, body: call.body,
            limits: limits)
        do {
            let answer = try await send(request)
            if answer.status == 429, let seconds = answer.headers["Retry-After"].flatMap({ Int($0) }) {
                options.budget?.pause(for: .seconds(seconds))
            }
            return answer
        } catch let error as TransportError {
            throw KubernetesError(error, to: call.line)
        }
    }

    private func surfaceWarnings(of headers: HTTPHeaders, to call: Call, hiding authorization: Secret?) {
        let request = "\(call.line.verb) \(call.line.target?.description ?? call.line.path)"
        let redact = Redaction(hiding: authorization)
        for text in headers.values("Warning").flatMap(APIWarning.texts) {
            options.onWarning(APIWarning(text: redact(text), request: request))
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

/// What responses have in common, whether their body has arrived or not.
private protocol HTTPAnswer: Sendable {
    var status: Int { get }
    var headers: HTTPHeaders { get }
}

extension HTTPResponse: HTTPAnswer {}
extension HTTPResponseStream: HTTPAnswer {}

extension HTTPResponseStream {
    /// A `Status` is about 1 KiB long; what is beyond this is not one.
    private static let maximumErrorBytes = 64 << 10

    /// The body of a refusal, or what comes of it before the connection breaks.
    fileprivate func bodyOfError() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await chunk in body {
                bytes += chunk
                if bytes.count >= Self.maximumErrorBytes { break }
            }
        } catch is TransportError {
            return bytes
        }
        try Task.checkCancellation()
        return bytes
    }
}
