internal import KubernetesTypes

/// A patch as a client sent it.
struct Patch: Sendable {
    enum Form: String, Sendable {
        case merge = "application/merge-patch+json"
        case strategic = "application/strategic-merge-patch+json"
        case json = "application/json-patch+json"
        /// Server-side apply in its simple form: what is given is merged, nobody owns a field, nothing conflicts.
        case apply = "application/apply-patch+yaml"
    }

    var form: Form
    var document: JSONValue

    /// - Throws: ``StatusError``: 415 for another content type, 400 when the body is no JSON. (YAML, which the real
    ///   server takes for `apply`, is not read here; kubectl sends JSON.)
    init(contentType: String, body: [UInt8], kind: ResourceKind) throws {
        let media = contentType.prefix { $0 != ";" }
        guard let form = Form(rawValue: String(media)) else { throw StatusError.unsupportedPatchType }
        if form == .strategic, !kind.hasStrategicMerge {
            throw StatusError.unsupportedMediaType(
                accepted: [Form.json, .merge, .apply].map(\.rawValue))
        }
        guard let document = try? JSONValue(parsing: body) else {
            throw StatusError.badRequest("error decoding patch: unexpected end of JSON input")
        }
        self.form = form
        self.document = document
    }

    /// The patched object.
    ///
    /// - Throws: ``StatusError``.
    func applied(to object: JSONValue) throws -> JSONValue {
        switch form {
        case .merge: return object.mergePatched(by: document)
        case .strategic, .apply: return StrategicMergePatch.apply(document, to: object)
        case .json: return try JSONPatch.apply(document, to: object)
        }
    }
}
