public import HTTPTransport

/// Why a question to Prometheus has no answer.
public struct PrometheusError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, so that a caller can act on it.
    public enum Kind: Sendable, Hashable {
        /// Prometheus cannot read the query or a parameter of it (`bad_data`, 400).
        case badQuery
        /// The query could be read but not evaluated (`execution`, 422).
        case execution
        /// The query would load more samples than `--query.max-samples` allows (`execution`, 422).
        case tooManySamples
        /// Prometheus gave up after the time allowed (`timeout`, 503).
        case queryTimeout
        /// Prometheus cancelled the query, e.g. because it shuts down (`canceled`).
        case canceled
        /// The server is starting or shutting down (503 without an answer of the API).
        case notReady
        /// Credentials are missing or wrong (401).
        case unauthorized
        /// The credentials do not allow it (403).
        case forbidden
        /// No query API under this URL: the path prefix is wrong, or it is another server (404).
        case noQueryAPI
        /// The server does not take POST here (405): a proxy that lets only GET pass, or another server.
        case methodNotAllowed
        /// Too many requests (429).
        case tooManyRequests
        /// Answered with another place (3xx), often a login page.
        case redirected(to: String)
        /// A proxy could not reach Prometheus (502, 504).
        case badGateway
        /// The server failed (`internal`, `unavailable` or another 5xx).
        case serverFailure
        /// Another answer with an error status.
        case refused
        /// The answer is not one of Prometheus' API: a web page, or other text.
        case notPrometheus
        /// The answer is Prometheus' but broken.
        case malformedAnswer(AnswerFormatError)
        /// A result of this type where another is needed.
        case unexpectedResult(String)
        /// No answer came.
        case transport(TransportError.Kind)
        /// Nothing was sent: the server has failed too many times in a row, and is left alone for a while.
        case leftAlone
        /// It was asked, and no answer to it has come yet.
        case underWay
    }

    public var kind: Kind
    /// The HTTP status; `nil` when no answer came.
    public var status: Int?
    /// Prometheus' own name of the error, e.g. `bad_data`.
    public var errorType: String?
    /// The words of Prometheus, of the proxy or of the transport; at most ``maximumTextLength`` characters.
    public var message: String
    /// The query that was sent; at most ``maximumTextLength`` characters.
    public var query: String
    /// Where it was sent, without credentials.
    public var url: String

    /// Longest text kept of a message or a query, in characters: enough to recognise it in a log line or a condition.
    public static let maximumTextLength = 300

    init(
        kind: Kind, status: Int? = nil, errorType: String? = nil, message: String, query: String, url: String
    ) {
        self.kind = kind
        self.status = status
        self.errorType = errorType
        self.message = Self.bounded(message)
        self.query = Self.bounded(query)
        self.url = url
    }

    /// Whether the same question may well be answered later without anybody changing anything.
    public var isTransient: Bool {
        switch kind {
        case .queryTimeout, .canceled, .notReady, .tooManyRequests, .badGateway, .serverFailure, .leftAlone,
            .underWay:
            true
        case .transport(let kind):
            switch kind {
            case .nameResolution, .connectionRefused, .timeout, .connectionReset: true
            case .invalidRequest, .tls, .responseTooLarge, .malformedResponse, .shutDown: false
            }
        case .badQuery, .execution, .tooManySamples, .unauthorized, .forbidden, .noQueryAPI, .methodNotAllowed,
            .redirected, .refused, .notPrometheus, .malformedAnswer, .unexpectedResult:
            false
        }
    }

    /// Whether it is the server's or the way's to it: another endpoint may well answer the same question.
    var blamesServer: Bool {
        switch kind {
        case .canceled, .notReady, .badGateway, .serverFailure: true
        case .transport(let kind):
            switch kind {
            case .nameResolution, .connectionRefused, .tls, .timeout, .connectionReset, .malformedResponse: true
            case .invalidRequest, .responseTooLarge, .shutDown: false
            }
        case .badQuery, .execution, .tooManySamples, .queryTimeout, .unauthorized, .forbidden, .noQueryAPI,
            .methodNotAllowed, .tooManyRequests, .redirected, .refused, .notPrometheus, .malformedAnswer,
            .unexpectedResult, .leftAlone, .underWay:
            false
        }
    }

    /// One sentence: what happened, in whose words, to which query, where.
    public var description: String {
        var code: [String] = []
        if let status { code.append("HTTP \(status)") }
        if let errorType, !errorType.isEmpty { code.append(errorType) }
        let origin = code.isEmpty ? "" : " (\(code.joined(separator: ", ")))"
        let words = message.isEmpty ? "" : ": \(message)"
        return "\(summary)\(origin)\(words)\(advice); query '\(query)'" + (url.isEmpty ? "" : " to \(url)")
    }

    /// What to do about a limit of ours.
    private var advice: String {
        switch kind {
        case .transport(.responseTooLarge): "; select or sum fewer series"
        case .transport(.timeout(.total)): "; make the query cheaper, or give it a longer --prometheus-query-timeout"
        default: ""
        }
    }

    var summary: String {
        switch kind {
        case .badQuery: "Prometheus cannot read the query"
        case .execution: "Prometheus cannot evaluate the query"
        case .tooManySamples: "the query needs more samples than Prometheus allows"
        case .queryTimeout: "the query took longer than allowed"
        case .canceled: "Prometheus cancelled the query"
        case .notReady: "Prometheus is not ready"
        case .unauthorized: "Prometheus wants other credentials"
        case .forbidden: "the credentials do not allow this query"
        case .noQueryAPI: "no Prometheus query API under this URL"
        case .methodNotAllowed: "the server does not accept POST for queries"
        case .tooManyRequests: "too many requests"
        case .redirected(let place): "redirected to \(place), which is not followed"
        case .badGateway: "the proxy cannot reach Prometheus"
        case .serverFailure: "the server failed"
        case .refused: "the query was refused"
        case .notPrometheus: "the answer is not Prometheus'"
        case .malformedAnswer(let error): "a broken answer, \(error)"
        case .unexpectedResult(let type): "the query yields a \(type)"
        case .transport: "no answer"
        case .underWay: "Prometheus has not answered this query yet; what needs it waits"
        case .leftAlone: "Prometheus is left alone for a while, after failures in a row"
        }
    }

    /// One line of at most ``maximumTextLength`` characters; what is left out is marked by `…`.
    static func bounded(_ text: String) -> String {
        var result = ""
        var length = 0
        var spaces = false
        for character in text {
            if character.isWhitespace || character.unicodeScalars.allSatisfy({ $0.value < 0x20 || $0.value == 0x7F }) {
                spaces = !result.isEmpty
                continue
            }
            guard length + 2 <= maximumTextLength else { return result + "…" }
            if spaces {
                result += " "
                length += 1
                spaces = false
            }
            result.append(character)
            length += 1
        }
        return result
    }
}
