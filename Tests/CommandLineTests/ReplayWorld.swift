import FoundationEssentials

/// The files of a replay in a folder of their own. One pod serves 10 units a second and is wanted at 50 %: 5 for each.
struct ReplayWorld {
    let folder: String

    static func run(_ body: (ReplayWorld) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/replay-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = ReplayWorld(folder: folder)
        for (name, text) in files { try world.write(name, text) }
        try await body(world)
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    /// The words of a call, with the names of files in this folder instead of `@`.
    func words(_ call: String) -> [String] {
        call.split(separator: " ").map { word in
            word.hasPrefix("@") ? "\(folder)/\(word.dropFirst())" : String(word)
        }
    }

    /// A text with `@` instead of this folder, whose name is another one each time.
    func anonymous(_ text: String) -> String {
        text.split(separator: folder, omittingEmptySubsequences: false).joined(separator: "@")
    }

    /// 10 units a second, then 20 for four minutes: 2 pods, then 4.
    static let trace = """
        time,demand
        2026-01-02 03:00,10
        2026-01-02 03:01,20
        2026-01-02 03:02,20
        2026-01-02 03:03,20
        2026-01-02 03:04,20

        """

    static func hpa(max: Int) -> String {
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          maxReplicas: \(max)
          metrics:
          - type: Resource
            resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}

        """
    }

    private static let files = [
        "hpa.yaml": hpa(max: 10), "small.yaml": hpa(max: 3), "both.yaml": hpa(max: 3) + "---\n" + hpa(max: 10),
        "invalid.yaml": hpa(max: 0), "trace.csv": trace,
        "broken.csv": "time,demand\n2026-01-02 03:00,10\n2026-01-02 03:01,much\n",
        "cpu.csv": "time,percent,pods\n2026-01-02 03:00,50,2\n2026-01-02 03:01,90,2\n2026-01-02 03:02,90,2\n",
        "workload.yaml": """
        coresPerUnit: 100m
        pod: {request: 1, limit: 1, startUp: 5s, readiness: 10s}
        metrics: {window: 45s}
        initialReplicas: 2

        """,
        "unknown.yaml": "coresPerUnit: 100m\npod: {request: 1, limits: 1}\n",
        "good.yaml": """
        expect:
        - {score: unservedShare, atMost: 1}
        - {name: four in time, by: "03:04", readyReplicas: {atLeast: 4}}

        """,
        "late.yaml": "expect:\n- {by: \"03:04\", readyReplicas: {atLeast: 4}}\n",
        "local.yaml": """
        timeZone: "+02:00"
        expect:
        - {score: unservedShare, atMost: 1}
        - {name: four in time, by: "03:04", readyReplicas: {atLeast: 4}}

        """,
        "flat.csv": "time,demand\n2026-01-03 03:00,10\n2026-01-03 03:01,10\n2026-01-03 03:04,10\n",
        "bad.yaml": """
        expect:
        - {score: scaleUps, atMost: 0}
        - {name: "<quick>", by: "03:01:30", readyReplicas: {atLeast: 4}}
        - {score: scaleDowns, atMost: 0}

        """,
    ]
}
