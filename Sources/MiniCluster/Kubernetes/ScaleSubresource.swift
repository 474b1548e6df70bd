internal import KubernetesTypes

/// The `scale` subresource: a view of an object as an `autoscaling/v1` Scale.
enum ScaleSubresource {
    /// The Scale of an object.
    static func scale(of object: JSONValue, _ mapping: ScaleMapping) -> JSONValue {
        var metadata: JSONValue = [:]
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[field] = object[path: ["metadata", field]]
        }
        var spec: JSONValue = [:]
        // The type leaves zero out.
        if let replicas = object[path: mapping.specReplicas], replicas != 0 { spec["replicas"] = replicas }
        var status: JSONValue = ["replicas": object[path: mapping.statusReplicas] ?? 0]
        switch mapping.selector {
        case .object(let path): status["selector"] = object[path: path].map { .string(LabelQuery(selector: $0).text) }
        case .text(let path): status["selector"] = object[path: path]
        case .none: break
        }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status,
        ]
    }

    /// The object with the replicas, and the preconditions, of a changed Scale.
    ///
    /// - Throws: ``StatusError``: 422 for replicas that are negative or no int32.
    static func applied(_ scale: JSONValue, to object: JSONValue, _ mapping: ScaleMapping) throws -> JSONValue {
        let name = object.metadata("name") ?? ""
        // Without replicas the number is 0: the field is left out of a Scale when it is zero.
        let wanted = scale[path: ["spec", "replicas"]] ?? 0
        guard case .int(let replicas) = wanted, replicas <= Int64(Int32.max), replicas >= Int64(Int32.min) else {
            throw StatusError.unreadablePatch(
                scale, "json: cannot unmarshal \(wanted) into Go struct field ScaleSpec.spec.replicas of type int32")
        }
        if replicas < 0 {
            throw StatusError.invalid(
                kind: "Scale", group: "autoscaling", name: name,
                [.invalid("spec.replicas", .int(replicas), "must be greater than or equal to 0")])
        }
        var object = object
        object[path: mapping.specReplicas] = .int(replicas)
        for field in ["uid", "resourceVersion"] {
            object[path: ["metadata", field]] = scale[path: ["metadata", field]]
        }
        return object
    }

    /// Refuses a Scale that was meant for another object of the same name.
    ///
    /// - Parameter isPatch: The server words it otherwise for a patch.
    /// - Throws: ``StatusError`` 409.
    static func checkUID(_ scale: JSONValue, of object: JSONValue, _ kind: ResourceKind, isPatch: Bool) throws {
        guard let wanted = scale.metadata("uid"), let found = object.metadata("uid"), wanted != found else { return }
        let name = object.metadata("name") ?? ""
        let why = "Precondition failed: UID in precondition: \(wanted), UID in object meta: \(found)"
        if isPatch { throw StatusError.conflict(kind, name, why, resource: "\(kind.plural)/scale") }
        let key = "/registry/\(kind.plural)/\(object.metadata("namespace") ?? "")/\(name)"
        throw StatusError.conflict(
            kind, name,
            "StorageError: invalid object, Code: 4, Key: \(key), ResourceVersion: 0, AdditionalErrorMsg: \(why)")
    }

    /// Members of the spec that a Scale does not have; the server warns of them, or refuses them when asked to.
    static func unknownFields(_ scale: JSONValue) -> [String] {
        (scale["spec"]?.objectValue ?? [:]).keys.filter { $0 != "replicas" }.sorted().map { "spec.\($0)" }
    }
}
