import Autoscaling
import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import Testing

@testable import KubernetesClient

/// Plugins that are real scripts.
@Suite(.timeLimit(.minutes(1))) struct ExecPluginTests {
    private let folder: TemporaryFolder
    private static let secret = "planted-exec-token"
    private static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

    init() throws {
        folder = try TemporaryFolder()
    }

    private func script(_ text: String, named name: String = "plugin") throws {
        try folder.write("#!/bin/sh\n" + text, to: name)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700], ofItemAtPath: folder.path + "/" + name)
    }

    private func plugin(
        _ command: String? = nil, arguments: [String] = [], environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        hint: String? = nil, limit: Duration = .seconds(30)
    ) -> ExecPlugin {
        ExecPlugin(
            place: "config: users[0].user.exec", apiVersion: "client.authentication.k8s.io/v1",
            command: command ?? folder.path + "/plugin", arguments: arguments, environment: environment,
            installHint: hint, limit: limit)
    }

    private static func answer(_ status: String, version: String = "v1") -> String {
        #"{"apiVersion":"client.authentication.k8s.io/\#(version)","kind":"ExecCredential","status":{\#(status)}}"#
    }

    @Test func aPluginIsToldWhatTheKubeconfigSaysAndGivesItsCredential() async throws {
        try script(
            """
            [ "$1 $2" = "get token" ] && [ "$NAME" = value ] && [ -z "$UNSET" ] || exit 9
            read line && exit 8
            printf '%s' "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"
            echo '\(Self.answer(#""token":"\#(Self.secret)","expirationTimestamp":"2030-01-01T00:00:00Z""#))'
            """)
        try folder.write("CA", to: "ca.crt")
        try folder.write(
            """
            current-context: c
            contexts: [{name: c, context: {cluster: k, user: u}}]
            clusters:
            - name: k
              cluster:
                server: https://10.0.0.1:6443
                certificate-authority: ca.crt
                tls-server-name: kubernetes
                extensions:
                - {name: other, extension: 1}
                - {name: client.authentication.k8s.io/exec, extension: {audience: a, count: 1, list: [true, null]}}
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./plugin
                  args: [get, token]
                  env: [{name: NAME, value: value}]
                  interactiveMode: IfAvailable
                  provideClusterInfo: true
            """, to: "config")
        let access = try ClusterAccess.find(
            kubeconfig: folder.path + "/config", context: nil, environment: ["PATH": "/usr/bin:/bin"])
        let authorization = try await Authenticator(access.credential).authorization()
        #expect(authorization == Secret("Bearer " + Self.secret))
        let info = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: folder.path + "/info"))))
        let expected: JSONValue = [
            "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
            "spec": [
                "interactive": false,
                "cluster": [
                    "server": "https://10.0.0.1:6443", "certificate-authority-data": "Q0E=",
                    "tls-server-name": "kubernetes", "config": ["audience": "a", "count": 1, "list": [true, .null]],
                ],
            ],
        ]
        #expect(info == expected)
        var dumped = ""
        dump(access, to: &dumped)
        for text in ["\(access)", dumped, String(reflecting: access.credential)] {
            #expect(!text.contains(Self.secret))
        }
    }

    @Test func aNameIsLookedForOnThePath() async throws {
        try script("echo '\(Self.answer(#""token":"t""#))'", named: "bin/my-plugin")
        let path = "relative:/nonexistent:\(folder.path)/bin"
        let credential = try await plugin("my-plugin", environment: ["PATH": path]).run(at: Self.now)
        #expect(credential == ExecCredential(token: Secret("t")))
    }

    struct Failing: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var script: String
        /// After the place and the command.
        var problem: String
    }

    static let failing: [Failing] = [
        Failing(
            testDescription: "a failure", script: "echo 'log in\nfirst' >&2; echo \(secret); exit 3",
            problem: "it ended with status 3: log in first; see https://h.test"),
        Failing(testDescription: "a signal", script: "kill -9 $$", problem: "it was ended by signal 9"),
        Failing(
            testDescription: "no JSON", script: "echo \(secret)",
            problem: "what it wrote is not an ExecCredential in JSON"),
        Failing(
            testDescription: "nothing", script: "echo oops >&2",
            problem: "what it wrote is not an ExecCredential in JSON: oops"),
        Failing(
            testDescription: "another kind",
            script: #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"Token"}'"#,
            problem: "what it wrote is not an ExecCredential of client.authentication.k8s.io/v1"),
        Failing(
            testDescription: "another version",
            script: "echo '\(answer(#""token":"\#(secret)""#, version: "v1beta1"))'",
            problem: "what it wrote is not an ExecCredential of client.authentication.k8s.io/v1"),
        Failing(
            testDescription: "no status",
            script: #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}'"#,
            problem: "its answer has no status"),
        Failing(
            testDescription: "an empty status", script: "echo '\(answer(""))'",
            problem: "its answer has neither a token nor a client certificate"),
        Failing(
            testDescription: "a certificate alone",
            script: "echo '\(answer(#""clientCertificateData":"\#(secret)""#))'",
            problem: "its answer has only one of clientCertificateData and clientKeyData"),
        Failing(
            testDescription: "a time that is none",
            script: "echo '\(answer(#""token":"\#(secret)","expirationTimestamp":"soon""#))'",
            problem: "its expirationTimestamp is not a time such as 2026-01-02T03:04:05Z"),
        Failing(
            testDescription: "expired",
            script: "echo '\(answer(#""token":"\#(secret)","expirationTimestamp":"2020-01-01T00:00:00Z""#))'",
            problem: "its credential has expired already"),
        Failing(
            testDescription: "a header in the token", script: "echo '\(answer(#""token":"\#(secret)\\r\\nX: y""#))'",
            problem: "its token has a control character in it"),
        Failing(
            testDescription: "too much", script: "while :; do echo \(secret)\(secret)\(secret); done",
            problem: "it wrote more than 1 MiB"),
        Failing(
            testDescription: "too much about a failure",
            script: "i=0; while [ $i -lt 300 ]; do echo 12345678 >&2; i=$((i+1)); done; exit 1",
            problem: "it ended with status 1: " + String(repeating: "12345678 ", count: 112).prefix(1_000)
                + "; see https://h.test"),
    ]

    @Test(arguments: failing)
    func aFailureIsToldWithoutTheAnswer(_ failing: Failing) async throws {
        try script(failing.script)
        let plugin = plugin(hint: "see\n https://h.test")
        let error = try await #require(throws: CredentialError.self) { try await plugin.run(at: Self.now) }
        #expect(
            error.description == "config: users[0].user.exec: exec plugin '\(folder.path)/plugin': \(failing.problem)")
        #expect(!error.description.contains(Self.secret))
    }

    @Test func aPluginThatHangsIsEndedWithAllThatItStarted() async throws {
        try script("sleep 1000 & echo $! > \"$(dirname \"$0\")/child\"; wait")
        let error = try await #require(throws: CredentialError.self) {
            try await plugin(limit: .milliseconds(500)).run(at: Self.now)
        }
        #expect(error.problem.hasSuffix("it did not end within 0 s"))
        let child = try String(contentsOfFile: folder.path + "/child", encoding: .utf8).split(separator: "\n")[0]
        // Gone, or dead and not yet collected by whoever inherits it.
        let state = { try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8) }
        while let line = state(), !line.contains(") Z ") { await Task.yield() }
    }

    @Test(arguments: ["no-such-plugin", "/nonexistent/plugin"])
    func aMissingPluginIsNamedWithItsHint(_ command: String) async throws {
        let error = try await #require(throws: CredentialError.self) {
            try await plugin(command, hint: "apt install it").run(at: Self.now)
        }
        let place = command.hasPrefix("/") ? "" : " on the PATH"
        #expect(error.problem == "exec plugin '\(command)': there is no such program\(place); apt install it")
    }

    @Test func whatCannotBeRunIsNamed() async throws {
        try folder.write("\u{7f}ELF nonsense", to: "plugin")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path + "/plugin")
        let error = try await #require(throws: CredentialError.self) { try await plugin().run(at: Self.now) }
        #expect(error.problem.hasSuffix("it cannot be run: Exec format error"))
    }
}
