import HTTPTransport
import Recordings

/// Answers requests by a function and keeps them.
final actor ReplayClient: HTTPSending {
    typealias Reply = @Sendable (HTTPRequest) async throws -> HTTPResponse

    private(set) var requests: [HTTPRequest] = []
    private(set) var mostUnderWay = 0
    private var underWay = 0
    private let reply: Reply

    init(_ reply: @escaping Reply) {
        self.reply = reply
    }

    /// Answers every request with one recorded response.
    init(_ exchange: WireExchange) {
        let response = HTTPResponse(exchange)
        self.init { _ in response }
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        requests.append(request)
        underWay += 1
        mostUnderWay = max(mostUnderWay, underWay)
        defer { underWay -= 1 }
        return try await reply(request)
    }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        throw TransportError(kind: .invalidRequest, url: request.url, detail: "no streams here")
    }
}

extension HTTPResponse {
    init(_ exchange: WireExchange) {
        self.init(
            status: exchange.status,
            headers: HTTPHeaders(exchange.response.headers.map { .init(name: $0.name, value: $0.value) }),
            body: exchange.response.body)
    }

    /// A response with a text as its body.
    init(_ status: Int, _ text: String) {
        self.init(status: status, body: Array(text.utf8))
    }
}

extension HTTPRequest {
    /// The decoded fields of a form body.
    var form: [String: String] {
        var fields: [String: String] = [:]
        for pair in (body ?? []).split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            fields[decoded(halves[0])] = halves.count == 2 ? decoded(halves[1]) : ""
        }
        return fields
    }

    private func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
