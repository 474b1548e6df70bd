import KubernetesTypes
import LoopbackClient
import Manifests
import Recordings
import Testing

/// What `kubectl kustomize` makes of a folder of `manifests/`.
struct RenderedManifests: Sendable {
    var objects: [JSONValue]

    static let overlays = ["default", "drop-in", "monitoring", "namespaced", "shadow", "sharded"]

    /// Cancels the test visibly where kubectl is missing, or older than 1.21, which cannot read these folders.
    init(_ folder: String) async throws {
        guard let kubectl = ChildProcess.find("kubectl") else {
            try Test.cancel("kubectl is not installed: this test checked nothing")
        }
        let version = try await ChildProcess.run(kubectl, ["version", "--client"])
        if version.output.contains("Minor:\"20\"") || version.output.contains("Minor:\"1") {
            try Test.cancel("kubectl is older than 1.21 and renders no such folders: this test checked nothing")
        }
        let rendered = try await ChildProcess.run(
            kubectl, ["kustomize", RepositoryPath.root + "/manifests/" + folder])
        try #require(rendered.status == 0, "\(rendered.errors)")
        #expect(rendered.errors == "", "kustomize has something to say about \(folder)")
        objects = try YAMLParser.documents(of: Array(rendered.output.utf8), file: folder).map {
            JSONValue(OrderedValue($0))
        }
    }

    func all(_ kind: String) -> [JSONValue] { objects.filter { $0["kind"]?.stringValue == kind } }

    func first(_ kind: String) throws -> JSONValue { try #require(all(kind).first, "\(kind)") }

    /// The container of the controller.
    func container() throws -> JSONValue {
        try #require(try first("Deployment")[path: ["spec", "template", "spec", "containers"]]?[0])
    }
}

extension JSONValue {
    /// The same value; fields of a document are in no order here.
    init(_ value: OrderedValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .unsigned(let value): self = .double(Double(value))
        case .number(let value): self = .double(value)
        case .text(let text): self = .string(text)
        case .list(let items): self = .array(items.map { JSONValue($0) })
        case .fields(let fields):
            self = .object(Dictionary(fields.map { ($0.name, JSONValue($0.value)) }) { $1 })
        }
    }

    /// A text at a path; empty when there is none.
    func text(_ path: String...) -> String { self[path: path]?.stringValue ?? "" }

    /// The texts of a list at a path.
    func texts(_ path: String...) -> [String] {
        (self[path: path]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
