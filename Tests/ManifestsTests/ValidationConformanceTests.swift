import Autoscaling
import KubernetesTypes
import Manifests
import Recordings
import Testing

/// The recorded file is JSON, so it is also read by the reader that is tested.
@Suite struct ValidationConformanceTests {
    struct Case: Decodable {
        struct Fault: Decodable, Hashable, CustomStringConvertible {
            var field: String
            var type: String
            var detail: String
            var description: String { "\(field) \(type) \(detail)" }
        }

        var id: String
        var note: String
        var hpaScaleToZero: Bool
        var valid: Bool
        var decodeError: String?
        var errors: [Fault]?
    }

    private func cases() throws -> [(test: Case, node: YAMLNode)] {
        let bytes = try [UInt8](ConformanceFolder.data("validation.json"))
        let documents = try YAMLParser.documents(of: bytes, file: "validation.json")
        return try (documents.first?.items ?? []).map { node in
            (try YAMLDecoder(nullValues: .zero).decode(Case.self, from: node, file: "validation.json").value, node)
        }
    }

    @Test func agreesWithKubernetes() throws {
        let cases = try cases()
        for (test, node) in cases {
            let id: Comment = "\(test.id): \(test.note)"
            let manifest = try #require(node["manifest"], id)
            let text = YAMLEncoder().encode(OrderedValue(manifest))
            // Numbers such as 5.0 are written as they were read only in the original text, so that is decoded.
            var set = ManifestSet()
            let options = ManifestSet.Options(
                defaultNamespace: nil, gates: FeatureGates(hpaScaleToZero: test.hpaScaleToZero))
            set.add(Array(text.utf8), file: test.id, options: options)
            let decoded = Result { try decode(manifest) }
            switch decoded {
            case .failure(let error): #expect(test.decodeError != nil, "\(id): \(error)")
            case .success(var autoscaler):
                #expect(test.decodeError == nil, id)
                guard test.decodeError == nil else { continue }
                autoscaler.spec = (autoscaler.spec ?? .init()).defaulted()
                let gates = FeatureGates(hpaScaleToZero: test.hpaScaleToZero)
                let faults = autoscaler.validate(gates).map {
                    Case.Fault(field: $0.field, type: $0.kind.rawValue, detail: $0.detail)
                }
                #expect(faults == test.errors ?? [], id)
                #expect(faults.isEmpty == test.valid, id)
                #expect(set.autoscalers.first?.autoscaler.spec == autoscaler.spec, id)
                if test.valid {
                    let spec = try OrderedValue(encoding: autoscaler.spec)
                    let recorded = try #require(node["defaultedSpec"].map(OrderedValue.init), id)
                    #expect(Unordered(spec) == Unordered(recorded), id)
                    // Total, and the same whether defaults were filled in before.
                    #expect(autoscaler.spec.map { AutoscalerSpec($0).metrics.count } == autoscaler.spec?.metrics?.count)
                }
            }
        }
        #expect(cases.count >= 50)
    }

    private func decode(_ manifest: YAMLNode) throws -> HorizontalPodAutoscaler {
        guard manifest["apiVersion"]?.text == "autoscaling/v1" else {
            return try YAMLDecoder(nullValues: .zero).decode(
                HorizontalPodAutoscaler.self, from: manifest, file: "manifest"
            ).value
        }
        var set = ManifestSet()
        let text = YAMLEncoder().encode(OrderedValue(manifest))
        set.add(Array(text.utf8), file: "manifest", options: ManifestSet.Options(defaultNamespace: nil))
        return try #require(set.autoscalers.first).autoscaler
    }
}

/// A value whose fields have no order.
struct Unordered: Equatable {
    private let value: OrderedValue
    private let fields: [String: Unordered]
    private let items: [Unordered]

    init(_ value: OrderedValue) {
        switch value {
        case .fields(let fields):
            self.value = .fields([])
            self.fields = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, Unordered($0.value)) })
            items = []
        case .list(let items):
            self.value = .list([])
            fields = [:]
            self.items = items.map(Unordered.init)
        default:
            self.value = value
            fields = [:]
            items = []
        }
    }
}
