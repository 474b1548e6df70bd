import CommandLine
import FoundationEssentials
import HTTPService
import HTTPTransport
import Locking
import LoopbackClient
import MiniCluster
import RealPrometheus
import Testing

/// How commands reach a Prometheus that not everybody may ask: by options and by the configuration file.
@Suite(.timeLimit(.minutes(2))) struct PrometheusAccessTests {
    /// What a server in front of Prometheus wants of a request.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var path = ""
        var headers: [String: String] = [:]
        /// In the body.
        var parameters = ""
        var options: [String] = []
        /// Under an endpoint of the file, as a flow mapping without its braces.
        var file = ""
    }

    static let cases: [Case] = [
        Case(testDescription: "a path prefix", path: "/select/0/prometheus"),
        Case(
            testDescription: "parameters of Thanos and VictoriaMetrics",
            parameters: "ms&dedup=true&extra_label=cluster%3Deu%26west",
            options: [
                "--prometheus-parameter", "dedup:true", "--prometheus-parameter", "extra_label: cluster=eu&west",
            ],
            file: "parameters: {dedup: 'true', extra_label: cluster=eu&west}"),
        Case(
            testDescription: "basic authentication",
            headers: ["Authorization": "Basic " + Data("swiftlet:t0p-secret".utf8).base64EncodedString()],
            options: ["--prometheus-username", "swiftlet", "--prometheus-password-file", "@secret"],
            file: "basicAuth: {username: swiftlet, passwordFile: '@secret'}"),
        Case(
            testDescription: "a bearer token", headers: ["Authorization": "Bearer t0p-secret"],
            options: ["--prometheus-bearer-token-file", "@secret"], file: "bearerTokenFile: '@secret'"),
        Case(
            testDescription: "tenants of Mimir and Thanos", path: "/prometheus",
            headers: ["X-Scope-OrgID": "shop|kitchen", "THANOS-TENANT": "t0p-secret"],
            options: [
                "--prometheus-header", "X-Scope-OrgID: shop|kitchen", "--prometheus-header-file",
                "THANOS-TENANT:@secret",
            ],
            file: "headers: {X-Scope-OrgID: shop|kitchen}, headerFiles: {THANOS-TENANT: '@secret'}"),
    ]

    @Test(arguments: cases)
    func everyCommandShowsWhatTheServerWants(_ test: Case) async throws {
        try await PlanWorld.run { world in
            let client = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
            let refusals = Locked(0)
            let front = try HTTPServer { request in
                let isAllowed =
                    request.target.hasPrefix(test.path + "/api/v1/query")
                    && test.headers.allSatisfy { request.headers[$0.key] == $0.value }
                    && String(decoding: request.body, as: UTF8.self).hasSuffix(test.parameters)
                guard isAllowed else {
                    refusals.withLock { $0 += 1 }
                    return .text("not for you, \(request.headers["Authorization"] ?? "stranger")", status: 403)
                }
                let asked = HTTPRequest(
                    method: .post, url: world.prometheusURL + request.target.dropFirst(test.path.count),
                    headers: ["Content-Type": "application/x-www-form-urlencoded"], body: request.body)
                guard let answer = try? await client.send(asked) else { return .text("gone", status: 502) }
                return .json(answer.body, status: answer.status)
            }
            let secret = try world.write("secret", "t0p-secret\n")
            func filled(_ text: String) -> String { text.replacing("@secret", with: secret) }
            let more = test.file.isEmpty ? "" : ", " + filled(test.file)
            let config = try world.write(
                "config.yaml", "prometheus: {endpoints: [{url: '\(front.url + test.path)'\(more)}]}\n")
            let (cluster, hpa) = (["--kubeconfig", world.folder + "/kubeconfig"], ["-f", world.folder + "/hpa.yaml"])
            let ways = [
                ["--prometheus-url", front.url + test.path] + test.options.map(filled), ["--config", config],
            ]
            for way in ways {
                let plan = try await Call.inProcess(["plan"] + hpa + cluster + way)
                #expect(plan.code == 0 && plan.output.contains("2 → 3"), "\(way): \(plan.output) \(plan.errors)")
                let record = try await Call.inProcess(
                    ["record", "--from", "2m", "--state", "cluster"] + hpa + cluster + way)
                #expect(record.code == 0, "\(way): \(record.errors)")
                let run = try await Self.firstTick(hpa + cluster + way)
                #expect(run.contains("event=would-scale") && run.contains("to=3"), "\(way): \(run)")
            }
            #expect(refusals.withLock { $0 } == 0)
            // Another secret is refused, and told by nobody, though the server repeats it.
            if !test.headers.isEmpty {
                _ = try world.write("secret", "wr0ng-secret\n")
                for way in ways {
                    let plan = try await Call.inProcess(["plan"] + hpa + cluster + way)
                    #expect(plan.code == 3)
                    let text = (plan.output + plan.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
                    #expect(text.contains("the credentials do not allow this query (HTTP 403)"), "\(text)")
                    #expect(!text.contains("wr0ng") && !text.contains("c3dpZnRsZXQ6"), "\(text)")
                    let run = try await Self.firstTick(hpa + cluster + way)
                    #expect(run.contains("event=failing") && !run.contains("wr0ng"), "\(run)")
                }
            }
            await front.stop()
            await client.shutDown()
        }
    }

    /// The log of `run` until its first tick.
    static func firstTick(_ words: [String]) async throws -> String {
        let errors = TextSink.keeping()
        let console = Console(output: .keeping(), errors: errors)
        let own = ["run", "--shadow", "--log-level", "debug", "--metrics-bind-address", "off"]
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await Program().run(own + words, console) }
            defer { group.cancelAll() }
            for _ in 0..<3_000 where !errors.text.contains("event=tick") {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        return errors.text
    }

    /// A real Prometheus over TLS, which wants a client certificate and a password.
    @Test(.enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
    func mutualTLSAndAPasswordLeadToARealPrometheus() async throws {
        try await PlanWorld.run { world in
            let folder = world.folder
            try await Self.issue("ca", "basicConstraints=critical,CA:TRUE", by: nil, in: folder)
            try await Self.issue("server", "subjectAltName=DNS:prometheus.test", by: "ca", in: folder)
            try await Self.issue("client", "extendedKeyUsage=clientAuth", by: "ca", in: folder)
            let web = try world.write(
                "web.yaml",
                """
                tls_server_config:
                  cert_file: \(folder)/server.pem
                  key_file: \(folder)/server.key
                  client_auth_type: RequireAndVerifyClientCert
                  client_ca_file: \(folder)/ca.pem
                basic_auth_users:
                  swiftlet: $2b$05$abcdefghijklmnopqrstuuFwQ3zy0zcqbX6PgDNaB5mNcf.UjOYsS

                """)
            let password = try world.write("password", "t0p-secret\n")
            let manifest = try world.write(
                "constant.yaml",
                ConfigurationFileTests.hpa(
                    ConfigurationFileTests.cores,
                    annotations: "{metric-config.external.used-cores.prometheus/query: vector(0.19)}"))
            try await PrometheusProcess.run(scraping: [], arguments: ["--web.config.file=\(web)"]) { prometheus in
                let url = prometheus.url.replacing("http://", with: "https://")
                let all: [(words: [String], file: String)] = [
                    (["--prometheus-ca-file", folder + "/ca.pem"], "caFile: \(folder)/ca.pem"),
                    (["--prometheus-tls-server-name", "prometheus.test"], "serverName: prometheus.test"),
                    (
                        [
                            "--prometheus-client-certificate", folder + "/client.pem", "--prometheus-client-key",
                            folder + "/client.key",
                        ], "certFile: \(folder)/client.pem, keyFile: \(folder)/client.key"
                    ),
                ]
                let user = ["--prometheus-username", "swiftlet", "--prometheus-password-file", password]
                let plan = ["plan", "-f", manifest, "--kubeconfig", folder + "/kubeconfig"]
                let address = ["--prometheus-url", url]
                let good = try await Call.inProcess(plan + address + user + all.flatMap(\.words))
                #expect(good.code == 0 && good.output.contains("2 → 4"), "\(good.output) \(good.errors)")
                let config = try world.write(
                    "config.yaml",
                    """
                    prometheus:
                      endpoints:
                      - url: \(url)
                        basicAuth: {username: swiftlet, passwordFile: \(password)}
                        tls: {\(all.map(\.file).joined(separator: ", "))}

                    """)
                let filed = try await Call.inProcess(plan + ["--config", config])
                #expect(filed.code == 0 && filed.output.contains("2 → 4"), "\(filed.output) \(filed.errors)")
                // Without any one of them it is refused.
                for missing in all.indices {
                    let some = all.indices.filter { $0 != missing }.flatMap { all[$0].words }
                    let call = try await Call.inProcess(plan + address + user + some)
                    #expect(call.code == 3, "\(all[missing]): \(call.output)")
                }
                let nobody = try await Call.inProcess(plan + address + all.flatMap(\.words))
                #expect(nobody.code == 3 && nobody.output.contains("HTTP 401"), "\(nobody.output)")
                let anyCertificate = try await Call.inProcess(
                    plan + address + user + all[2].words + ["--prometheus-insecure-skip-tls-verify"])
                #expect(anyCertificate.code == 0, "\(anyCertificate.output)")
            }
        }
    }

    /// Makes `name.pem` and `name.key`.
    private static func issue(_ name: String, _ extensions: String, by issuer: String?, in folder: String) async throws
    {
        let openssl = try #require(ChildProcess.find("openssl"))
        var words = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        ]
        words += ["-subj", "/CN=\(name)", "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem"]
        if let issuer { words += ["-CA", "\(folder)/\(issuer).pem", "-CAkey", "\(folder)/\(issuer).key"] }
        let call = try await ChildProcess.run(openssl, words + ["-addext", extensions])
        try #require(call.status == 0, "\(call.errors)")
    }

    /// Two endpoints, the first of which nobody serves.
    @Test func theNextEndpointIsToldOnceInTheLogAndByAMetric() async throws {
        try await PlanWorld.run { world in
            let config = try world.write(
                "config.yaml",
                "prometheus: {endpoints: [{url: 'http://user:t0p-secret@127.0.0.1:1'}, {url: '\(world.prometheusURL)'}]}"
            )
            let errors = TextSink.keeping()
            let console = Console(output: .keeping(), errors: errors)
            let words = [
                "run", "-f", world.folder + "/hpa.yaml", "--kubeconfig", world.folder + "/kubeconfig", "--config",
                config,
                "--shadow", "--sync-period", "20ms", "--log-level", "debug", "--metrics-bind-address", "127.0.0.1:0",
            ]
            var page = ""
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await Program().run(words, console) }
                defer { group.cancelAll() }
                for _ in 0..<3_000 where !errors.text.contains("event=tick number=5 ") {
                    try await Task.sleep(for: .milliseconds(10))
                }
                let url = try #require(errors.text.firstMatch(of: /metrics=(\S+)/)?.1)
                let client = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
                page = String(decoding: try await client.send(HTTPRequest(url: String(url))).body, as: UTF8.self)
                await client.shutDown()
            }
            let log = errors.text
            #expect(log.contains("event=would-scale") && !log.contains("event=failing"), "\(log)")
            #expect(log.components(separatedBy: "event=prometheus-moved").count == 2, "\(log)")
            #expect(log.contains("from=http://127.0.0.1:1 to=\(world.prometheusURL) error="), "\(log)")
            #expect(!log.contains("t0p-secret"))
            for line in [
                "swiftlet_prometheus_endpoint_in_use{endpoint=\"http://127.0.0.1:1\"} 0\n",
                "swiftlet_prometheus_endpoint_in_use{endpoint=\"\(world.prometheusURL)\"} 1\n",
                "swiftlet_prometheus_failovers_total 1\n",
                "swiftlet_prometheus_circuit_open{endpoint=\"\(world.prometheusURL)\"} 0\n",
            ] { #expect(page.contains(line), "\(line)\(page)") }
        }
    }

    /// One endpoint that is starting and one that nobody serves: both are left alone, nothing is scaled, and the first
    /// answer is used.
    @Test func endpointsThatOnlyFailAreLeftAloneAndNothingIsScaled() async throws {
        try await PlanWorld.run { world in
            await world.prometheus.setReady(false)
            let config = try world.write(
                "config.yaml",
                "prometheus: {endpoints: [{url: '\(world.prometheusURL)'}, {url: 'http://127.0.0.1:1'}]}")
            let errors = TextSink.keeping()
            let console = Console(output: .keeping(), errors: errors)
            let words = [
                "run", "-f", world.folder + "/hpa.yaml", "--kubeconfig", world.folder + "/kubeconfig", "--config",
                config, "--shadow", "--sync-period", "20ms", "--metrics-bind-address", "127.0.0.1:0",
            ]
            func until(_ event: String, times: Int = 1) async throws {
                for _ in 0..<3_000 where errors.text.components(separatedBy: "event=\(event)").count <= times {
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            var pages: [String] = []
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await Program().run(words, console) }
                defer { group.cancelAll() }
                try await until("prometheus-left-alone", times: 2)
                try await until("failing")
                let url = try #require(errors.text.firstMatch(of: /metrics=(\S+)/)?.1)
                let client = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
                func read() async throws {
                    let body = try await client.send(HTTPRequest(url: String(url))).body
                    pages.append(String(decoding: body, as: UTF8.self))
                }
                try await read()
                #expect(!errors.text.contains("event=would-scale"), "\(errors.text)")
                await world.prometheus.setReady(true)
                try await until("would-scale")
                try await read()
                await client.shutDown()
            }
            let log = errors.text
            for url in [world.prometheusURL, "http://127.0.0.1:1"] {
                #expect(log.contains("event=prometheus-left-alone endpoint=\(url) failures=3 "), "\(log)")
                #expect(pages[0].contains("swiftlet_prometheus_circuit_open{endpoint=\"\(url)\"} 1\n"))
            }
            #expect(log.components(separatedBy: "event=prometheus-left-alone").count == 3, "told again: \(log)")
            #expect(log.contains("event=prometheus-answers-again endpoint=\(world.prometheusURL)\n"), "\(log)")
            #expect(log.contains("event=recovered"), "\(log)")
            #expect(pages[1].contains("swiftlet_prometheus_circuit_open{endpoint=\"\(world.prometheusURL)\"} 0\n"))
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var options: [String] = []
        var file = ""
        var fault: String
        var testDescription: String { fault }
    }

    @Test(arguments: [
        Wrong(options: ["--prometheus-username", "a"], fault: "a user and a password file go together"),
        Wrong(
            options: ["--prometheus-username", "a:b", "--prometheus-password-file", "x"],
            fault: "a user is not empty and has no ':' in it"),
        Wrong(
            options: ["--prometheus-url", "http://u:t0p-secret@h", "--prometheus-bearer-token-file", "x"],
            fault: "a user, a bearer token and a user in the URL exclude each other"),
        Wrong(
            options: ["--prometheus-header", "t0p-secret"],
            fault: "--prometheus-header: has no ':' between a name and what it is"),
        Wrong(options: ["--prometheus-header", "X Y: 1"], fault: "'X Y' is no name of a header"),
        Wrong(
            options: ["--prometheus-header", "content-length: 1"],
            fault: "the header content-length says what is sent, and cannot be set"),
        Wrong(
            options: ["--prometheus-parameter", "query:up"],
            fault: "the parameter 'query' says what is asked, and cannot be set"),
        Wrong(
            options: ["--prometheus-client-certificate", "x"], fault: "a client certificate and its key go together"),
        Wrong(options: ["--prometheus-url", "ftp://u:t0p-secret@h"], fault: "the Prometheus URL's scheme is 'ftp'"),
        Wrong(options: ["--min-rate-samples", "1"], fault: "'1' is not a whole number from 2 to 1000"),
        Wrong(options: ["--sample-age-limit", "0s"], fault: "'0s' is not a duration above 0"),
        Wrong(
            options: ["--prometheus-ca-file", "x"], file: "prometheus: {endpoints: [{url: 'http://a'}]}",
            fault: "--prometheus-ca-file goes with --prometheus-url; the endpoints of --config have theirs in the file"),
        Wrong(
            file: "prometheus:\n  endpoints:\n  - url: http://a\n    basicAuth: {username: a}",
            fault: "4:16: prometheus.endpoints[0].basicAuth.passwordFile: "),
        Wrong(
            file: "prometheus: {endpoints: [{url: 'http://u:t0p-secret@a b'}]}",
            fault: "prometheus.endpoints[0].url: the Prometheus URL holds white space"),
        Wrong(
            file: "prometheus: {endpoints: [{url: 'http://a', tls: {certFile: x}}]}",
            fault: "prometheus.endpoints[0].tls: a client certificate and its key go together"),
        Wrong(
            file: "prometheus: {endpoints: [{url: 'http://a', headers: {Host: b}}]}",
            fault: "prometheus.endpoints[0].headers: the header Host says what is sent, and cannot be set"),
        Wrong(file: "prometheus: {queryTimeout: 0s}", fault: "prometheus.queryTimeout: '0s' is no duration over 0s"),
        Wrong(file: "prometheus: {minRateSamples: 1}", fault: "prometheus.minRateSamples: must be from 2 to 1000"),
        Wrong(
            file: "prometheus: {partialAnswers: Never}",
            fault: "prometheus.partialAnswers: 'Never' is none of HoldDown, Accept"),
        Wrong(file: "prometheus: {endpoint: []}", fault: "prometheus.endpoint: unknown field, did you mean endpoints?"),
    ])
    func whatIsWrongIsSaidBeforeAnythingIsAsked(_ test: Wrong) async throws {
        try await PlanWorld.run { world in
            var words = ["-f", world.folder + "/hpa.yaml"] + test.options
            if !test.file.isEmpty { words += ["--config", try world.write("config.yaml", test.file)] }
            for command in ["plan", "run", "record"] {
                let own = command == "record" ? ["--from", "1h"] : ["--kubeconfig", world.folder + "/kubeconfig"]
                let call = try await Call.inProcess([command] + words + own)
                #expect(call.code == (test.options.isEmpty ? 1 : 2), "\(command): \(call.errors)")
                #expect(call.errors.contains(test.fault), "\(command): \(call.errors)")
                #expect(!call.errors.contains("t0p-secret"))
            }
            if test.options.isEmpty {
                let call = try await Call.inProcess(["validate", world.folder + "/config.yaml"])
                #expect(call.code == 1 && call.output.contains(test.fault), "\(call.output)")
            }
        }
    }
}
