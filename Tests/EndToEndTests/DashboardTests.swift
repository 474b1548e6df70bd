import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import Recordings
import Testing

/// The dashboard as it is committed: whole, laid out, and of metrics that the controller exports.
@Suite(.timeLimit(.minutes(2))) struct DashboardTests {
    private static let folder = RepositoryManifests.folder + "monitoring/"

    static func dashboard() throws -> JSONValue {
        try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: folder + "dashboard.json"))))
    }

    static func panels() throws -> [JSONValue] { try #require(try dashboard()["panels"]?.arrayValue) }

    @Test func itIsADashboardThatGrafanaReads() throws {
        let dashboard = try Self.dashboard()
        #expect((dashboard["schemaVersion"]?.intValue ?? 0) >= 36)
        #expect(dashboard.text("uid") == "swiftlet" && dashboard.text("title") == "Swiftlet")
        #expect(dashboard["id"] == nil, "an id is of one Grafana alone")
        let variables = try #require(dashboard[path: ["templating", "list"]]?.arrayValue)
        #expect(variables.map { $0.text("name") } == ["datasource", "job", "namespace", "autoscaler"])
        #expect(variables[0].text("type") == "datasource" && variables[0].text("query") == "prometheus")
        for variable in variables.dropFirst() {
            #expect(variable.text("datasource", "uid") == "${datasource}")
            #expect(variable.text("definition") == variable.text("query", "query"))
            #expect(try MetricUse().mistakes(in: variable.text("definition")) == [])
        }
    }

    @Test func panelsLieSideBySide() throws {
        let panels = try Self.panels()
        #expect(panels.compactMap { $0["id"]?.intValue } == Array(1...Int64(panels.count)))
        var taken: [Int64: String] = [:]
        for panel in panels {
            let title = panel.text("title")
            let place = try ["x", "y", "w", "h"].map { try #require(panel["gridPos"]?[$0]?.intValue) }
            #expect(place[0] >= 0 && place[2] > 0 && place[0] + place[2] <= 24 && place[3] > 0, "\(title)")
            for x in place[0]..<place[0] + place[2] {
                for y in place[1]..<place[1] + place[3] {
                    let other = taken.updateValue(title, forKey: y * 24 + x)
                    #expect(other == nil, "\(title) lies on \(other ?? "")")
                }
            }
        }
        #expect(Set(panels.map { $0.text("title") }).count == panels.count)
    }

    @Test func eachPanelSaysWhatItShowsAndAsksForWhatIsExported() throws {
        let use = try MetricUse()
        for panel in try Self.panels() where panel.text("type") != "row" {
            let title = panel.text("title")
            #expect(panel.text("description").hasSuffix("."), "\(title)")
            #expect(panel.text("datasource", "uid") == "${datasource}", "\(title)")
            let targets = panel["targets"]?.arrayValue ?? []
            #expect(!targets.isEmpty && Set(targets.map { $0.text("refId") }).count == targets.count, "\(title)")
            for target in targets {
                #expect(target.text("datasource", "uid") == "${datasource}", "\(title)")
                #expect(use.mistakes(in: target.text("expr"), shown: target.text("legendFormat")) == [], "\(title)")
            }
        }
    }

    @Test func eachStageOfADecisionIsShown() throws {
        let queries = try Self.panels().flatMap { $0["targets"]?.arrayValue ?? [] }.map { $0.text("expr") }
        for stage in ["recommended", "stabilized", "desired", "current", "min", "max"] {
            #expect(queries.contains { $0.contains("swiftlet_autoscaler_\(stage)_replicas{") }, "\(stage)")
        }
    }

    @Test func theOverlayCarriesItForGrafana() async throws {
        let manifests = try await RenderedManifests("overlays/monitoring")
        let map = try #require(manifests.all("ConfigMap").first { $0.text("metadata", "name") == "swiftlet-dashboard" })
        #expect(map[path: ["metadata", "labels", "grafana_dashboard"]] == "1")
        let text = try #require(map[path: ["data", "swiftlet.json"]]?.stringValue)
        #expect(try JSONValue(parsing: Array(text.utf8)) == Self.dashboard())
    }

    @Test func whatIsGeneratedIsWhatIsCommitted() async throws {
        guard let python = ChildProcess.find("python3") else {
            try Test.cancel("python3 is not installed: this test checked nothing")
        }
        let folder = FileManager.default.temporaryDirectory.path + "/objects-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try await ChildProcess.run(python, [Self.folder + "make-objects", folder])
        try #require(made.status == 0, "\(made.errors)")
        for file in ["prometheus-rule.yaml", "dashboard.json"] {
            let new = try Data(contentsOf: URL(filePath: folder + "/" + file))
            let committed = try Data(contentsOf: URL(filePath: Self.folder + file))
            #expect(new == committed, "run manifests/monitoring/make-objects, \(file) is older")
        }
    }
}
