internal import HTTPService
internal import KubernetesTypes

extension ResourceHandler {
    func create(_ form: Representation) async throws -> ServiceResponse {
        if kind.isNamespaced, target.namespace == nil { throw StatusError.methodNotAllowed }
        let object = try body(kind: kind.kind, apiVersion: kind.apiVersion)
        if let inner = object.metadata("namespace"), kind.isNamespaced, inner != namespace {
            throw StatusError.badRequest(
                "the namespace of the provided object does not match the namespace sent on the request")
        }
        let warnings = try warnings(of: object)
        let created = try await store.create(
            kind, namespace: namespace, object, options: try request.writeOptions("CreateOptions"))
        return response(created, form, status: 201, warnings: warnings)
    }

    /// Says which members of a custom resource will not be kept.
    ///
    /// - Throws: ``StatusError`` 400 when the client asked for that with `fieldValidation=Strict`.
    private func warnings(of object: JSONValue) throws -> [String] {
        guard let unknown = kind.schema?.unknownFields(in: object), !unknown.isEmpty else { return [] }
        switch request.queryValue("fieldValidation") {
        case "Ignore": return []
        case "Strict":
            let text = unknown.map { "unknown field \"\($0)\"" }.joined(separator: ", ")
            throw StatusError.badRequest(
                "\(kind.kind) in version \"\(kind.groupVersion.version)\" cannot be handled as a \(kind.kind): "
                    + "strict decoding error: \(text)")
        default: return unknown.map { "unknown field \\\"\($0)\\\"" }
        }
    }

    func put(_ name: String, _ subresource: Subresource?, _ form: Representation) async throws -> ServiceResponse {
        let isScale = subresource == .scale
        let wanted = try body(
            kind: isScale ? "Scale" : kind.kind, apiVersion: isScale ? "autoscaling/v1" : kind.apiVersion)
        if let inner = wanted.metadata("name"), inner != name {
            throw StatusError.badRequest(
                "the name of the object (\(inner)) does not match the name on the URL (\(name))")
        }
        let mapping = isScale ? kind.scale : nil
        let warnings = isScale ? [] : try warnings(of: wanted)
        let kind = kind
        let updated = try await store.update(
            kind, namespace: namespace, name: name, status: subresource == .status,
            options: try request.writeOptions("UpdateOptions", subresource)
        ) { current in
            if let mapping {
                try ScaleSubresource.checkUID(wanted, of: current, kind, isPatch: false)
                return try ScaleSubresource.applied(wanted, to: current, mapping)
            }
            return wanted
        }
        return response(view(updated, subresource), isScale ? .plain : form, warnings: warnings)
    }

    func patch(_ name: String, _ subresource: Subresource?, _ form: Representation) async throws -> ServiceResponse {
        let patch = try Patch(
            contentType: request.headers["Content-Type"] ?? "", body: request.body, kind: kind)
        if patch.form == .apply, request.queryValue("fieldManager")?.isEmpty ?? true {
            throw StatusError.invalid(
                kind: "PatchOptions", group: "meta.k8s.io", name: "",
                [.required("fieldManager", "is required for apply patch")])
        }
        let options = try request.writeOptions("PatchOptions", subresource)
        let kind = kind
        if patch.form == .apply, subresource == nil {
            do {
                _ = try await store.get(kind, namespace: namespace, name: name)
            } catch let error as StatusError where error.code == 404 {
                let created = try await store.create(
                    kind, namespace: namespace, named(patch.document, name), options: options)
                return response(created, form, status: 201)
            }
        }
        if subresource == .scale, let mapping = kind.scale {
            return try await patchScale(name, patch, mapping, options)
        }
        let warnings = patch.form == .json ? [] : try warnings(of: patch.document)
        let updated = try await store.update(
            kind, namespace: namespace, name: name, status: subresource == .status, options: options
        ) { current in
            let patched = try patch.applied(to: current)
            if let why = Validation.unreadableTime(patched, kind) { throw StatusError.unreadablePatch(patched, why) }
            return patched
        }
        return response(updated, form, warnings: warnings)
    }

    private func patchScale(
        _ name: String, _ patch: Patch, _ mapping: ScaleMapping, _ options: WriteOptions
    ) async throws -> ServiceResponse {
        let isStrict = request.queryValue("fieldValidation") == "Strict"
        // The fields are judged on the scale as it is now: whether they are known does not depend on the moment.
        let current = try await store.get(kind, namespace: namespace, name: name)
        let unknown = ScaleSubresource.unknownFields(
            try patch.applied(to: ScaleSubresource.scale(of: current, mapping)))
        if isStrict, !unknown.isEmpty {
            let text = unknown.map { "unknown field \"\($0)\"" }.joined(separator: ", ")
            throw StatusError.unreadablePatch(patch.document, "strict decoding error: \(text)")
        }
        let kind = kind
        let updated = try await store.update(kind, namespace: namespace, name: name, options: options) { current in
            let scale = try patch.applied(to: ScaleSubresource.scale(of: current, mapping))
            try ScaleSubresource.checkUID(scale, of: current, kind, isPatch: true)
            return try ScaleSubresource.applied(scale, to: current, mapping)
        }
        let isSilent = request.queryValue("fieldValidation") == "Ignore"
        return response(
            view(updated, .scale), .plain,
            warnings: isSilent ? [] : unknown.map { "unknown field \\\"\($0)\\\"" })
    }

    func delete(_ name: String) async throws -> ServiceResponse {
        let before = try await store.get(kind, namespace: namespace, name: name)
        let policy = try deletePolicy()
        let deleted = try await store.delete(kind, namespace: namespace, name: name, policy: policy)
        // A pod's deletion is answered with the pod; other kinds' with a Status, unless a finalizer holds them.
        let isHeld = !(deleted[path: ["metadata", "finalizers"]]?.isEmpty ?? true)
        if isHeld || kind.storage == ResourceKind.pods.storage || kind.storage == ResourceKind.namespaces.storage {
            return response(deleted, .plain)
        }
        var details = StatusError.details(kind, name: name)
        details["uid"] = before[path: ["metadata", "uid"]]
        let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details,
        ]
        return .json(status.serialized() + [10])
    }

    func deleteCollection() async throws -> ServiceResponse {
        let selection = try request.selection(kind, namespace: target.namespace, name: nil)
        let page = try await store.list(kind, selection, ListWindow())
        var policy = try deletePolicy()
        policy.uid = nil
        policy.resourceVersion = nil
        for item in page.items {
            guard let name = item.metadata("name") else { continue }
            do {
                try await store.delete(kind, namespace: item.metadata("namespace") ?? "", name: name, policy: policy)
            } catch let error as StatusError where error.code == 404 {
                // Somebody else was quicker; it is gone, which is what was wanted.
                continue
            }
        }
        let list: JSONValue = [
            "kind": .string(kind.kind + "List"), "apiVersion": .string(kind.apiVersion),
            "metadata": ["resourceVersion": .string(String(await store.resourceVersion))],
            "items": .array(page.items),
        ]
        return .json(list.serialized() + [10])
    }

    /// From a `DeleteOptions` body, which may be missing, and from the query.
    private func deletePolicy() throws -> DeletePolicy {
        let options = request.body.isEmpty ? [:] : try parsedBody()
        let propagation = options["propagationPolicy"]?.stringValue ?? request.queryValue("propagationPolicy")
        let isDryRun = try request.writeOptions("DeleteOptions").isDryRun || options["dryRun"]?[0] == "All"
        return DeletePolicy(
            uid: options[path: ["preconditions", "uid"]]?.stringValue,
            resourceVersion: options[path: ["preconditions", "resourceVersion"]]?.stringValue,
            orphansDependents: propagation == "Orphan", isDryRun: isDryRun)
    }

    private func named(_ document: JSONValue, _ name: String) -> JSONValue {
        var document = document
        document[path: ["metadata", "name"]] = .string(name)
        return document
    }

    private func parsedBody() throws -> JSONValue {
        let media = (request.headers["Content-Type"] ?? "application/json").prefix { $0 != ";" }
        guard media == "application/json" else {
            throw StatusError.unsupportedMediaType(
                accepted: ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"])
        }
        do {
            return try JSONValue(parsing: request.body)
        } catch {
            let text = request.body.isEmpty ? "<empty>" : String(decoding: request.body, as: UTF8.self)
            throw StatusError.badRequest(
                "the object provided is unrecognized (must be of type \(target.subresource == "scale" ? "Scale" : kind.kind)): "
                    + "couldn't get version/kind; json parse error: unexpected end of JSON input (\(text))")
        }
    }

    /// The object of the body; `kind` and `apiVersion` may be missing, but not be others.
    private func body(kind wanted: String, apiVersion: String) throws -> JSONValue {
        let object = try parsedBody()
        let foundKind = object["kind"]?.stringValue ?? wanted
        let foundVersion = object["apiVersion"]?.stringValue ?? apiVersion
        guard foundKind == wanted, foundVersion == apiVersion else {
            throw StatusError.badRequest(
                "\(foundKind) in version \"\(foundVersion)\" cannot be handled as a \(wanted): "
                    + "converting (\(foundVersion).\(foundKind)) to (\(Self.group(apiVersion)).\(wanted)): "
                    + "unknown conversion")
        }
        if let why = Validation.unreadableTime(object, self.kind) {
            throw StatusError.badRequest(
                "\(wanted) in version \"\(apiVersion)\" cannot be handled as a \(wanted): \(why)")
        }
        return object
    }

    /// The group of an `apiVersion`, as messages name it.
    private static func group(_ apiVersion: String) -> Substring {
        apiVersion.contains("/") ? apiVersion.prefix { $0 != "/" } : "core"
    }
}
