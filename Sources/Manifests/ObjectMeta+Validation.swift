internal import KubernetesTypes

extension ObjectMeta {
    /// Annotations of an object may take this many bytes together, keys and values.
    private static let largestAnnotations = 256 << 10

    /// The faults of the metadata of an object that lives in a namespace and is named like most objects.
    ///
    /// Managed fields are left out, no manifest has them.
    ///
    /// - Source: `api/validation/objectmeta.go` v1.36.
    func validate(at path: FieldPath) -> [FieldError] {
        var errors = validateNames(at: path)
        if let generation, generation < 0 {
            errors.append(
                FieldError(
                    .invalid, at: path.child("generation"), "must be greater than or equal to 0", value: "\(generation)"
                ))
        }
        for (key, value) in (labels ?? [:]).sorted(by: { $0.key < $1.key }) {
            errors += complaints(NameRules.labelKey(key), about: key, at: path.child("labels"))
            errors += complaints(NameRules.labelValue(value), about: value, at: path.child("labels"))
        }
        errors += validateAnnotations(at: path.child("annotations"))
        errors += validateOwners(at: path.child("ownerReferences"))
        return errors + validateFinalizers(at: path.child("finalizers"))
    }

    private func validateNames(at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if let generateName, !generateName.isEmpty {
            // A name follows a trailing dash, so a letter stands in for both.
            let isPrefix = generateName.utf8.count > 1 && generateName.hasSuffix("-")
            let checked = isPrefix ? generateName.dropLast(2) + "a" : generateName
            errors += complaints(
                NameRules.dns1123Subdomain(checked), about: generateName, at: path.child("generateName"))
        }
        if let name, !name.isEmpty {
            errors += complaints(NameRules.dns1123Subdomain(name), about: name, at: path.child("name"))
        } else {
            errors.append(FieldError(.required, at: path.child("name"), "name or generateName is required"))
        }
        if let namespace, !namespace.isEmpty {
            errors += complaints(NameRules.dns1123Label(namespace), about: namespace, at: path.child("namespace"))
        } else {
            errors.append(FieldError(.required, at: path.child("namespace"), ""))
        }
        return errors
    }

    private func validateAnnotations(at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in (annotations ?? [:]).sorted(by: { $0.key < $1.key }) {
            errors += complaints(NameRules.labelKey(key.lowercased()), about: key, at: path)
            size += key.utf8.count + value.utf8.count
        }
        if size > ObjectMeta.largestAnnotations {
            errors.append(FieldError(.tooLong, at: path, "may not be more than \(ObjectMeta.largestAnnotations) bytes"))
        }
        return errors
    }

    private func validateOwners(at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var controller: String?
        for (index, owner) in (ownerReferences ?? []).enumerated() {
            errors += owner.validate(at: path.index(index))
            guard owner.controller == true else { continue }
            let name = "\(owner.kind ?? "")/\(owner.name ?? "")"
            if let controller {
                let detail =
                    "Only one reference can have Controller set to true. "
                    + "Found \"true\" in references for \(controller) and \(name)"
                errors.append(FieldError(.invalid, at: path, detail))
            } else {
                controller = name
            }
        }
        return errors
    }

    private func validateFinalizers(at path: FieldPath) -> [FieldError] {
        let finalizers = finalizers ?? []
        var errors = finalizers.flatMap { complaints(NameRules.labelKey($0), about: $0, at: path) }
        if finalizers.contains("orphan"), finalizers.contains("foregroundDeletion") {
            errors.append(
                FieldError(
                    .invalid, at: path, "finalizer orphan and foregroundDeletion cannot be both set",
                    value: GoText.json(finalizers)))
        }
        return errors
    }
}

extension OwnerReference {
    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        let version = GroupVersion(apiVersion ?? "")
        var errors: [FieldError] = []
        if version?.version.isEmpty ?? true {
            errors.append(
                FieldError(
                    .invalid, at: path.child("apiVersion"), "version must not be empty",
                    value: GoText.quoted(apiVersion ?? "")))
        }
        for (name, value) in [("kind", kind), ("name", self.name), ("uid", uid)] where (value ?? "").isEmpty {
            errors.append(FieldError(.invalid, at: path.child(name), "must not be empty", value: "\"\""))
        }
        if version == GroupVersion("v1"), kind == "Event" {
            errors.append(FieldError(.invalid, at: path, "/v1, Kind=Event is disallowed from being an owner"))
        }
        return errors
    }
}

/// The complaints of a rule as faults of a field.
func complaints(_ complaints: [String], about value: String, at path: FieldPath) -> [FieldError] {
    complaints.map { FieldError(.invalid, at: path, $0, value: GoText.quoted(value)) }
}

/// An `apiVersion` in its parts.
struct GroupVersion: Hashable {
    var group: String
    var version: String

    /// `nil` for more than one slash.
    ///
    /// - Source: `runtime/schema` `ParseGroupVersion`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: self = GroupVersion(group: "", version: text)
        case 2: self = GroupVersion(group: parts[0], version: parts[1])
        default: return nil
        }
    }

    private init(group: String, version: String) {
        self.group = group
        self.version = version
    }
}
