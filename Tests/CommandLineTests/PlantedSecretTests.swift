import CommandLine
import FoundationEssentials
import HTTPService
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Testing

/// Secrets of every kind, servers that repeat what they are sent, the log at its most talkative: nothing that is written
/// anywhere has a secret in it, or the beginning of one.
@Suite(.timeLimit(.minutes(3))) struct PlantedSecretTests {
    private static func secret(_ kind: String) -> String { PlantedSecrets.secret(kind) }

    private static func expectNone(_ texts: [(place: String, text: String)], _ what: String) {
        for (place, text) in texts {
            #expect(!text.isEmpty, "\(what): there is nothing in \(place)")
            #expect(PlantedSecrets.found(in: text).isEmpty, "\(what), \(place): \(PlantedSecrets.found(in: text))")
        }
    }

    // MARK: - Prometheus

    /// How Prometheus is reached, `URL` and `FOLDER` being its address and a folder with secrets.
    struct Way: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var words: [String]
        var config: String?
        var environment: [String: String] = [:]
    }

    private static let ways = [
        Way(testDescription: "user in the URL", words: ["--prometheus-url", "http://user:\(secret("url"))@HOST"]),
        Way(
            testDescription: "user in the environment", words: [],
            environment: ["PROMETHEUS_URL": "http://user:\(secret("env"))@HOST"]),
        Way(
            testDescription: "a header",
            words: ["--prometheus-url", "http://HOST", "--prometheus-header", "X-Api-Key:\(secret("header"))"]),
        Way(
            testDescription: "a bearer token in a header",
            words: ["--prometheus-url", "http://HOST", "--prometheus-header", "Authorization:Bearer \(secret("hand"))"]),
        Way(
            testDescription: "files",
            words: [
                "--prometheus-url", "http://HOST", "--prometheus-bearer-token-file", "FOLDER/token",
                "--prometheus-header-file", "X-Api-Key:FOLDER/key",
            ]),
        Way(
            testDescription: "a password in a file",
            words: [
                "--prometheus-url", "http://HOST", "--prometheus-username", "user", "--prometheus-password-file",
                "FOLDER/password",
            ]),
        Way(
            testDescription: "a configuration file", words: [],
            config: """
                prometheus:
                  endpoints:
                  - url: http://user:\(secret("first"))@HOST
                  - url: http://HOST/second
                    basicAuth: {username: user, passwordFile: FOLDER/password}
                    headers: {X-Api-Key: \(secret("config"))}
                  - url: http://HOST/third
                    bearerTokenFile: FOLDER/token
                """),
    ]

    @Test(arguments: ways) private func credentialsOfPrometheusAreNowhere(_ way: Way) async throws {
        let users = [Self.secret("kube"): Access.User(name: "swiftlet")]
        let server = try RepeatingServer()
        try await PlanWorld.run(access: Access(users: users)) { world in
            let host = "127.0.0.1:\(server.server.port)"
            func filled(_ text: String) -> String {
                text.replacing("HOST", with: host).replacing("FOLDER", with: world.folder)
            }
            for name in ["token", "password", "key"] { _ = try world.write(name, Self.secret(name) + "\n") }
            let kubeconfig = try world.write(
                "planted.kubeconfig", Self.kubeconfig(world.kubernetesURL, ["token": .string(Self.secret("kube"))]))
            var words = way.words.map(filled) + ["--kubeconfig", kubeconfig, "--prometheus-query-timeout", "1s"]
            if let config = way.config { words += ["--config", try world.write("config.yaml", filled(config))] }
            let environment = way.environment.mapValues(filled)
            try await world.store.create(.horizontalPodAutoscalers, namespace: "default", ByteBites.autoscaler)
            var texts = try await Self.run(
                ["--source", "hpa", "--journal", world.folder + "/journal", "--state-file", world.folder + "/state"]
                    + words,
                environment
            ) { _ in server.requests > 30 }
            for name in ["journal", "state"] {
                texts.append((name, try String(contentsOfFile: world.folder + "/" + name, encoding: .utf8)))
            }
            texts += try await Self.objects(at: world.kubernetesURL)
            Self.expectNone(texts, "run")
            for output in ["wide", "json", "yaml"] {
                let call = try await Call.inProcess(
                    ["plan", "-f", world.folder + "/hpa.yaml", "-o", output, "--save", world.folder + "/saved"] + words,
                    environment: environment)
                Self.expectNone([("plan", call.output + call.errors)], "plan -o \(output)")
                let saved = try? String(contentsOfFile: world.folder + "/saved", encoding: .utf8)
                Self.expectNone([("saved", saved ?? "none")], "plan --save")
            }
            if way.config == nil {
                let call = try await Call.inProcess(
                    ["record", "-f", world.folder + "/hpa.yaml", "--from", "1m", "--output", world.folder + "/trace"]
                        + way.words.map(filled),
                    environment: environment)
                Self.expectNone([("record", call.output + call.errors)], "record")
            }
        }
        await server.server.stop()
    }

    // MARK: - Kubernetes

    private static let plugin = "client.authentication.k8s.io/v1"

    /// A user of a kubeconfig, `FOLDER` being a folder with secrets; and fields of the cluster beside `server`.
    private struct Identity: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var user: JSONValue
        var cluster: JSONValue = [:]
        var isSecure = false
        /// Whether the server is asked at all.
        var isAsked = true
    }

    private static let identities = [
        Identity(testDescription: "token", user: ["token": .string(secret("token"))]),
        Identity(testDescription: "token file", user: ["tokenFile": "FOLDER/token"]),
        Identity(testDescription: "password", user: ["username": "user", "password": .string(secret("password"))]),
        Identity(
            testDescription: "plugin",
            user: [
                "exec": [
                    "apiVersion": .string(plugin), "command": "FOLDER/plugin",
                    "env": [["name": "PLANTED", "value": .string(secret("variable"))]],
                ]
            ]),
        Identity(
            testDescription: "plugin that fails",
            user: [
                "exec": [
                    "apiVersion": .string(plugin), "command": "FOLDER/failing", "args": [.string(secret("argument"))],
                    "env": [["name": "PLANTED", "value": .string(secret("variable"))]],
                ]
            ], isAsked: false),
        Identity(
            testDescription: "client key",
            user: [
                "client-certificate-data": .string(pem("CERTIFICATE", secret("certificate"))),
                "client-key-data": .string(pem("PRIVATE KEY", secret("key"))),
            ], isSecure: true, isAsked: false),
        Identity(
            testDescription: "proxy", user: ["token": .string(secret("token"))],
            cluster: ["proxy-url": .string("http://user:\(secret("proxy"))@127.0.0.1:1")], isAsked: false),
    ]

    private static func pem(_ label: String, _ content: String) -> String {
        Data("-----BEGIN \(label)-----\n\(content)\n-----END \(label)-----\n".utf8).base64EncodedString()
    }

    private static func kubeconfig(_ server: String, _ user: JSONValue, _ cluster: JSONValue = [:]) -> String {
        var cluster = cluster
        cluster["server"] = .string(server)
        let config: JSONValue = [
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [["name": "c", "cluster": cluster]],
            "users": [["name": "u", "user": user]],
            "contexts": [["name": "c", "context": ["cluster": "c", "user": "u", "namespace": "default"]]],
        ]
        return config.description
    }

    @Test(arguments: identities) private func credentialsOfKubernetesAreNowhere(_ identity: Identity) async throws {
        let server = try RepeatingServer()
        try await PlanWorld.run { world in
            _ = try world.write("token", Self.secret("file") + "\n")
            let answer: JSONValue = [
                "apiVersion": .string(Self.plugin), "kind": "ExecCredential",
                "status": ["token": .string(Self.secret("exec"))],
            ]
            for (name, script) in [
                ("plugin", "echo \"$PLANTED\" >&2; echo '\(answer)'"), ("failing", "env >&2; echo '\(answer)'; exit 3"),
            ] {
                let path = try world.write(name, "#!/bin/sh\n\(script)\n")
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            }
            let url = server.server.url
            let config = Self.kubeconfig(
                identity.isSecure ? url.replacing("http:", with: "https:") : url, identity.user, identity.cluster)
            let file = try world.write("planted.kubeconfig", config.replacing("FOLDER", with: world.folder))
            let servers = ["--kubeconfig", file, "--prometheus-url", world.prometheusURL]
            // Requests that fail come less and less often.
            let texts = try await Self.run(
                ["-f", world.folder + "/hpa.yaml", "--state-file", world.folder + "/state"] + servers, [:]
            ) { log in identity.isAsked ? server.requests > 5 : log.contains("event=waiting") }
            Self.expectNone(texts, "run")
            for _ in 0..<14 {
                let call = try await Call.inProcess(["plan", "-f", world.folder + "/hpa.yaml"] + servers)
                #expect(call.code == 3 || call.code == 1, "\(call.errors)")
                Self.expectNone([("plan", call.output + call.errors)], "plan")
            }
        }
        await server.server.stop()
    }

    // MARK: - Configuration that is wrong

    /// Users of a kubeconfig, in YAML, that cannot be used.
    @Test(arguments: [
        "{token: [\(secret("list"))]}", "{token: {\(secret("key")): 1}}",
        "{password: \(secret("alone")), username: [a]}",
        "{client-key-data: \(secret("base"))!!, client-certificate-data: QQ==}", "{tokenFile: [\(secret("path"))]}",
        "{username: a, password: \"\(secret("open"))}", "{token: \(secret("twice")), token: \(secret("again"))}",
        "{token: &a \(secret("anchor"))}", "{token: !!int \(secret("tag"))}", "{token: \"\(secret("line"))\\nb\"}",
        "{auth-provider: {name: \(secret("provider"))}}", "{exec: {apiVersion: v0, command: a, env: \(secret("env"))}}",
    ])
    private func aKubeconfigThatIsWrongIsNotRepeated(_ user: String) async throws {
        try await PlanWorld.run { world in
            let file = try world.write(
                "wrong.kubeconfig",
                """
                {apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: "\(world.kubernetesURL)"}}],
                 contexts: [{name: c, context: {cluster: c, user: u}}], users: [{name: u, user: \(user)}]}
                """)
            let call = try await Call.inProcess([
                "plan", "-f", world.folder + "/hpa.yaml", "--kubeconfig", file, "--prometheus-url", world.prometheusURL,
            ])
            #expect(call.code != 0)
            Self.expectNone([("plan", call.output + call.errors)], user)
        }
    }

    @Test(arguments: [
        ["--prometheus-url", "ftp://user:\(secret("scheme"))@h"],
        ["--prometheus-url", "http://user:\(secret("space"))@h st"],
        ["--prometheus-url", "user:\(secret("bare"))@h"],
        ["--prometheus-url", "http://user:\(secret("query"))@h/?a=b"],
        ["--prometheus-url", "http://user:\(secret("nohost"))@"],
        ["--prometheus-url", "http://user:\(secret("port"))@h:x"],
        ["--prometheus-header", secret("nocolon")], ["--prometheus-header", "Bad Name:\(secret("name"))"],
        ["--prometheus-header", "Host:\(secret("host"))"], ["--prometheus-header", "X:a\u{1}\(secret("control"))"],
    ])
    private func optionsThatAreWrongAreNotRepeated(_ words: [String]) async throws {
        try await PlanWorld.run { world in
            let call = try await Call.inProcess(
                ["plan", "-f", world.folder + "/hpa.yaml", "--kubeconfig", world.folder + "/kubeconfig"] + words)
            #expect(call.code != 0)
            Self.expectNone([("plan", call.output + call.errors)], "\(words)")
        }
    }

    /// The limit is inherited, so that it has to be seen in a process that was started with another one.
    @Test func theProgramLeavesNoCoreDump() async throws {
        let bash = try #require(ChildProcess.find("bash"))
        let script = """
            ulimit -c unlimited 2>/dev/null || ulimit -c "$(ulimit -H -c)"
            coproc PROGRAM { exec "$0" validate -; }
            for i in $(seq 200); do
                limit=$(awk '/^Max core file size/ {print $5, $6}' /proc/$PROGRAM_PID/limits)
                if [ "$limit" = "0 0" ]; then break; fi
                sleep 0.05
            done
            echo "$limit"
            kill $PROGRAM_PID
            """
        let run = try await ChildProcess.run(bash, ["-c", script, BuiltProgram.path])
        #expect(run.output == "0 0\n", "\(run.errors)")
    }

    // MARK: - A run

    /// What `run` writes and shows until enough has happened.
    private static func run(
        _ words: [String], _ environment: [String: String], until isEnough: (_ log: String) -> Bool
    ) async throws -> [(place: String, text: String)] {
        let (output, errors) = (TextSink.keeping(), TextSink.keeping())
        let console = Console(output: output, errors: errors, environment: environment)
        let all =
            ["run", "--metrics-bind-address", "127.0.0.1:0", "--sync-period", "100ms", "--log-level", "debug"] + words
        let run = Task { try await Program().run(all, console) }
        while !errors.text.contains("event=started") { try await Task.sleep(for: .milliseconds(20)) }
        while !isEnough(errors.text) { try await Task.sleep(for: .milliseconds(20)) }
        var texts: [(String, String)] = []
        let port = errors.text.firstMatch(of: /\smetrics=http:\/\/127\.0\.0\.1:(\d+)\//).flatMap { Int($0.1) }
        if let port {
            for path in ["/metrics", "/", "/api/v1/autoscalers", "/api/v1/autoscalers/default/order-service-hpa"] {
                texts.append((path, try await LoopbackConnection(port: port).exchange("GET", path).text))
            }
        }
        run.cancel()
        _ = try? await run.value
        return texts + [("the log", errors.text + output.text)]
    }

    /// Statuses and Events as anybody in the cluster may read them.
    private static func objects(at url: String) async throws -> [(place: String, text: String)] {
        let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
        var texts: [(String, String)] = []
        for path in ["/apis/autoscaling/v2/horizontalpodautoscalers", "/api/v1/events"] {
            let headers = [("Authorization", "Bearer " + secret("kube"))]
            texts.append((path, try await LoopbackConnection(port: port).exchange("GET", path, headers: headers).text))
        }
        return texts
    }
}
