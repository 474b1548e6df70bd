package import KubernetesTypes

/// What a write may carry besides the object.
package struct WriteOptions: Hashable, Sendable {
    /// Answers as if it had been done, and changes nothing.
    package var isDryRun: Bool
    /// Who writes.
    package var writer: FieldWriter

    package init(isDryRun: Bool = false, writer: FieldWriter = FieldWriter()) {
        self.isDryRun = isDryRun
        self.writer = writer
    }
}

/// Conditions and manner of a deletion.
package struct DeletePolicy: Hashable, Sendable {
    package var uid: String?
    package var resourceVersion: String?
    /// Leaves the objects that belong to the deleted one.
    package var orphansDependents: Bool
    package var isDryRun: Bool

    package init(
        uid: String? = nil, resourceVersion: String? = nil, orphansDependents: Bool = false, isDryRun: Bool = false
    ) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.orphansDependents = orphansDependents
        self.isDryRun = isDryRun
    }
}

extension ClusterStore {
    /// Creates an object.
    ///
    /// - Parameters:
    ///   - object: In the version of `kind`; what the server writes (uid, times, status) is set here.
    ///   - keepsStatus: Lets a simulation give a status at once; clients over HTTP cannot.
    /// - Returns: The object as it is now, in the version of `kind`.
    /// - Throws: ``StatusError``: 404 without its namespace, 409 when it exists, 422 when it is invalid.
    @discardableResult
    package func create(
        _ kind: ResourceKind, namespace: String = "", _ object: JSONValue, keepsStatus: Bool = false,
        options: WriteOptions = WriteOptions()
    ) throws -> JSONValue {
        let namespace = kind.isNamespaced ? namespace : ""
        var draft = kind.stored(object)
        guard let name = ObjectMetadata.name(of: draft) else {
            throw StatusError.invalid(
                kind, "", [.required("metadata.name", "name or generateName is required")])
        }
        let key = ObjectKey(namespace: namespace, name: name)
        if kind.isNamespaced, objects[ResourceKind.namespaces.storage]?[.init(namespace: "", name: namespace)] == nil {
            throw StatusError.notFound(.namespaces, namespace)
        }
        if kind.hasStatus, !keepsStatus { draft["status"] = nil }
        ObjectMetadata.prepareCreation(of: &draft, kind, namespace: namespace, name: name, at: now())
        Defaults.apply(to: &draft, kind)
        let causes = Validation.causes(draft, kind)
        if !causes.isEmpty { throw StatusError.invalid(kind.validated, name, causes) }
        if objects[kind.storage]?[key] != nil { throw StatusError.alreadyExists(kind, name) }
        ManagedReplicas.note(options.writer, in: &draft, kind, at: now().rfc3339)
        if options.isDryRun { return kind.presented(draft) }
        return kind.presented(commit(.added, kind.storage, key, draft))
    }

    /// Changes an object: takes it, lets the closure make the new one, checks, and stores it, all in one step.
    ///
    /// The closure's result may name a `resourceVersion` or `uid`; if it does, they must be the current ones. With
    /// `.status` only the status of the result counts, otherwise only the rest. A result that changes nothing writes
    /// nothing, and the version stays.
    ///
    /// - Parameter change: From the current object to the wanted one, both in the version of `kind`.
    /// - Throws: ``StatusError``: 404, 409 conflict, 422; and what the closure throws.
    @discardableResult
    package func update(
        _ kind: ResourceKind, namespace: String = "", name: String, status: Bool = false,
        options: WriteOptions = WriteOptions(), _ change: @Sendable (JSONValue) throws -> JSONValue
    ) throws -> JSONValue {
        let key = ObjectKey(namespace: kind.isNamespaced ? namespace : "", name: name)
        guard let current = objects[kind.storage]?[key] else { throw StatusError.notFound(kind, name) }
        let wanted = kind.stored(try change(kind.presented(current)), over: current)
        try checkPreconditions(kind, name, wanted: wanted, current: current)
        var result = wanted
        if status {
            result = current
            result["status"] = wanted["status"]
            // Kinds of the server's own take labels and annotations this way too; custom resources do not.
            if kind.hasStrategicMerge {
                for field in ["labels", "annotations"] {
                    result[path: ["metadata", field]] = wanted[path: ["metadata", field]]
                }
            }
            kind.schema?.complete(&result)
        } else {
            ObjectMetadata.keepServerFields(of: current, in: &result)
            if kind.hasStatus { result["status"] = current["status"] }
            Defaults.apply(to: &result, kind)
        }
        let causes = Validation.causes(result, kind)
        if !causes.isEmpty { throw StatusError.invalid(kind.validated, name, causes) }
        if result == current { return kind.presented(current) }
        if let path = kind.scale?.specReplicas, !status, result[path: path] != current[path: path] {
            ManagedReplicas.note(options.writer, in: &result, kind, at: now().rfc3339)
        }
        if !status, kind.hasGeneration, differsInContent(result, current) {
            let generation = current[path: ["metadata", "generation"]]?.intValue ?? 0
            result[path: ["metadata", "generation"]] = .int(generation + 1)
        }
        if options.isDryRun { return kind.presented(result) }
        if result.metadata("deletionTimestamp") != nil, result[path: ["metadata", "finalizers"]]?.isEmpty ?? true {
            return kind.presented(remove(kind.storage, key, result, orphansDependents: false))
        }
        return kind.presented(commit(.modified, kind.storage, key, result))
    }

    /// Writes part of a status: a merge patch of what is below `status`.
    @discardableResult
    package func patchStatus(
        _ kind: ResourceKind, namespace: String = "", name: String, _ patch: JSONValue
    ) throws -> JSONValue {
        try update(kind, namespace: namespace, name: name, status: true) { $0.mergePatched(by: ["status": patch]) }
    }

    /// Deletes an object, and those that belong to it. One with finalizers is only marked.
    ///
    /// - Returns: The object as it is now, or was last.
    /// - Throws: ``StatusError``: 404, 409 when a precondition fails.
    @discardableResult
    package func delete(
        _ kind: ResourceKind, namespace: String = "", name: String, policy: DeletePolicy = DeletePolicy()
    ) throws -> JSONValue {
        let key = ObjectKey(namespace: kind.isNamespaced ? namespace : "", name: name)
        guard var object = objects[kind.storage]?[key] else { throw StatusError.notFound(kind, name) }
        try check(policy, kind, name, object)
        if policy.isDryRun { return kind.presented(object) }
        let hasFinalizers = !(object[path: ["metadata", "finalizers"]]?.isEmpty ?? true)
        // A deleted pod is first seen as terminating, also where no kubelet has to be waited for.
        if hasFinalizers || kind.storage == ResourceKind.pods.storage {
            if object.metadata("deletionTimestamp") == nil {
                object[path: ["metadata", "deletionTimestamp"]] = .string(now().rfc3339)
                object[path: ["metadata", "deletionGracePeriodSeconds"]] = 0
                object = commit(.modified, kind.storage, key, object)
            }
            if hasFinalizers { return kind.presented(object) }
        }
        if kind.storage == ResourceKind.namespaces.storage { removeContents(of: name) }
        return kind.presented(remove(kind.storage, key, object, orphansDependents: policy.orphansDependents))
    }

    private func check(_ policy: DeletePolicy, _ kind: ResourceKind, _ name: String, _ object: JSONValue) throws {
        for (what, wanted, found) in [
            ("UID", policy.uid, object.metadata("uid")),
            ("ResourceVersion", policy.resourceVersion, object.metadata("resourceVersion")),
        ] {
            guard let wanted, wanted != found else { continue }
            // Here the server says the kind, not the resource.
            var error = StatusError.conflict(
                kind, name,
                "the \(what) in the precondition (\(wanted)) does not match the \(what) in record (\(found ?? "")). "
                    + "The object might have been deleted and then recreated", resource: kind.kind)
            if what == "ResourceVersion" {
                error.message = error.message.replacingSuffix("deleted and then recreated", with: "modified")
            }
            throw error
        }
    }

    private func checkPreconditions(
        _ kind: ResourceKind, _ name: String, wanted: JSONValue, current: JSONValue
    ) throws {
        if let uid = wanted.metadata("uid"), !uid.isEmpty, let found = current.metadata("uid"), uid != found {
            throw StatusError.conflict(
                kind, name, "Precondition failed: UID in precondition: \(uid), UID in object meta: \(found)")
        }
        if let version = wanted.metadata("resourceVersion"), !version.isEmpty,
            version != current.metadata("resourceVersion")
        {
            throw StatusError.modified(kind, name)
        }
    }

    /// Whether anything but metadata and status has changed.
    private func differsInContent(_ left: JSONValue, _ right: JSONValue) -> Bool {
        var left = left
        var right = right
        for field in ["metadata", "status"] {
            left[field] = nil
            right[field] = nil
        }
        return left != right
    }

    private func remove(
        _ storage: String, _ key: ObjectKey, _ object: JSONValue, orphansDependents: Bool
    ) -> JSONValue {
        let removed = commit(.deleted, storage, key, object)
        if !orphansDependents, let uid = object.metadata("uid") { removeDependents(of: uid) }
        return removed
    }

    /// Does at once what the garbage collector of a cluster does a moment later.
    private func removeDependents(of uid: String) {
        for (storage, entries) in objects {
            for (key, object) in entries.sorted(by: { $0.key < $1.key }) {
                let owners = object[path: ["metadata", "ownerReferences"]]?.arrayValue ?? []
                guard !owners.isEmpty, owners.allSatisfy({ $0["uid"]?.stringValue == uid }) else { continue }
                deleteQuietly(storage, key)
            }
        }
    }

    private func removeContents(of namespace: String) {
        for (storage, entries) in objects {
            for key in entries.keys.sorted() where key.namespace == namespace { deleteQuietly(storage, key) }
        }
    }

    /// Deletes what may meanwhile be gone together with its owner.
    private func deleteQuietly(_ storage: String, _ key: ObjectKey) {
        guard let kind = resources.kinds.first(where: { $0.storage == storage }) else { return }
        _ = try? delete(kind, namespace: key.namespace, name: key.name)
    }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String, with replacement: String) -> String {
        hasSuffix(suffix) ? dropLast(suffix.count) + replacement : self
    }
}
