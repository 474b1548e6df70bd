internal import Autoscaling
internal import FoundationEssentials
internal import KubernetesTypes

/// The fields of `metadata` that the server writes.
enum ObjectMetadata {
    /// A namespace that is there from the beginning.
    static func namespace(_ name: String, version: Int64, at now: Timestamp) -> JSONValue {
        [
            "metadata": [
                "name": .string(name), "uid": .string(newUID()), "resourceVersion": .string(String(version)),
                "creationTimestamp": .string(now.rfc3339),
                "labels": ["kubernetes.io/metadata.name": .string(name)],
            ],
            "spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"],
        ]
    }

    /// A UUID of version 4, from the generator of the standard library: where that is seeded, so are these.
    static func newUID() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let (high, low) = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        var text: [UInt8] = []
        for place in 0..<32 {
            if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
            let word = place < 16 ? high : low
            var digit = Int(word >> UInt64((15 - place % 16) * 4) & 15)
            if place == 12 { digit = 4 }
            if place == 16 { digit = 8 | digit & 3 }
            text.append(digits[digit])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The name of an object to be created: its own, or `generateName` and five random characters.
    ///
    /// The alphabet is the one of `k8s.io/apimachinery/pkg/util/rand`: no vowels, so that no words come out.
    static func name(of object: JSONValue) -> String? {
        if let name = object[path: ["metadata", "name"]]?.stringValue, !name.isEmpty { return name }
        guard let prefix = object[path: ["metadata", "generateName"]]?.stringValue, !prefix.isEmpty else { return nil }
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return prefix + String((0..<5).compactMap { _ in alphabet.randomElement() })
    }

    /// Prepares an object for its creation.
    static func prepareCreation(
        of object: inout JSONValue, _ kind: ResourceKind, namespace: String, name: String, at now: Timestamp
    ) {
        var metadata = object["metadata"] ?? [:]
        metadata["name"] = .string(name)
        metadata["namespace"] = kind.isNamespaced ? .string(namespace) : nil
        metadata["uid"] = .string(newUID())
        metadata["creationTimestamp"] = .string(now.rfc3339)
        metadata["deletionTimestamp"] = nil
        metadata["deletionGracePeriodSeconds"] = nil
        metadata["resourceVersion"] = nil
        metadata["managedFields"] = nil
        metadata["selfLink"] = nil
        metadata["generation"] = kind.hasGeneration ? 1 : nil
        object["metadata"] = metadata
        object["apiVersion"] = nil
        object["kind"] = nil
    }

    /// What the server alone may write is taken over from the current object.
    static func keepServerFields(of current: JSONValue, in object: inout JSONValue) {
        var metadata = object["metadata"] ?? [:]
        for field in [
            "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
            "generation", "generateName", "resourceVersion", "selfLink", "managedFields",
        ] {
            metadata[field] = current[path: ["metadata", field]]
        }
        for field in ["labels", "annotations", "finalizers", "ownerReferences"] where metadata[field]?.isEmpty ?? false
        {
            metadata[field] = nil
        }
        object["metadata"] = metadata
        object["apiVersion"] = nil
        object["kind"] = nil
    }
}

extension JSONValue {
    /// Null, or an array or object without anything in it.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }

    /// A text member of `metadata`.
    func metadata(_ field: String) -> String? {
        self[path: ["metadata", field]]?.stringValue
    }
}

extension Timestamp {
    /// As in `creationTimestamp`: UTC, whole seconds.
    var rfc3339: String {
        // Whole seconds in integers: as a Double, the last nanosecond of a second is the next one.
        let seconds = nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds + 1) / 1_000_000_000 - 1
        return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    /// Reads an RFC 3339 time, with or without a fraction.
    init?(rfc3339 text: String) {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        guard let date = try? Date(text, strategy: style) else { return nil }
        self.init(secondsSinceEpoch: date.timeIntervalSince1970)
    }
}
