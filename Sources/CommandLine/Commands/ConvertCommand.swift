internal import Files
internal import FoundationEssentials
internal import KubernetesTypes
internal import Manifests

extension Command {
    /// What `convert` makes.
    enum ConvertedKind: String, CaseIterable, Sendable {
        /// The kind that it is not.
        case other
        case hpa, hza
    }

    static let convertTarget = Option<ConvertedKind>.choice(
        "to", default: .other, "hpa: autoscaling/v2 HorizontalPodAutoscaler; hza: swiftlet.dev HorizontalAutoscaler")

    /// `swiftlet convert`.
    static let convert = Command(
        CommandSpec(
            "convert", "Turn HorizontalPodAutoscalers into HorizontalAutoscalers, and back",
            discussion: [
                "Writes YAML to standard output; objects of other kinds pass unchanged. What cannot be carried over is "
                    + "said on standard error: comments, the status, fields that only one kind has. autoscaling/v1 becomes autoscaling/v2 with "
                    + "--to hpa. An invalid manifest is not converted (exit code 1)."
            ],
            positionals: .init("FILE", fewest: 1, most: nil),
            options: [convertTarget.spec],
            examples: [
                .init("swiftlet convert hpa.yaml > hza.yaml", "From the HPA"),
                .init("swiftlet convert hza.yaml | kubectl apply -f -", "And back to it"),
                .init("swiftlet convert --to hpa old-v1.yaml", "From autoscaling/v1 to autoscaling/v2"),
            ]),
        run: { arguments, console in
            let target = try arguments[convertTarget]
            var documents: [OrderedValue] = []
            for file in arguments.positionals {
                let bytes = try ManifestBytes.read(file, console)
                try checkManifest(bytes, file, console)
                var conversion = ManifestConversion(target: target, file: file)
                documents += try YAMLParser.documents(of: bytes, file: file).map { conversion.convert($0) }
                if ManifestBytes.hasComments(bytes) {
                    conversion.notes.append("\(file): comments are not carried over")
                }
                for note in conversion.notes { console.complain(note) }
                if let obstacle = conversion.obstacles.first { throw CommandFailure(.no, obstacle) }
            }
            try console.output.write(YAMLEncoder().encode(documents: documents))
            return .done
        })

    private static func checkManifest(_ bytes: [UInt8], _ file: String, _ console: Console) throws {
        var set = ManifestSet()
        set.add(bytes, file: file)
        guard set.hasErrors else { return }
        for diagnostic in set.diagnostics where diagnostic.severity == .error { console.complain("\(diagnostic)") }
        throw CommandFailure(.no, "\(file) is invalid and not converted; mend it, or see 'swiftlet validate \(file)'")
    }
}

/// Turns the autoscalers of documents into the other kind. Fields keep their order and their values.
struct ManifestConversion {
    let target: Command.ConvertedKind
    let file: String
    /// What was lost.
    var notes: [String] = []
    /// What the other kind cannot say, and would decide otherwise without.
    var obstacles: [String] = []

    mutating func convert(_ node: YAMLNode) -> OrderedValue {
        let value = OrderedValue(node)
        if let items = node["items"]?.items, node["kind"]?.text?.hasSuffix("List") == true {
            let converted = items.map { convert($0) }
            return value.replacing("items", by: .list(converted))
        }
        let isCustom = node["kind"]?.text == HorizontalAutoscaler.kind
        guard isCustom || node["kind"]?.text == "HorizontalPodAutoscaler" else { return value }
        let becomesCustom = target == .hza || (target == .other && !isCustom)
        let apiVersion = becomesCustom ? HorizontalAutoscaler.apiVersion : "autoscaling/v2"
        guard node["apiVersion"]?.text != apiVersion else { return value }
        var result = value
        if node["apiVersion"]?.text == "autoscaling/v1" { result = withMetrics(result, node) }
        if result.removeField("status") != nil {
            notes.append("\(file):\(node.mark): the status is not carried over")
        }
        if becomesCustom {
            result = result.quotingFractions
            notes.append(
                "\(file):\(node.mark): pods that the target does not own no longer count; write podSelection: Selector "
                    + "in the spec to count all of its selector")
        } else if isCustom {
            result = withoutExtensions(result, node)
        }
        result = result.replacing("apiVersion", by: .text(apiVersion))
        return result.replacing(
            "kind", by: .text(becomesCustom ? HorizontalAutoscaler.kind : "HorizontalPodAutoscaler"))
    }

    /// Without what only a HorizontalAutoscaler can say.
    private mutating func withoutExtensions(_ object: OrderedValue, _ node: YAMLNode) -> OrderedValue {
        guard let written = node["spec"] else { return object }
        for (index, metric) in (written["metrics"]?.items ?? []).enumerated()
        where metric["type"]?.text == "Prometheus" {
            obstacles.append(
                "\(file):\(metric.mark): spec.metrics[\(index)]: a HorizontalPodAutoscaler has no metrics of type "
                    + "Prometheus; make it External, with the query as a rule for its name")
        }
        var spec = OrderedValue(written)
        for field in HorizontalAutoscaler.Extensions.fieldNames {
            guard let removed = spec.removeField(field) else { continue }
            // What every HorizontalPodAutoscaler does is no loss.
            if case .text(let text) = removed, HorizontalAutoscaler.Extensions.asHPA[field] == text { continue }
            let mark = written[field]?.mark ?? written.mark
            notes.append(
                "\(file):\(mark): spec.\(field) is not carried over, a HorizontalPodAutoscaler has nothing like it")
        }
        return object.replacing("spec", by: spec)
    }

    /// The one metric of `autoscaling/v1` in the form of version 2.
    private func withMetrics(_ object: OrderedValue, _ node: YAMLNode) -> OrderedValue {
        guard var spec = node["spec"].map(OrderedValue.init), let percent = spec.removeField(Self.v1Field) else {
            return object
        }
        let target: OrderedValue = .fields([
            .init(name: "type", value: .text("Utilization")), .init(name: "averageUtilization", value: percent),
        ])
        let resource: OrderedValue = .fields([
            .init(name: "name", value: .text("cpu")), .init(name: "target", value: target),
        ])
        let metric: OrderedValue = .fields([
            .init(name: "type", value: .text("Resource")), .init(name: "resource", value: resource),
        ])
        return object.replacing("spec", by: spec.replacing("metrics", by: .list([metric])))
    }

    private static let v1Field = "targetCPUUtilizationPercentage"
}

extension OrderedValue {
    /// With a field set in its place, or at the end.
    fileprivate func replacing(_ name: String, by value: OrderedValue) -> OrderedValue {
        guard case .fields(var fields) = self else { return self }
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index].value = value
        } else {
            fields.append(Field(name: name, value: value))
        }
        return .fields(fields)
    }

    fileprivate mutating func removeField(_ name: String) -> OrderedValue? {
        guard case .fields(var fields) = self, let index = fields.firstIndex(where: { $0.name == name }) else {
            return nil
        }
        let removed = fields.remove(at: index)
        self = .fields(fields)
        return removed.value
    }
}

/// The bytes of a manifest, from a file or from standard input.
enum ManifestBytes {
    static func read(_ file: String, _ console: Console) throws -> [UInt8] {
        if file == "-" { return (console.input ?? StandardInput.bytes)() }
        do {
            return try WholeFile.read(file, limit: 256 << 20)
        } catch {
            switch error.cause {
            case .notFound, .tooLarge: throw CommandFailure(.no, "\(file): \(error)")
            case .system:
                throw CommandFailure(.no, "\(file): cannot be read; is it a file, and are you allowed to?")
            }
        }
    }

    /// Whether a `#` begins a line or follows a space: a comment, or what looks like one inside a text.
    static func hasComments(_ bytes: [UInt8]) -> Bool {
        bytes.indices.contains { index in
            bytes[index] == UInt8(ascii: "#") && (index == 0 || bytes[index - 1] <= UInt8(ascii: " "))
        }
    }
}
