internal import HTTPTransport

extension PrometheusError {
    /// What was asked, for the text of an error.
    struct Question: Sendable {
        var query: String
        var url: String
    }

    /// Why nothing came.
    init(_ error: TransportError, asking question: Question) {
        self.init(kind: .transport(error.kind), message: error.detail, query: question.query, url: question.url)
    }

    /// Why no endpoint has answered.
    ///
    /// - Parameters:
    ///   - failures: Of the endpoints that were asked, in their order.
    ///   - refusal: The last failures of those that were not.
    init(_ failures: [PrometheusError], refusal: [PrometheusError], asking query: String) {
        func brief(_ error: PrometheusError) -> String {
            "\(error.url): \(error.summary)" + (error.message.isEmpty ? "" : ", \(error.message)")
        }
        guard var last = failures.last else {
            self.init(
                kind: .leftAlone, message: "the last was " + refusal.map(brief).joined(separator: "; "), query: query,
                url: refusal.first?.url ?? "")
            return
        }
        let others = failures.dropLast()
        if !others.isEmpty {
            last.message = Self.bounded("\(last.message); before, " + others.map(brief).joined(separator: "; "))
        }
        self = last
    }

    /// An answer of the API with the status `error`.
    init(_ answer: VectorReader.ErrorAnswer, status: Int, asking question: Question, _ redact: Redaction) {
        let kind: Kind
        switch answer.errorType {
        case "bad_data": kind = .badQuery
        case "execution": kind = answer.error.contains("too many samples") ? .tooManySamples : .execution
        case "timeout": kind = .queryTimeout
        case "canceled": kind = .canceled
        case "internal", "unavailable": kind = .serverFailure
        default: kind = Self.kind(ofStatus: status) ?? .refused
        }
        self.init(
            kind: kind, status: status, errorType: redact(answer.errorType), message: redact(answer.error),
            query: question.query,
            url: question.url)
    }

    /// An answer that is none of the API, or a broken one.
    init(_ response: HTTPResponse, _ format: AnswerFormatError, asking question: Question, _ redact: Redaction) {
        let excerpt = redact(Self.excerpt(of: response.body))
        var kind: Kind
        if (300..<400).contains(response.status) {
            let place = response.headers["Location"] ?? "nowhere"
            kind = .redirected(to: Self.withoutSecrets(redact(place)))
        } else if let known = Self.kind(ofStatus: response.status) {
            kind = known
        } else {
            kind = Self.beginsAsObject(response.body) ? .malformedAnswer(format) : .notPrometheus
        }
        self.init(
            kind: kind, status: response.status, message: excerpt, query: question.query, url: question.url)
    }

    /// What a status means by itself; `nil` for 2xx.
    static func kind(ofStatus status: Int) -> Kind? {
        switch status {
        case 200..<300: nil
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .noQueryAPI
        case 405: .methodNotAllowed
        case 429: .tooManyRequests
        case 502, 504: .badGateway
        case 503: .notReady
        case 500...: .serverFailure
        default: .refused
        }
    }

    /// Far more than is shown, so that a credential which begins in what is shown also ends in it.
    private static let excerptBytes = 64 << 10

    /// The first bytes of a body as text, for a person.
    private static func excerpt(of body: [UInt8]) -> String {
        String(decoding: body.prefix(excerptBytes), as: UTF8.self)
    }

    private static func beginsAsObject(_ body: [UInt8]) -> Bool {
        var cursor = JSONCursor(body)
        return (try? cursor.peek()) == UInt8(ascii: "{")
    }

    /// A URL without user, password and query, at a length that can be shown.
    private static func withoutSecrets(_ url: String) -> String {
        var text = String(url.prefix { $0 != "?" && $0 != "#" })
        if let scheme = text.firstRange(of: "//"),
            let at = text[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
        {
            text.removeSubrange(scheme.upperBound...at)
        }
        return bounded(text)
    }
}
