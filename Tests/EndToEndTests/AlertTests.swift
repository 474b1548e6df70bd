import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import Manifests
import Recordings
import Testing

/// The alerts: Prometheus' own tool reads them and their tests, and they speak of what the controller exports.
@Suite(.timeLimit(.minutes(2))) struct AlertTests {
    private static let rules = RepositoryManifests.folder + "monitoring/alerts.yaml"
    private static let tests = ["alerts-test.yaml", "alerts-of-days-test.yaml"].map {
        RepositoryPath.fixtures + "/monitoring/" + $0
    }

    static func document(_ path: String) throws -> JSONValue {
        let documents = try YAMLParser.documents(of: [UInt8](Data(contentsOf: URL(filePath: path))), file: path)
        return JSONValue(OrderedValue(try #require(documents.first)))
    }

    private static func alerts() throws -> [JSONValue] {
        let groups = try #require(try document(rules)["groups"]?.arrayValue)
        return groups.flatMap { $0["rules"]?.arrayValue ?? [] }
    }

    @Test(arguments: [["check", "rules", "--lint-fatal", rules], ["test", "rules"] + tests])
    func promtoolHasNothingToSay(_ words: [String]) async throws {
        guard let promtool = ChildProcess.find("promtool") else {
            try Test.cancel("promtool is not installed: this test checked nothing")
        }
        let check = try await ChildProcess.run(promtool, words)
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        #expect(check.output.contains("SUCCESS"))
    }

    /// One that is only expected to fire would pass if it always did.
    @Test func eachAlertIsTestedToFireAndNotTo() throws {
        let cases = try Self.tests.flatMap { try Self.document($0)["tests"]?.arrayValue ?? [] }
            .flatMap { $0["promql_expr_test"]?.arrayValue ?? [] }
        for alert in try Self.alerts() {
            let name = alert.text("alert")
            let isQuiet = cases.contains { test in
                let expression = test.text("expr")
                // Several share a case where their names are alternatives of one pattern.
                return (expression.contains("\"\(name)\"") || expression.contains(name.dropFirst("Swiftlet".count)))
                    && test["exp_samples"]?.arrayValue?.isEmpty == true
            }
            let fires = cases.contains { test in
                (test["exp_samples"]?.arrayValue ?? []).contains { $0.text("labels").contains("\"\(name)\"") }
            }
            #expect(isQuiet, "\(name) is never expected to be quiet")
            #expect(fires, "\(name) is never expected to fire")
        }
    }

    @Test func eachAlertSaysWhatToLookAt() throws {
        let (alerts, use) = (try Self.alerts(), try MetricUse())
        #expect(Set(alerts.map { $0.text("alert") }).count == alerts.count)
        for alert in alerts {
            let name = alert.text("alert")
            #expect(name.hasPrefix("Swiftlet"))
            #expect(!alert.text("for").isEmpty, "\(name)")
            #expect(["critical", "warning", "info"].contains(alert.text("labels", "severity")), "\(name)")
            #expect(alert.text("annotations", "summary").hasSuffix("."), "\(name)")
            #expect(alert.text("annotations", "description").count > 80, "\(name)")
            #expect(alert.text("annotations", "runbook") == "docs/troubleshooting.md#\(name.lowercased())")
            let words = alert.text("annotations", "summary") + alert.text("annotations", "description")
            #expect(use.mistakes(in: alert.text("expr"), shown: words) == [])
        }
    }

    @Test func eachAlertHasItsPlaceInTheRunbook() throws {
        let path = RepositoryPath.root + "/docs/troubleshooting.md"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            try Test.cancel("there is no docs/troubleshooting.md: this test checked nothing")
        }
        for alert in try Self.alerts() {
            let name = alert.text("alert")
            let isThere = text.split(separator: "\n").contains { line in
                line.contains("id=\"\(name.lowercased())\"")
                    || line.hasPrefix("#") && line.split(separator: " ").dropFirst().joined(separator: " ") == name
            }
            #expect(isThere, "docs/troubleshooting.md has no heading '\(name)'")
        }
    }

    @Test func theTableOfTheOverlayIsWhatTheRulesSay() throws {
        let path = RepositoryManifests.folder + "overlays/monitoring/README.md"
        let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        for alert in try Self.alerts() {
            let (severity, wait) = (alert.text("labels", "severity"), alert.text("for"))
            let row = "| `\(alert.text("alert"))` | \(severity) | \(wait) |"
            #expect(rows.contains { $0.hasPrefix(row) }, "\(row)")
        }
        #expect(rows.count { $0.hasPrefix("| `Swiftlet") } == (try Self.alerts().count))
    }

    /// The line of the overlay's page that makes links where it is known where the repository lies.
    @Test func linksAreMadeOfRunbooks() async throws {
        let page = try String(
            contentsOfFile: RepositoryManifests.folder + "overlays/monitoring/README.md", encoding: .utf8)
        let line = try #require(page.split(separator: "\n").first { $0.contains("| sed ") })
        let apply = " | kubectl apply -f -"
        try #require(line.hasPrefix("kubectl kustomize ") && line.hasSuffix(apply))
        guard let bash = ChildProcess.find("bash"), ChildProcess.find("kubectl") != nil else {
            try Test.cancel("kubectl is not installed: this test checked nothing")
        }
        let made = try await ChildProcess.run(
            bash, ["-c", "cd '\(RepositoryPath.root)' && \(line.dropLast(apply.count))"])
        #expect(made.status == 0, "\(made.errors)")
        for alert in try Self.alerts() {
            let name = alert.text("alert").lowercased()
            let link = "runbook_url: https://git.example.org/swiftlet/docs/troubleshooting.md#\(name)\n"
            #expect(made.output.contains(link), "\(name)")
        }
    }

    @Test func theRuleObjectHoldsTheSameGroups() async throws {
        let manifests = try await RenderedManifests("overlays/monitoring")
        let object = try manifests.first("PrometheusRule")
        #expect(object[path: ["spec", "groups"]] == (try Self.document(Self.rules)["groups"]))
        #expect(object.text("apiVersion") == "monitoring.coreos.com/v1")
    }

    @Test func theMonitorSelectsTheServiceAndKeepsTheLabels() async throws {
        let manifests = try await RenderedManifests("overlays/monitoring")
        let (monitor, service) = (try manifests.first("ServiceMonitor"), try manifests.first("Service"))
        #expect(monitor[path: ["spec", "selector", "matchLabels"]] == service[path: ["metadata", "labels"]])
        let endpoint = try #require(monitor[path: ["spec", "endpoints"]]?[0])
        #expect(endpoint.text("port") == service[path: ["spec", "ports"]]?[0]?.text("name"))
        #expect(endpoint["honorLabels"] == true)
    }
}
