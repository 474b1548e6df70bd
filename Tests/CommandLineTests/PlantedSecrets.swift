import CommandLine
import FoundationEssentials
import HTTPService
import Locking

/// Secrets of every kind, each of them with the same word in it, which must be nowhere in what the program writes.
enum PlantedSecrets {
    /// Every secret begins with it, so that a part of one is found as well.
    static let word = "planted-"

    static func secret(_ kind: String) -> String { word + kind + "-9f3Qv7" }

    /// Of `Basic` authentication the password is in no text that one could search for, but for this.
    static let users = ["user"]

    /// What must not be there: the word itself, and as base64 and percent-encoding have it at each of its places.
    private static let forms: [String] = {
        var forms = [word, word.utf8.map { "%" + String($0, radix: 16) }.joined()]
        for user in users {
            let encoded = Data("\(user):\(word)".utf8).base64EncodedString()
            forms.append(String(encoded.prefix(encoded.count / 4 * 4 - 4)))
        }
        for shift in 0..<3 {
            let padded = Data(Array(repeating: 0x20, count: shift) + Array(word.utf8)).base64EncodedString()
            // What no neighbour changes.
            forms.append(String(padded.dropFirst(4).prefix(8)))
        }
        return forms
    }()

    /// The places in a text at which a secret begins, with what is around them.
    static func found(in text: String) -> [String] {
        forms.compactMap { form in
            guard let range = text.firstRange(of: form) else { return nil }
            let start = text.index(range.lowerBound, offsetBy: -80, limitedBy: text.startIndex) ?? text.startIndex
            return "\(form): …" + text[start...].prefix(200)
        }
    }
}

/// A server that repeats all that it was sent, in the ways of error pages and proxies, one after the other.
struct RepeatingServer: Sendable {
    let server: HTTPServer
    private let count: Locked<Int>

    /// How many requests came.
    var requests: Int { count.withLock { $0 } }

    init() throws {
        let count = Locked(0)
        self.count = count
        server = try HTTPServer { request in
            let number = count.withLock { count in
                defer { count += 1 }
                return count
            }
            return Self.answer(request, number)
        }
    }

    private static let statuses = [401, 403, 404, 400, 409, 410, 422, 429, 500, 502, 503, 504]

    /// What was sent stands behind so much else that it is cut at each of its places when it is shortened.
    private static func answer(_ request: ServiceRequest, _ number: Int) -> ServiceResponse {
        let headers = request.headers.fields.map { "\($0.name): \($0.value)" }.joined(separator: " | ")
        let body = String(decoding: request.body, as: UTF8.self)
        let padding = String(repeating: "x", count: [0, 290, 2_030, 180, 240][number % 5] + number % 40)
        let text = "\(padding) \(request.method) \(request.target) | \(headers) | \(body)"
        let status = statuses[number / 7 % statuses.count]
        switch number % 7 {
        case 0: return json(["kind": "Status", "apiVersion": "v1", "message": text, "reason": text], status)
        case 1: return json(["status": "error", "errorType": "bad_data", "error": text], status)
        case 2: return .text("<html><body><p>\(text)</p></body></html>", status: status, contentType: "text/html")
        case 3:
            let credential = request.headers["Authorization"]?.split(separator: " ").last ?? "none"
            return ServiceResponse(
                status: 302,
                headers: ["Location": "https://u:\(credential)@login.example/\(credential)?t=\(credential)"],
                body: .bytes(Array(text.utf8)))
        case 4:
            let quoted = text.replacing("\\", with: "").replacing("\"", with: "'").prefix(4_000)
            return ServiceResponse(
                status: 200, headers: ["Warning": "299 - \"\(quoted)\"", "Content-Type": "application/json"],
                body: .bytes(Array("{\"kind\":\"List\",\"items\":null,\"metadata\":{\"name\":7}}".utf8)))
        case 5:
            let answer =
                #"{"status":"success","data":{"resultType":"vector","result":[]},"warnings":[W],"infos":[W]}"#
            let quoted = (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
            return ServiceResponse(status: 200, body: .bytes(Array(answer.replacing("W", with: quoted).utf8)))
        default: return .text(text, status: 200)
        }
    }

    private static func json(_ fields: [String: String], _ status: Int) -> ServiceResponse {
        let bytes = (try? JSONEncoder().encode(fields)).map { [UInt8]($0) } ?? []
        return ServiceResponse(status: status, headers: ["Content-Type": "application/json"], body: .bytes(bytes))
    }
}
