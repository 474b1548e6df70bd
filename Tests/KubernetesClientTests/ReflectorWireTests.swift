import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import Recordings
import Testing

@testable import KubernetesClient

/// The reflector through whole recorded stories: list, watch, what ends it, and what comes then.
@Suite(.timeLimit(.minutes(1))) struct ReflectorWireTests {
    /// Runs a reflector until its transport has nothing left and it waits to try again.
    ///
    /// - Returns: What the cache was told, the waits, and the status.
    private func story(
        _ transport: any HTTPSending, _ path: ResourcePath, _ options: ReflectorOptions, sleeps: Int,
        form: ObjectForm = .whole
    ) async throws -> (told: [String], waits: [Duration], status: ReflectorStatus) {
        let clock = PatientClock(sleeps: sleeps, fastSleepsBelow: options.silenceLimit)
        let client = KubernetesClient(access: KubernetesClient.testAccess, transport: transport)
        let status = ReflectorStatus()
        let told = Locked<[String]>([])
        let reflector = Reflector(
            client: client, collection: path, form: form, options: options, clock: clock, random: 5
        ) { (object: PartialObjectMetadata) in object.metadata?.name ?? "-" }
        await #expect(throws: CancellationError.self) {
            try await reflector.run(status: status) { change in
                let text =
                    switch change {
                    case .replaced(let all): "all: " + all.sorted().joined(separator: " ")
                    case .stored(let name): "+" + name
                    case .deleted(let name): "-" + name
                    case .unreadable(let object): "?" + object.identity.text
                    }
                told.withLock { $0.append(text) }
            }
        }
        return (told.withLock { $0 }, clock.waits, status)
    }

    private static let pods = ResourcePath.collection(.pods, namespace: "shop")

    @Test func aListAndItsWatch() async throws {
        let transport = try ReplayTransport("12-watch-pods.http.txt", "list first", "watch")
        let (told, waits, status) = try await story(
            transport, Self.pods, ReflectorOptions(labelSelector: "app=watched"), sleeps: 1)
        #expect(transport.isUsedUp)
        #expect(told == ["all: ", "+w1", "+w1", "+w1", "+w2", "-w2", "+w1", "-w1"])
        let counts = status.counts
        #expect(counts.events == 7 && counts.bookmarks == 2 && counts.restarts == [.ended: 1])
        #expect(waits.count == 1)
    }

    @Test func whatARestartedServerHasForgottenIsListedAnew() async throws {
        let first = try WireExchange.load("29-server-restart.http.txt", note: "watch, SIGTERM")
        let old = try WireExchange.load("29-server-restart.http.txt", note: "watch, older than the cache")
        let list = try WireExchange.load("12-watch-pods.http.txt", note: "list first")
        let answers = [list, first, old, list]
        let asked = Locked<[String]>([])
        let transport = ScriptedTransport(answers: answers.map(\.response), asked: asked)
        let (told, _, status) = try await story(
            transport, Self.pods, ReflectorOptions(labelSelector: "app=restart"), sleeps: 3)
        #expect(told.first == "all: " && told.last == "all: " && told.count == 7)
        #expect(status.counts.relists == 1)
        #expect(status.counts.restarts[.ended] == 1 && status.counts.restarts[.expired] == 1)
        let verbs = asked.withLock { $0.map { $0.contains("watch=1") ? "watch" : "list" } }
        #expect(verbs == ["list", "watch", "watch", "list", "watch"])
    }

    /// The pages are gone with their moment, so the list is asked for in one piece, without a token.
    @Test func anExpiredContinueTokenBeginsAnew() async throws {
        let page = try WireExchange.load("10-pods-list.http.txt", note: "page 1")
        let expired = try WireExchange.load("28-expired.http.txt", note: "continue token expired")
        let rest = try WireExchange.load("10-pods-list.http.txt", note: "page 2")
        let asked = Locked<[String]>([])
        let transport = ScriptedTransport(answers: [page, expired, rest].map(\.response), asked: asked)
        let (told, waits, status) = try await story(
            transport, Self.pods, ReflectorOptions(labelSelector: "app=web", pageSize: 3), sleeps: 1)
        let targets = asked.withLock { $0 }
        #expect(targets.map { $0.contains("limit=3") } == [true, true, false, false])
        #expect(targets.map { $0.contains("continue=") } == [false, true, false, false])
        #expect(targets[3].contains("watch=1") && targets[3].contains("resourceVersion=330"))
        // Nothing of the first page is left.
        #expect(told.count == 1 && told.first?.split(separator: " ").count == 4)
        #expect(status.counts.restarts[.expired] == 1 && status.hasSynced)
        #expect(waits.count == 1)
    }

    @Test func nobodyAsksAgainBeforeTheServerWants() async throws {
        let list = try WireExchange.load("12-watch-pods.http.txt", note: "list first")
        let refusedList = try WireExchange.load("23-too-many-requests.http.txt", note: "list")
        let refusedWatch = try WireExchange.load("23-too-many-requests.http.txt", note: "watch")
        let unavailable = try WireExchange.load("24-unavailable.http.txt", note: "read")
        let asked = Locked<[String]>([])
        let transport = ScriptedTransport(
            answers: [refusedList, unavailable, list, refusedWatch].map(\.response), asked: asked)
        let (told, waits, status) = try await story(transport, Self.pods, ReflectorOptions(), sleeps: 4)
        #expect(told == ["all: "])
        #expect(status.counts.restarts[.tooManyRequests] == 2 && status.counts.restarts[.unavailable] == 1)
        #expect(waits.count == 4)
        // 429 says a second; 503 says nothing.
        #expect(waits[0] >= .seconds(1) && waits[1] < .seconds(2) && waits[2] >= .seconds(1))
    }

    @Test func metadataIsAskedForInTheFormOfListsAndOfWatches() async throws {
        let list = try WireExchange.load("12-watch-pods.http.txt", note: "list first")
        let watch = try WireExchange.load("12-watch-pods.http.txt", note: "watch")
        let accepts = Locked<[String]>([])
        let transport = ScriptedTransport(
            answers: [list.response, watch.response], asked: Locked([]), accepts: accepts)
        _ = try await story(transport, Self.pods, ReflectorOptions(), sleeps: 1, form: .metadataOnly)
        let form = ";g=meta.k8s.io;v=v1"
        #expect(
            accepts.withLock { Array($0.prefix(2)) } == [
                "application/json;as=PartialObjectMetadataList" + form,
                "application/json;as=PartialObjectMetadata" + form,
            ])
    }
}

/// Answers in order, whatever is asked; then nobody listens.
struct ScriptedTransport: HTTPSending {
    private let answers: Locked<[WireExchange.Message]>
    private let asked: Locked<[String]>
    private let accepts: Locked<[String]>

    init(answers: [WireExchange.Message], asked: Locked<[String]>, accepts: Locked<[String]> = Locked([])) {
        self.answers = Locked(answers)
        self.asked = asked
        self.accepts = accepts
    }

    private func next(_ request: HTTPRequest) throws -> WireExchange.Message {
        asked.withLock { $0.append(request.url) }
        accepts.withLock { $0.append(request.headers["Accept"] ?? "") }
        let next = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let next else { throw TransportError(kind: .connectionRefused, url: request.url, detail: "nobody") }
        return next
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { HTTPResponse(try next(request)) }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        let message = try next(request)
        let head = HTTPResponse(message)
        return HTTPResponseStream(status: head.status, headers: head.headers, body: message.stream)
    }
}

/// Lets so many waits between attempts pass at once and cancels the next; the watchdog's waits last as long as they
/// are wanted.
private final class PatientClock: MonotonicClock {
    private struct State {
        var now = Duration.zero
        var waits: [Duration] = []
    }

    private let state = Locked(State())
    private let limit: Int
    private let watchdogWait: Duration

    init(sleeps: Int, fastSleepsBelow watchdogWait: Duration) {
        limit = sleeps
        self.watchdogWait = watchdogWait
    }

    var waits: [Duration] { state.withLock { $0.waits } }

    func now() -> Duration { state.withLock { $0.now } }

    func sleep(for duration: Duration) async throws {
        // Back-offs end at 30 s; the watchdog never looks so often here.
        guard duration < watchdogWait else { return try await ContinuousClock().sleep(for: .seconds(600)) }
        let isLast = state.withLock { state in
            state.waits.append(duration)
            state.now += duration
            return state.waits.count >= limit
        }
        if isLast { throw CancellationError() }
    }
}
