import Autoscaling
import FoundationEssentials
import KubernetesTypes
import Manifests
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct ManifestSetTests {
    private static let web = """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 2
          maxReplicas: 10
          metrics:
          - type: Resource
            resource:
              name: cpu
              target:
                type: Utilization
                averageUtilization: 60

        """

    private func read(_ text: some StringProtocol, _ options: ManifestSet.Options = .init()) -> ManifestSet {
        var set = ManifestSet()
        set.add(Array(text.utf8), file: "hpa.yaml", options: options)
        return set
    }

    @Test func defaultsAreFilledIn() throws {
        let set = read(Self.web)
        #expect(set.diagnostics.isEmpty)
        let manifest = try #require(set.autoscalers.first)
        #expect(manifest.isValid)
        #expect(manifest.mark == Mark(line: 1, column: 1))
        #expect(manifest.autoscaler.metadata?.namespace == "default")
        let spec = AutoscalerSpec(try #require(manifest.autoscaler.spec))
        #expect(spec.minReplicas == 2)
        #expect(spec.metrics == [MetricSpec(source: .resource(name: "cpu"), target: .utilization(60))])
        #expect(spec.behavior == nil)
    }

    struct Edit: Sendable, CustomTestStringConvertible {
        var replaced: String
        var by: String
        var message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        Edit(
            replaced: "target:", by: "targett:",
            message: "hpa.yaml:13:7: spec.metrics[0].resource.targett: unknown field, did you mean target?"),
        Edit(
            replaced: "maxReplicas: 10", by: "maxReplicas: 1",
            message: "hpa.yaml:8:16: spec.maxReplicas: Invalid value: 1: must be greater than or equal to `minReplicas`"
        ),
        Edit(
            replaced: "minReplicas: 2", by: "minReplicas: 0",
            message: "hpa.yaml:7:16: spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"),
        Edit(
            replaced: "apiVersion: apps/v1, ", by: "",
            message:
                "hpa.yaml:6:3: spec.scaleTargetRef.apiVersion: Invalid value: \"\": apiVersion must specify API group"),
        Edit(
            replaced: "name: web\nspec", by: "name: Web\nspec",
            message:
                "hpa.yaml:4:9: metadata.name: Invalid value: \"Web\": a lowercase RFC 1123 subdomain must consist of "
                + "lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
                + "(e.g. 'example.com', regex used for validation is "
                + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        Edit(
            replaced: "type: Resource", by: "type: Resources",
            message: "hpa.yaml:10:11: spec.metrics[0].type: Unsupported value: \"Resources\": supported values: "
                + "\"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\""),
        Edit(
            replaced: "averageUtilization: 60", by: "averageValue: 100m",
            message:
                "hpa.yaml:14:15: spec.metrics[0].resource.target.type: Utilization is not used, AverageValue counts "
                + "because that field is set; write AverageValue"),
        Edit(
            replaced: "minReplicas: 2", by: "minReplicas: 10",
            message: "hpa.yaml:8:16: spec.maxReplicas: is equal to minReplicas, so the size never changes; "
                + "raise it to allow scaling"),
        Edit(
            replaced: "autoscaling/v2", by: "autoscaling/v2beta1",
            message: "hpa.yaml:1:13: apiVersion: autoscaling/v2beta1 is not known, write autoscaling/v2"),
        Edit(
            replaced: "autoscaling/v2", by: "autoscaling/v2beta2",
            message:
                "hpa.yaml:1:13: apiVersion: autoscaling/v2beta2 is gone since Kubernetes 1.26, write autoscaling/v2; "
                + "the fields are the same"),
        Edit(
            replaced: "minReplicas: 2", by: "minReplicas: 2\n  mode: Shadow",
            message:
                "hpa.yaml:8:3: spec.mode: only a HorizontalAutoscaler (swiftlet.dev/v1alpha1) has this field; remove "
                + "it, or make it one with 'swiftlet convert --to hza'"),
        Edit(
            replaced: "kind: HorizontalPodAutoscaler\n", by: "",
            message: "hpa.yaml:1:1: kind: is missing, an object has apiVersion and kind"),
    ])
    func whatIsWrongIsNamedWithItsPlace(_ test: Edit) throws {
        #expect(Self.web.contains(test.replaced))
        let range = try #require(Self.web.firstRange(of: test.replaced))
        let set = read(Self.web[..<range.lowerBound] + test.by + Self.web[range.upperBound...])
        #expect(set.diagnostics.map(\.description).contains(test.message), "\(set.diagnostics)")
        #expect(set.autoscalers.allSatisfy { $0.isValid != set.hasErrors })
    }

    /// A line of a spec, and what is said of it. With its type, which a compiler would take long to find.
    private static let ownFields: [(line: String, message: String?)] = [
        ("mode: Shadow", nil),
        (
            "mode: Shadows",
            "hpa.yaml:8:9: spec.mode: Unsupported value: \"Shadows\": supported values: \"Active\", \"Shadow\", \"Paused\""
        ),
        ("mode: 3", "hpa.yaml:8:9: spec.mode: must be a text, not the number 3; write it in quotes"),
        ("modes: Shadow", "hpa.yaml:8:3: spec.modes: unknown field, did you mean mode?"),
        ("duringRollout: Hold\n  podSelection: Selector", nil),
        ("hold: {direction: Down, reason: a sale, until: 2026-03-13T20:00:00Z}", nil),
        (
            "hold: {direction: down}",
            "hpa.yaml:8:21: spec.hold.direction: Unsupported value: \"down\": supported values: \"Up\", \"Down\", \"Both\""
        ),
        ("formula: replicas(cpu) + 1", nil),
        (
            "formula: replicas(cpu) + replicas(queue)",
            "hpa.yaml:8:12: spec.formula: Invalid value: column 17: no metric is called 'queue'; there is cpu"
        ),
        (
            "formula: ratio(cpu) * 3",
            "hpa.yaml:8:12: spec.formula: Invalid value: column 1: is a Number, and the whole must be a Replicas; round it "
                + "with ceil(…)"
        ),
        ("fallback: {steps: [{afterSeconds: 300, action: AtLeast, replicas: 4}]}", nil),
        (
            "fallback: {steps: [{afterSeconds: 300, action: Hold}, {afterSeconds: 600, action: AtLeast}]}",
            "hpa.yaml:8:57: spec.fallback.steps[1].replicas: Required value: must be set for AtLeast and Fixed"
        ),
        (
            "fallback: {steps: [{afterSeconds: 300, action: Stay}]}",
            "hpa.yaml:8:50: spec.fallback.steps[0].action: Unsupported value: \"Stay\": supported values: \"Hold\", "
                + "\"LastGood\", \"AtLeast\", \"Fixed\""
        ),
        (
            "scaleToZero: {activation: [{metric: cpu, value: 1}]}",
            "hpa.yaml:8:39: spec.scaleToZero.activation[0].metric: Invalid value: \"cpu\": must name an Object, External "
                + "or Prometheus metric of this spec"
        ),
        ("prediction: {}", nil),
        ("prediction: {metric: cpu, seasons: [Day, Week], history: 3, lookAheadSeconds: 180, query: sum(x)}", nil),
        (
            "prediction: {metric: memory}",
            "hpa.yaml:8:24: spec.prediction.metric: Invalid value: \"memory\": must be the name of one of the metrics: \"cpu\""
        ),
        (
            "prediction: {seasons: [Day, Month]}",
            "hpa.yaml:8:31: spec.prediction.seasons[1]: Unsupported value: \"Month\": supported values: \"Hour\", \"Day\", \"Week\""
        ),
        (
            "prediction: {seasons: [Hour, Day]}",
            "hpa.yaml:8:16: spec.prediction.seasons: Invalid value: Hour stands alone: its history has finer steps than those "
                + "of the others"
        ),
        (
            "prediction: {seasons: []}",
            "hpa.yaml:8:16: spec.prediction.seasons: Required value: must name at least one season, or be left out"
        ),
        (
            "prediction: {history: 1}",
            "hpa.yaml:8:25: spec.prediction.history: Invalid value: 1: must be from 2 to 12"
        ),
        (
            "prediction: {lookAheadSeconds: 7200}",
            "hpa.yaml:8:34: spec.prediction.lookAheadSeconds: Invalid value: 7200: must be from 30 to 3600"
        ),
        (
            "prediction: {maxErrorPercent: 0}",
            "hpa.yaml:8:33: spec.prediction.maxErrorPercent: Invalid value: 0: must be from 1 to 100"
        ),
        ("behavior: {scaleUp: {tolerance: \"0.05\"}}", nil),
        (
            "behavior: {scaleUp: {tolerance: 0.05}}",
            "hpa.yaml:8:35: spec.behavior.scaleUp.tolerance: a HorizontalAutoscaler takes whole numbers or text here; write "
                + "it in quotes: \"0.05\""
        ),
    ]

    @Test(arguments: ownFields)
    func aCustomResourceHasFieldsOfItsOwn(line: String, message: String?) {
        let text = Self.web.replacing("autoscaling/v2", with: "swiftlet.dev/v1alpha1")
            .replacing("HorizontalPodAutoscaler", with: "HorizontalAutoscaler")
            .replacing("minReplicas: 2", with: "minReplicas: 2\n  \(line)")
        let set = read(text)
        #expect(set.diagnostics.map(\.description) == [message].compactMap { $0 })
        for manifest in set.autoscalers {
            #expect(manifest.kind == .horizontalAutoscaler)
            #expect(manifest.isValid == (message == nil))
            #expect(manifest.extensions != nil)
        }
        #expect(read(Self.web).autoscalers.allSatisfy { $0.extensions == nil && $0.kind == .horizontalPodAutoscaler })
    }

    @Test func aNameThatTwoMetricsHaveForeseesNothing() {
        let metric = "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}"
        let text = """
            apiVersion: swiftlet.dev/v1alpha1
            kind: HorizontalAutoscaler
            metadata: {name: web}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              maxReplicas: 5
              metrics:
              - \(metric)
              - \(metric)
              prediction:
                metric: cpu

            """
        #expect(
            read(text).diagnostics.map(\.description) == [
                "hpa.yaml:11:13: spec.prediction.metric: Invalid value: \"cpu\": is the name of 2 metrics; give a "
                    + "Prometheus metric a name of its own"
            ])
    }

    @Test func otherKindsAreLeftOutWithANote() {
        let text = "kind: Deployment\napiVersion: apps/v1\n---\n" + Self.web + "---\nkind: Service\napiVersion: v1\n"
        let set = read(text)
        #expect(set.autoscalers.map(\.mark.line) == [4])
        #expect(!set.hasErrors)
        #expect(
            set.diagnostics.map(\.description) == [
                "hpa.yaml:1:1: Deployment (apps/v1) is left out", "hpa.yaml:20:1: Service (v1) is left out",
            ])
    }

    @Test func listsAreOpened() {
        let set = read(
            """
            kind: List
            apiVersion: v1
            items:
            - apiVersion: autoscaling/v1
              kind: HorizontalPodAutoscaler
              metadata: {name: a, namespace: shop, managedFields: [{manager: m}]}
              spec:
                scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}
                maxReplicas: 3
                targetCPUUtilizationPercentage: 0
            """)
        let place = "hpa.yaml:10:37: items[0].spec.targetCPUUtilizationPercentage"
        #expect(set.diagnostics.map(\.description) == ["\(place): Invalid value: 0: must be greater than 0"])
        #expect(set.autoscalers.first?.autoscaler.spec?.metrics?.first?.resource?.target?.averageUtilization == 0)
    }

    @Test func whatVersion1HidesInAnnotationsIsNotLost() {
        let set = read(
            """
            apiVersion: autoscaling/v1
            kind: HorizontalPodAutoscaler
            metadata:
              name: a
              annotations:
                autoscaling.alpha.kubernetes.io/metrics: '[]'
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}
              maxReplicas: 3
            """)
        #expect(
            set.diagnostics.map(\.description) == [
                "hpa.yaml:6:46: metadata.annotations[autoscaling.alpha.kubernetes.io/metrics]: what autoscaling/v1 keeps here "
                    + "is not read, write the object as autoscaling/v2"
            ])
    }

    @Test func readsFoldersFilesAndStandardInput() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/manifests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in [
            ("b.yml", Self.web), ("a.yaml", Self.web), ("c.json", "{\"kind\":\"X\",\"apiVersion\":\"v1\"}"),
            ("d.txt", "x: ["),
        ] {
            try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
        }
        let set = ManifestSet(reading: [folder, "-", folder + "/none.yaml"]) { Array(Self.web.utf8) }
        #expect(set.autoscalers.map(\.file) == [folder + "/a.yaml", folder + "/b.yml", "-"])
        #expect(
            set.diagnostics.map(\.description) == [
                "\(folder)/c.json:1:1: X (v1) is left out", "\(folder)/none.yaml: no such file",
            ])
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func damagedTextsAreAnsweredAndNeverSilentlyDropped(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] =
            ["", " ", "\n", "\t", ":", "- ", "[", "{", "}", "\"", "'", "&", "*", "!", "|", "0", "\\", "#", "~"]
            .map { Array($0.utf8) } + [[0xFF], [0xC3], [0], [0xEF, 0xBB, 0xBF]]
        for _ in 0..<300 {
            var bytes = Array(Self.web.utf8)
            for _ in 0...Int.random(in: 0...4, using: &random) {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 0...3, using: &random))
                bytes.replaceSubrange(start..<end, with: pieces.randomElement(using: &random) ?? [])
            }
            var set = ManifestSet()
            set.add(bytes, file: "f")
            #expect(!set.autoscalers.isEmpty || !set.diagnostics.isEmpty)
            for manifest in set.autoscalers where manifest.isValid {
                #expect(manifest.autoscaler.validate().isEmpty)
            }
        }
    }

    @Test func anythingOnTheWireBecomesASpec() throws {
        let wire = HorizontalPodAutoscaler.Spec(
            metrics: [.init(type: "Resource"), .init(type: "Odd"), .init(type: "External", external: .init())],
            behavior: .init(
                scaleUp: .init(
                    selectPolicy: "Sum", policies: [.init(type: "Ratio", value: 1, periodSeconds: 1)],
                    tolerance: try Quantity("0.6"))))
        let spec = AutoscalerSpec(wire)
        let unknown = MetricTarget(kind: .unknown)
        #expect(
            spec.metrics == [
                MetricSpec(source: .unknown(type: "Resource"), target: unknown),
                MetricSpec(source: .unknown(type: "Odd"), target: unknown),
                MetricSpec(source: .external(MetricIdentifier(name: "")), target: unknown),
            ])
        #expect(spec.behavior?.scaleUp.selectPolicy == .max)
        #expect(spec.behavior?.scaleUp.policies.isEmpty == true)
        #expect(spec.behavior?.scaleUp.stabilizationWindowSeconds == 0)
        #expect(spec.behavior?.scaleUp.tolerance == 0.6000000000000001)
        #expect(spec.behavior?.scaleDown == .defaultScaleDown)
        #expect(spec.minReplicas == 1)
    }
}
