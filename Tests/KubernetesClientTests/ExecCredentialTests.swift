import Autoscaling
import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import Testing

@testable import KubernetesClient

/// When a plugin is run, and when its credential serves.
@Suite(.timeLimit(.minutes(1))) struct ExecCredentialTests {
    private let folder: TemporaryFolder
    private let clock = HandClock()
    private let time = Locked(Timestamp(nanoseconds: 1_800_000_000_000_000_000))

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A source whose plugin counts its runs: the tokens are `t1`, `t2`, …
    private func source(expirationTimestamp: String? = nil, failing: Bool = false) throws -> ExecCredentialSource {
        let expiry = expirationTimestamp.map { #","expirationTimestamp":"\#($0)""# } ?? ""
        try folder.write(
            """
            #!/bin/sh
            echo >> "$0.runs"
            count=$(wc -l < "$0.runs")
            \(failing ? "echo no >&2; exit 1" : "")
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
            printf '"status":{"token":"t%s"\(expiry)}}' $count
            """, to: "plugin")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path + "/plugin")
        let plugin = ExecPlugin(
            place: "config", apiVersion: "client.authentication.k8s.io/v1", command: folder.path + "/plugin",
            arguments: [], environment: ["PATH": "/usr/bin:/bin"])
        return ExecCredentialSource(plugin, clock: clock, wallClock: { [time] in time.withLock { $0 } })
    }

    private var runs: Int {
        ((try? String(contentsOfFile: folder.path + "/plugin.runs", encoding: .utf8)) ?? "").count
    }

    private func at(_ seconds: Int64) {
        clock.set(.seconds(seconds))
        time.withLock { $0 = Timestamp(nanoseconds: 1_800_000_000_000_000_000).advanced(bySeconds: seconds) }
    }

    @Test func oneRunServesEverybodyUntilShortlyBeforeTheExpiry() async throws {
        // 100 s after the start.
        let source = try source(expirationTimestamp: "2027-01-15T08:01:40Z")
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { try await source.credential().token?.revealed } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(tokens == ["t1"] && runs == 1)
        at(89)
        #expect(try await source.credential().token == Secret("t1"))
        at(91)
        // It gives the same expiry again: within the leeway, and so never kept.
        #expect(try await source.credential().token == Secret("t2"))
        #expect(try await source.credential().token == Secret("t3"))
    }

    @Test func withoutAnExpiryItServesUntilItIsRefused() async throws {
        let source = try source()
        #expect(try await source.credential().token == Secret("t1"))
        at(1_000_000)
        #expect(try await source.credential().token == Secret("t1"))
        #expect(await source.isReplaced { $0 == Secret("t1") })
        #expect(try await source.credential().token == Secret("t2"))
        // One who was refused with the old token tries the new one, and runs nothing.
        #expect(await source.isReplaced { $0 == Secret("t1") })
        #expect(runs == 2)
        // Refused again at once: it is not run again for that.
        #expect(await !source.isReplaced { $0 == Secret("t2") })
        #expect(runs == 2)
        at(1_000_010)
        #expect(await source.isReplaced { $0 == Secret("t2") })
        #expect(runs == 3)
    }

    @Test func aFailingPluginIsNotRunForEachRequest() async throws {
        let source = try source(failing: true)
        for _ in 0..<20 { await #expect(throws: CredentialError.self) { try await source.credential() } }
        #expect(runs == 1)
        at(2)
        await #expect(throws: CredentialError.self) { try await source.credential() }
        #expect(runs == 2)
    }

    @Test func aRefusedTokenIsReplacedAndTheRequestSentAgain() async throws {
        let source = try source()
        let seen = Locked<[String]>([])
        let transport = AnsweringTransport { request in
            let authorization = request.headers["Authorization"] ?? ""
            seen.withLock { $0.append(authorization) }
            return HTTPResponse(status: authorization == "Bearer t2" ? 200 : 401, body: Array("{}".utf8))
        }
        let access = ClusterAccess(server: ReplayTransport.server, credential: .exec(source))
        let client = KubernetesClient(access: access, transport: transport)
        let path = ResourcePath.object(.pods, namespace: "shop", name: "web-0")
        clock.set(.seconds(0))
        _ = try await source.credential()
        clock.set(.seconds(60))
        _ = try await client.get(JSONValue.self, path)
        #expect(seen.withLock { $0 } == ["Bearer t1", "Bearer t2"])
    }
}
