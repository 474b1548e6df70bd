/// The rules for names, label keys and label values, each giving the API server's own complaints; empty when valid.
///
/// - Source: `k8s.io/apimachinery/pkg/api/validate/content` and `util/validation` v1.36. The first counts "bytes" and
///   is used for label keys and values, the second counts "characters".
package enum NameRules {
    /// What the complaint about a name that is too long counts.
    package enum LengthUnit: String, Sendable {
        case bytes
        case characters
    }

    private static let labelName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
    private static let labelNameComplaint =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
    private static let dnsLabel = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

    /// A key of a label or, in lower case, of an annotation: `name` or `prefix/name`.
    package static func labelKey(_ key: String) -> [String] {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        let complaint = mismatch(labelNameComplaint, labelName, ["MyName", "my.name", "123-abc"])
        guard parts.count <= 2, let name = parts.last else {
            return [
                "a valid label key " + complaint
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ]
        }
        var complaints: [String] = []
        if parts.count == 2 {
            let prefix = String(parts[0])
            complaints =
                prefix.isEmpty
                ? ["prefix part must be non-empty"]
                : dns1123Subdomain(prefix, unit: .bytes).map { "prefix part " + $0 }
        }
        if name.isEmpty {
            complaints.append("name part must be non-empty")
        } else if name.utf8.count > 63 {
            complaints.append("name part must be no more than 63 bytes")
        }
        if !isLabelName(name.utf8) { complaints.append("name part " + complaint) }
        return complaints
    }

    /// A value of a label; may be empty.
    package static func labelValue(_ value: String) -> [String] {
        var complaints: [String] = []
        if value.utf8.count > 63 { complaints.append("must be no more than 63 bytes") }
        if !value.isEmpty, !isLabelName(value.utf8) {
            complaints.append(
                mismatch(
                    "a valid label must be an empty string or consist of" + labelNameComplaint.dropFirst(15),
                    "(\(labelName))?", ["MyValue", "my_value", "12345"]))
        }
        return complaints
    }

    /// The name of most objects.
    package static func dns1123Subdomain(_ name: String, unit: LengthUnit = .characters) -> [String] {
        var complaints: [String] = []
        if name.utf8.count > 253 { complaints.append("must be no more than 253 \(unit.rawValue)") }
        if !isSubdomain(name) {
            complaints.append(
                mismatch(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
                        + "and must start and end with an alphanumeric character",
                    "\(dnsLabel)(\\.\(dnsLabel))*", ["example.com"]))
        }
        return complaints
    }

    /// The name of a namespace or a container.
    package static func dns1123Label(_ name: String) -> [String] {
        var complaints: [String] = []
        if name.utf8.count > 63 { complaints.append("must be no more than 63 characters") }
        if isDNSLabel(name.utf8[...]) { return complaints }
        if isSubdomain(name) { return complaints + ["must not contain dots"] }
        complaints.append(
            mismatch(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
                    + "and must start and end with an alphanumeric character",
                dnsLabel, ["my-name", "123-abc"]))
        return complaints
    }

    /// A name that becomes part of a path of the API.
    package static func pathSegment(_ name: String) -> [String] {
        if name == "." || name == ".." { return ["may not be '\(name)'"] }
        return ["/", "%"].filter { name.utf8.contains($0.utf8.first ?? 0) }.map { "may not contain '\($0)'" }
    }

    private static func mismatch(_ rule: String, _ pattern: String, _ examples: [String]) -> String {
        let quoted = examples.map { "'\($0)', " }.joined(separator: " or ")
        return "\(rule) (e.g. \(quoted)regex used for validation is '\(pattern)')"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (byte >= 0x41 && byte <= 0x5A)
    }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7A)
    }

    private static func isLabelName(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else {
            return false
        }
        return bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }

    private static func isDNSLabel(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last, isLowerAlphanumeric(first), isLowerAlphanumeric(last)
        else { return false }
        return bytes.allSatisfy { isLowerAlphanumeric($0) || $0 == 0x2D }
    }

    private static func isSubdomain(_ name: String) -> Bool {
        name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { isDNSLabel($0) }
    }
}
