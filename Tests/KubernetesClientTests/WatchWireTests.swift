import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import Recordings
import Testing

@testable import KubernetesClient

/// Lists and watches as a real API server answered them.
@Suite(.timeLimit(.minutes(1))) struct WatchWireTests {
    private static let pods = ResourcePath.collection(.pods, namespace: "shop")
    private static let farms = ResourcePath.collection(
        Resource(group: "example.test", version: "v1", plural: "farms", kind: "Farm"), namespace: "shop")

    /// Reads a watch to its end.
    private func read<Object: Decodable & Sendable>(
        _ type: Object.Type, _ client: KubernetesClient, _ path: ResourcePath, _ options: WatchOptions
    ) async throws -> [WatchEvent<Object>] {
        var stream = try await client.watch(type, path, options: options)
        var events: [WatchEvent<Object>] = []
        while try await stream.receive() {
            while let event = try stream.event() { events.append(event) }
        }
        return events
    }

    private func kind<Object>(_ event: WatchEvent<Object>) -> String {
        switch event.change {
        case .added: "ADDED"
        case .modified: "MODIFIED"
        case .deleted: "DELETED"
        case .bookmark: "BOOKMARK"
        case .error: "ERROR"
        case .unreadable: "unreadable"
        case .unknown: "unknown"
        }
    }

    // MARK: Streams

    struct Recording: Sendable, CustomTestStringConvertible {
        var file: String
        var note: String
        var path: ResourcePath
        var version: String
        var labelSelector: String?
        var fieldSelector: String?
        var kinds: [String]
        var last: String

        var testDescription: String { "\(file): \(note)" }
    }

    @Test(arguments: [
        Recording(
            file: "12-watch-pods.http.txt", note: "watch", path: pods, version: "450", labelSelector: "app=watched",
            kinds: [
                "ADDED", "MODIFIED", "MODIFIED", "ADDED", "DELETED", "MODIFIED", "DELETED", "BOOKMARK", "BOOKMARK",
            ], last: "458"),
        Recording(
            file: "12-watch-pods.http.txt", note: "watch, resourceVersion=0", path: pods, version: "0",
            labelSelector: "app=solo", kinds: ["ADDED", "ADDED", "ADDED"], last: "324"),
        Recording(
            file: "14-watch-deployment.http.txt", note: "watch",
            path: .collection(.deployments, namespace: "shop"), version: "467", fieldSelector: "metadata.name=web",
            kinds: Array(repeating: "MODIFIED", count: 8) + ["BOOKMARK"], last: "490"),
        Recording(
            file: "28-expired.http.txt", note: "watch from resourceVersion 1", path: pods, version: "1",
            labelSelector: "app=solo", kinds: ["ADDED", "ADDED", "ADDED"], last: "324"),
        Recording(
            file: "28-expired.http.txt", note: "watch, resourceVersion ahead", path: pods, version: "99999999",
            kinds: [], last: ""),
    ])
    func aRecordedWatchIsAskedForAndRead(_ recording: Recording) async throws {
        let exchange = try #require(
            try WireExchange.load(recording.file).first { $0.note.hasPrefix(recording.note) && $0.status == 200 })
        let transport = ReplayTransport([exchange])
        let options = WatchOptions(
            labelSelector: recording.labelSelector, fieldSelector: recording.fieldSelector,
            resourceVersion: recording.version, timeout: .seconds(9))
        let events = try await read(JSONValue.self, KubernetesClient(replaying: transport), recording.path, options)
        #expect(events.map(kind) == recording.kinds)
        #expect(events.last?.identity.resourceVersion ?? "" == recording.last)
        #expect(transport.isUsedUp)
    }

    /// The file shows a line end as `\n` and a backslash as two.
    private static func unescaped(_ line: Data) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = line
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            bytes.append(next == UInt8(ascii: "n") ? 10 : next)
        }
        return bytes
    }

    @Test func theBytesAsTheyCameAreReadOneByOne() async throws {
        let data = try Data(contentsOf: URL(filePath: RepositoryPath.wire + "/27-chunked-raw.http.txt"))
        let lines = data.split(separator: 10).filter { $0.first == UInt8(ascii: "{") }
        let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        for byte in lines.flatMap(Self.unescaped) { continuation.yield([byte]) }
        continuation.finish()
        var watch = WatchStream<Pod>(
            body: stream, line: RequestLine(verb: "watch", target: Self.pods, path: Self.pods.path), hiding: nil,
            maximumEventBytes: 4_096)
        var seen: [String] = []
        while try await watch.receive() {
            while let event = try watch.event() {
                seen.append("\(kind(event)) \(event.identity.text) \(event.identity.resourceVersion ?? "")")
            }
        }
        #expect(seen == ["ADDED shop/f1 722", "MODIFIED shop/f1 723", "DELETED shop/f1 724"])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var file: String
        var note: String
        var path: ResourcePath
        var version: String?
        var kind: KubernetesError.Kind
        var retryAfterSeconds: Int?

        var testDescription: String { "\(file): \(note)" }
    }

    @Test(arguments: [
        Refusal(
            file: "28-expired.http.txt", note: "watch, compacted", path: farms, version: "1",
            kind: .expired(freshContinue: nil)),
        Refusal(
            file: "29-server-restart.http.txt", note: "watch, older than the cache", path: pods, version: "218",
            kind: .expired(freshContinue: nil)),
        Refusal(
            file: "29-server-restart.http.txt", note: "the same without timeoutSeconds", path: pods, version: "218",
            kind: .expired(freshContinue: nil)),
        Refusal(
            file: "28-expired.http.txt", note: "watch, resourceVersion not a number", path: pods, version: "abc",
            kind: .serverError),
        Refusal(
            file: "23-too-many-requests.http.txt", note: "watch", path: pods, kind: .tooManyRequests,
            retryAfterSeconds: 1),
    ])
    func aRecordedRefusalIsToldApart(_ refusal: Refusal) async throws {
        let transport = try ReplayTransport(refusal.file, refusal.note)
        let options = WatchOptions(resourceVersion: refusal.version, timeout: .seconds(3))
        let error = try await #require(throws: KubernetesError.self) {
            try await read(JSONValue.self, KubernetesClient(replaying: transport), refusal.path, options)
        }
        #expect(error.kind == refusal.kind)
        #expect(error.retryAfterSeconds == refusal.retryAfterSeconds)
        #expect(error.verb == "watch")
    }

    // MARK: What a stream must not do

    private func client(
        _ chunks: [String], ending: TransportError? = nil, status: Int = 200, asked: Locked<[HTTPRequest]> = Locked([])
    ) -> KubernetesClient {
        KubernetesClient(
            access: KubernetesClient.testAccess,
            transport: StreamingTransport(chunks: chunks, ending: ending, status: status, asked: asked))
    }

    @Test func aConnectionThatBreaksOrEndsInAnEventIsToldApart() async throws {
        let event = #"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"2"}}}"#
        let options = WatchOptions(resourceVersion: "1", timeout: .seconds(9))
        let reset = TransportError(kind: .connectionReset, url: "u", detail: "gone")
        let long = String(repeating: "x", count: WatchOptions(resourceVersion: "1", timeout: .zero).maximumEventBytes)
        for (chunks, ending, kind) in [
            ([event + "\n", "{\"type\":"], nil, KubernetesError.Kind.truncated),
            ([event + "\n"], reset, .unreachable(.connectionReset)),
            ([event + "\n", "no event\n"], nil, .undecodable),
            ([#"{"type":"NEW","object":{}}"# + "\n"], nil, .undecodable),
            ([#"{"type":"ADDED","object":{"metadata":{}, "kind":1}}"# + "\n"], nil, .undecodable),
            ([long, "x"], nil, .undecodable),
        ] as [([String], TransportError?, KubernetesError.Kind)] {
            let error = try await #require(throws: KubernetesError.self) {
                try await read(Pod.self, client(chunks, ending: ending), Self.pods, options)
            }
            #expect(error.kind == kind)
        }
    }

    @Test func theCredentialIsNotInWhatAStreamSays() async throws {
        let status = """
            {"kind":"Status","message":"who is \(ReplayTransport.token)?","code":403,"reason":"Forbidden"}
            """
        let options = WatchOptions(resourceVersion: "1", timeout: .seconds(9))
        for (chunks, code) in [([status], 403), ([#"{"type":"ERROR","object":\#(status)}"# + "\n"], 200)] {
            let error = try await #require(throws: KubernetesError.self) {
                try await read(Pod.self, client(chunks, status: code), Self.pods, options)
            }
            #expect(error.kind == .forbidden && error.message.hasPrefix("who is "))
            #expect(!error.message.contains(ReplayTransport.token))
        }
    }

    @Test func theAcceptHeaderOfMetadataIsTheRecordedOne() async throws {
        let recorded = try WireExchange.load("04-get-deployment.http.txt", note: "metadata only")
        let asked = Locked<[HTTPRequest]>([])
        let options = WatchOptions(resourceVersion: "1", timeout: .seconds(9), form: .metadataOnly)
        _ = try await read(PartialObjectMetadata.self, client([], asked: asked), Self.pods, options)
        #expect(asked.withLock { $0.first?.headers["Accept"] } == recorded.request.header("Accept"))
        let object = try JSONDecoder().decode(
            Managed<PartialObjectMetadata>.self, from: Data(recorded.response.body))
        #expect(object.object.kind == "PartialObjectMetadata" && object.object.metadata?.labels == ["app": "web"])
        #expect(object.managedFields.filter(\.setsReplicas).map(\.manager) == ["unknown"])
    }
}

/// Answers every watch with the same chunks.
struct StreamingTransport: HTTPSending {
    var chunks: [String]
    var ending: TransportError?
    var status = 200
    var asked = Locked<[HTTPRequest]>([])

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw TransportError(kind: .invalidRequest, url: request.url, detail: "only watches are answered here")
    }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        asked.withLock { $0.append(request) }
        let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        for chunk in chunks { continuation.yield(Array(chunk.utf8)) }
        continuation.finish(throwing: ending)
        return HTTPResponseStream(status: status, headers: [:], body: stream)
    }
}
