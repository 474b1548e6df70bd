/// One fault that the API server finds in an object.
///
/// - Source: `k8s.io/apimachinery/pkg/util/validation/field` v1.36.
package struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Raw values are the reasons in a `Status`.
    package enum Kind: String, Hashable, Sendable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case notSupported = "FieldValueNotSupported"
        case forbidden = "FieldValueForbidden"
        case tooLong = "FieldValueTooLong"
    }

    package var path: FieldPath
    package var kind: Kind
    /// What is wrong, without the value; may be empty.
    package var detail: String
    /// The value as the message shows it, where it does.
    package var value: String?

    package init(_ kind: Kind, at path: FieldPath, _ detail: String, value: String? = nil) {
        self.path = path
        self.kind = kind
        self.detail = detail
        self.value = value
    }

    /// The path as text.
    package var field: String { path.description }

    /// What the API server says after the field, e.g. `Invalid value: -1: must be greater than or equal to 1`.
    package var message: String {
        let name =
            switch kind {
            case .required: "Required value"
            case .invalid: "Invalid value"
            case .notSupported: "Unsupported value"
            case .forbidden: "Forbidden"
            case .tooLong: "Too long"
            }
        return ([name] + [value, detail].compactMap { $0 }.filter { !$0.isEmpty }).joined(separator: ": ")
    }

    package var description: String { "\(field): \(message)" }

    /// By field, kind and detail; where a fault stands twice, it stays twice.
    package static func sorted(_ errors: [FieldError]) -> [FieldError] {
        errors.sorted { ($0.field, $0.kind.rawValue, $0.detail) < ($1.field, $1.kind.rawValue, $1.detail) }
    }
}
