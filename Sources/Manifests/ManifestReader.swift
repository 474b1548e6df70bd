internal import Autoscaling
internal import KubernetesTypes

/// Finds the autoscalers among the objects of one text.
struct ManifestReader {
    let file: String
    let options: ManifestSet.Options
    private(set) var autoscalers: [AutoscalerManifest] = []
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String, options: ManifestSet.Options) {
        self.file = file
        self.options = options
    }

    mutating func read(_ bytes: [UInt8]) {
        do {
            let documents = try YAMLParser.documents(of: bytes, file: file)
            if documents.isEmpty { report(.warning, nil, "is empty") }
            for document in documents { read(document, at: FieldPath()) }
        } catch {
            diagnostics.append(error)
        }
    }

    private mutating func report(
        _ severity: Diagnostic.Severity, _ mark: Mark?, _ message: String, at path: String = ""
    ) {
        diagnostics.append(Diagnostic(severity, file: file, mark: mark, path: path, message: message))
    }

    private mutating func read(_ node: YAMLNode, at path: FieldPath) {
        guard let kind = node["kind"]?.text, let apiVersion = node["apiVersion"]?.text else {
            let missing = node["kind"]?.text == nil ? "kind" : "apiVersion"
            report(
                .error, node.mark, "is missing, an object has apiVersion and kind", at: path.child(missing).description)
            return
        }
        if kind.hasSuffix("List"), let items = node["items"] {
            for (index, item) in (items.items ?? []).enumerated() {
                read(item, at: path.child("items").index(index))
            }
            return
        }
        switch (kind, apiVersion) {
        case ("HorizontalPodAutoscaler", "autoscaling/v2"): readAutoscaler(node, at: path)
        case (HorizontalAutoscaler.kind, HorizontalAutoscaler.apiVersion): readCustomAutoscaler(node, at: path)
        case (HorizontalAutoscaler.kind, _):
            report(
                .error, node["apiVersion"]?.mark,
                "\(apiVersion) is not known, write \(HorizontalAutoscaler.apiVersion)",
                at: path.child("apiVersion").description)
        case ("HorizontalPodAutoscaler", "autoscaling/v2beta2"):
            let message =
                "autoscaling/v2beta2 is gone since Kubernetes 1.26, write autoscaling/v2; the fields are the same"
            report(.warning, node["apiVersion"]?.mark, message, at: path.child("apiVersion").description)
            readAutoscaler(node, at: path)
        case ("HorizontalPodAutoscaler", "autoscaling/v1"): readAutoscalerV1(node, at: path)
        case ("HorizontalPodAutoscaler", _):
            report(
                .error, node["apiVersion"]?.mark, "\(apiVersion) is not known, write autoscaling/v2",
                at: path.child("apiVersion").description)
        default: report(.note, node.mark, "\(kind) (\(apiVersion)) is left out")
        }
    }

    private mutating func decode<Object: Decodable>(
        _ type: Object.Type, _ node: YAMLNode, at path: FieldPath
    ) -> Object? {
        do {
            let decoded = try YAMLDecoder(nullValues: .zero).decode(type, from: node, file: file, at: path)
            let metadata = path.child("metadata").description + "."
            let unknownFields = decoded.unknownFields.filter { unknown in
                !ManifestReader.ignoredMetadata.contains { unknown.path == metadata + $0 }
            }
            diagnostics += unknownFields.map { naming(extension: $0, of: path) }
            return decoded.value
        } catch {
            diagnostics.append(error)
            return nil
        }
    }

    /// A field that another kind has is told from one that none has.
    private func naming(extension unknown: Diagnostic, of path: FieldPath) -> Diagnostic {
        let spec = path.child("spec")
        guard HorizontalAutoscaler.Extensions.fieldNames.contains(where: { unknown.path == spec.child($0).description })
        else { return unknown }
        var diagnostic = unknown
        diagnostic.message =
            "only a \(HorizontalAutoscaler.kind) (\(HorizontalAutoscaler.apiVersion)) has this field; remove it, or make "
            + "it one with 'swiftlet convert --to hza'"
        return diagnostic
    }

    /// Fields of every object that are read by nobody here.
    private static let ignoredMetadata = ["managedFields", "selfLink", "deletionGracePeriodSeconds"]

    private mutating func readAutoscaler(_ node: YAMLNode, at path: FieldPath) {
        let errors = errorCount
        guard let autoscaler = decode(HorizontalPodAutoscaler.self, node, at: path) else { return }
        add(autoscaler, node, at: path, errorsBefore: errors) { $0 }
    }

    private mutating func readCustomAutoscaler(_ node: YAMLNode, at path: FieldPath) {
        let errors = errorCount
        guard let autoscaler = decode(HorizontalAutoscaler.self, node, at: path) else { return }
        let extensions = autoscaler.spec?.extensions ?? .init()
        let spec = (autoscaler.spec?.autoscaling ?? .init()).defaulted()
        for error in extensions.validate(at: FieldPath([.field("spec")]), beside: spec) {
            let full = FieldPath(path.components + error.path.components)
            report(.error, node.mark(nearest: error.path), error.message, at: full.description)
        }
        if let spec = node["spec"] { refuseFractions(in: spec, at: path.child("spec")) }
        add(HorizontalPodAutoscaler(autoscaler), node, at: path, extensions: extensions, errorsBefore: errors) { $0 }
    }

    /// The schema of a custom resource takes a quantity as a whole number or as text.
    private mutating func refuseFractions(in node: YAMLNode, at path: FieldPath) {
        switch node.content {
        case .sequence(let items):
            for (index, item) in items.enumerated() { refuseFractions(in: item, at: path.index(index)) }
        case .mapping(let entries):
            for entry in entries { refuseFractions(in: entry.value, at: path.child(entry.key)) }
        case .scalar(let scalar):
            guard case .number(let number) = scalar.value, number != number.rounded() else { return }
            let message =
                "a \(HorizontalAutoscaler.kind) takes whole numbers or text here; write it in quotes: \"\(scalar.text)\""
            report(.error, node.mark, message, at: path.description)
        }
    }

    private mutating func readAutoscalerV1(_ node: YAMLNode, at path: FieldPath) {
        let errors = errorCount
        guard let autoscaler = decode(HorizontalPodAutoscalerV1.self, node, at: path) else { return }
        let annotations = node["metadata"]?["annotations"]
        for name in HorizontalPodAutoscalerV1.hiddenFields {
            guard let annotation = annotations?[name] else { continue }
            let place = path.child("metadata").child("annotations").child(name).description
            let message = "what autoscaling/v1 keeps here is not read, write the object as autoscaling/v2"
            report(.error, annotation.mark, message, at: place)
        }
        // The only metric of this version stands in one field.
        add(autoscaler.converted, node, at: path, errorsBefore: errors) { place in
            let spec: [FieldPath.Component] = [.field("spec")]
            guard place.components.starts(with: spec + [.field("metrics"), .index(0)]) else { return place }
            return FieldPath(spec + [.field("targetCPUUtilizationPercentage")])
        }
    }

    private var errorCount: Int { diagnostics.count { $0.severity == .error } }

    /// - Parameter source: Where a field of the version 2 form stands in the text.
    private mutating func add(
        _ written: HorizontalPodAutoscaler, _ node: YAMLNode, at path: FieldPath,
        extensions: HorizontalAutoscaler.Extensions? = nil, errorsBefore: Int,
        source: (FieldPath) -> FieldPath
    ) {
        var autoscaler = written
        autoscaler.apiVersion = "autoscaling/v2"
        if (autoscaler.metadata?.namespace ?? "").isEmpty, let namespace = options.defaultNamespace {
            autoscaler.metadata = autoscaler.metadata ?? ObjectMeta()
            autoscaler.metadata?.namespace = namespace
        }
        autoscaler.spec = (autoscaler.spec ?? .init()).defaulted()
        let errors = autoscaler.validate(options.gates)
        for error in errors {
            let place = source(error.path)
            let full = FieldPath(path.components + place.components)
            report(.error, node.mark(nearest: place), error.message, at: full.description)
        }
        if errors.isEmpty {
            for warning in autoscaler.warnings {
                let place = source(warning.path)
                let full = FieldPath(path.components + place.components)
                report(.warning, node.mark(nearest: place), warning.message, at: full.description)
            }
        }
        autoscalers.append(
            AutoscalerManifest(
                kind: extensions == nil ? .horizontalPodAutoscaler : .horizontalAutoscaler, autoscaler: autoscaler,
                extensions: extensions, file: file, mark: node.mark,
                scheduleMarks: node["spec"]?["schedules"]?.items?.map(\.mark) ?? [],
                isValid: errorCount == errorsBefore))
    }
}
