internal import KubernetesTypes

/// One column of a custom resource's table.
package struct PrinterColumn: Hashable, Sendable {
    package var name: String
    /// `string`, `integer`, `number`, `boolean` or `date`.
    package var type: String
    /// Members on the way to the value.
    package var path: [String]
    package var isWide: Bool
}

/// What a CustomResourceDefinition says.
///
/// - Source: `apiextensions.k8s.io/v1`. Conversion between versions is not served, nor are rules in CEL
///   (`x-kubernetes-validations`) evaluated: what only they refuse is accepted here.
enum CustomResources {
    /// The kinds that a definition makes, one for each served version.
    static func kinds(of definition: JSONValue) -> [ResourceKind] {
        let spec = definition["spec"] ?? [:]
        let names = spec["names"] ?? [:]
        guard let group = spec["group"]?.stringValue, let plural = names["plural"]?.stringValue,
            let kind = names["kind"]?.stringValue
        else { return [] }
        return (spec["versions"]?.arrayValue ?? []).compactMap { version in
            guard version["served"] == true, let name = version["name"]?.stringValue else { return nil }
            let subresources = version["subresources"] ?? [:]
            var resource = ResourceKind(
                GroupVersion(group: group, version: name), plural: plural, kind: kind,
                shortNames: texts(names["shortNames"]), categories: texts(names["categories"]),
                isNamespaced: spec["scope"] == "Namespaced", hasGeneration: true,
                hasStatus: subresources["status"] != nil, hasStrategicMerge: false,
                scale: subresources["scale"].map(scale))
            resource.singular = names["singular"]?.stringValue ?? kind.lowercased()
            resource.schema = version[path: ["schema", "openAPIV3Schema"]].map(StructuralSchema.init)
            resource.columns = (version["additionalPrinterColumns"]?.arrayValue ?? []).map(column)
            return resource
        }
    }

    private static func texts(_ list: JSONValue?) -> [String] {
        (list?.arrayValue ?? []).compactMap(\.stringValue)
    }

    private static func scale(_ paths: JSONValue) -> ScaleMapping {
        ScaleMapping(
            specReplicas: path(paths["specReplicasPath"]), statusReplicas: path(paths["statusReplicasPath"]),
            selector: paths["labelSelectorPath"].map { .text(path: path($0)) } ?? .none)
    }

    private static func column(_ column: JSONValue) -> PrinterColumn {
        PrinterColumn(
            name: column["name"]?.stringValue ?? "", type: column["type"]?.stringValue ?? "string",
            path: path(column["jsonPath"]), isWide: (column["priority"]?.intValue ?? 0) > 0)
    }

    /// `.spec.replicas`: a simple path is all that is understood.
    private static func path(_ text: JSONValue?) -> [String] {
        (text?.stringValue ?? "").split(separator: ".").map(String.init)
    }

    /// What the server fills in; a definition is taken at once.
    static func fillIn(_ definition: inout JSONValue) {
        let names = definition[path: ["spec", "names"]] ?? [:]
        let kind = names["kind"]?.stringValue ?? ""
        if names["singular"] == nil { definition[path: ["spec", "names", "singular"]] = .string(kind.lowercased()) }
        if names["listKind"] == nil { definition[path: ["spec", "names", "listKind"]] = .string(kind + "List") }
        if definition[path: ["spec", "conversion"]] == nil {
            definition[path: ["spec", "conversion"]] = ["strategy": "None"]
        }
        let created = definition[path: ["metadata", "creationTimestamp"]] ?? .null
        definition["status"] = [
            "conditions": [
                condition("NamesAccepted", "NoConflicts", "no conflicts found", created),
                condition("Established", "InitialNamesAccepted", "the initial names have been accepted", created),
            ],
            "acceptedNames": definition[path: ["spec", "names"]] ?? [:],
            "storedVersions": .array(
                (definition[path: ["spec", "versions"]]?.arrayValue ?? []).filter { $0["storage"] == true }
                    .compactMap { $0["name"] }),
        ]
    }

    private static func condition(_ type: String, _ reason: String, _ message: String, _ time: JSONValue) -> JSONValue {
        [
            "type": .string(type), "status": "True", "lastTransitionTime": time, "reason": .string(reason),
            "message": .string(message),
        ]
    }

    static func causes(_ definition: JSONValue) -> [FieldCause] {
        let group = definition[path: ["spec", "group"]]?.stringValue ?? ""
        let plural = definition[path: ["spec", "names", "plural"]]?.stringValue ?? ""
        var causes: [FieldCause] = []
        if definition.metadata("name") != "\(plural).\(group)" {
            causes.append(
                .invalid(
                    "metadata.name", .string(definition.metadata("name") ?? ""),
                    "must be spec.names.plural+\".\"+spec.group"))
        }
        for (index, version) in (definition[path: ["spec", "versions"]]?.arrayValue ?? []).enumerated()
        where version[path: ["schema", "openAPIV3Schema"]] == nil {
            causes.append(
                .required("spec.versions[\(index)].schema.openAPIV3Schema", "schemas are required"))
        }
        return causes
    }
}
