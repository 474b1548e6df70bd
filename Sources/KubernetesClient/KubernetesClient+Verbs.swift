internal import HTTPTransport
package import KubernetesTypes

extension KubernetesClient {
    /// Reads one object.
    package func get<Object: Decodable>(_ type: Object.Type, _ path: ResourcePath) async throws -> Object {
        try await decoded(type, from: Call(method: .get, line: .init(verb: "get", target: path, path: path.path)))
    }

    /// Makes an object in a collection.
    ///
    /// - Returns: The object as stored, with what the server filled in.
    package func create<Object: Codable>(_ object: Object, in path: ResourcePath) async throws -> Object {
        var call = Call(method: .post, line: .init(verb: "create", target: path, path: path.path))
        call.query.append("fieldManager", Self.fieldManager)
        try call.encode(object, as: "application/json")
        return try await decoded(Object.self, from: call)
    }

    /// Replaces an object. A `resourceVersion` in it makes the write fail with a conflict if the object has changed.
    package func update<Object: Codable>(_ object: Object, at path: ResourcePath) async throws -> Object {
        var call = Call(method: .put, line: .init(verb: "update", target: path, path: path.path))
        call.query.append("fieldManager", Self.fieldManager)
        try call.encode(object, as: "application/json")
        return try await decoded(Object.self, from: call)
    }

    /// Changes the fields that the patch has and leaves the others; `null` removes a field.
    ///
    /// - Source: RFC 7396, JSON merge patch: lists are replaced as a whole.
    package func patch<Patch: Encodable, Object: Decodable>(
        _ path: ResourcePath, merge patch: Patch, as type: Object.Type
    ) async throws -> Object {
        var call = Call(method: .patch, line: .init(verb: "patch", target: path, path: path.path))
        call.query.append("fieldManager", Self.fieldManager)
        try call.encode(patch, as: "application/merge-patch+json")
        return try await decoded(type, from: call)
    }

    /// Carries out a list of operations on an object, all or none of them.
    ///
    /// - Throws: ``KubernetesError`` of kind `invalid` when one cannot be carried out, or a `test` fails.
    /// - Source: RFC 6902, JSON patch.
    package func patch<Object: Decodable>(
        _ path: ResourcePath, operations: JSONValue, as type: Object.Type
    ) async throws -> Object {
        var call = Call(method: .patch, line: .init(verb: "patch", target: path, path: path.path))
        call.query.append("fieldManager", Self.fieldManager)
        try call.encode(operations, as: "application/json-patch+json")
        return try await decoded(type, from: call)
    }

    /// Deletes one object; it may stay for as long as finalizers hold it.
    package func delete(_ path: ResourcePath) async throws {
        let line = RequestLine(verb: "delete", target: path, path: path.path)
        guard path.name != nil else { throw KubernetesError(refused: "only single objects are deleted", line) }
        _ = try await response(to: Call(method: .delete, line: line))
    }
}

extension KubernetesClient.Call {
    /// Sets the body. Keys are sorted so that the same object is always the same bytes.
    fileprivate mutating func encode(_ object: some Encodable, as contentType: String) throws {
        do {
            body = try JSONValue(encoding: object).serialized()
        } catch {
            throw KubernetesError(refused: "the object cannot be written as JSON: \(type(of: object))", line)
        }
        self.contentType = contentType
    }
}
