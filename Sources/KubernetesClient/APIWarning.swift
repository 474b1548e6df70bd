/// Something the API server wants people to know about a request that it served, such as a field it does not know.
///
/// - Source: RFC 7234, section 5.5; Kubernetes sends code 299 only.
package struct APIWarning: Sendable, Hashable, CustomStringConvertible {
    /// The warning as the server wrote it.
    package var text: String
    /// What was asked for, e.g. `patch scale of deployments.apps "web" in namespace "shop"`.
    package var request: String

    package init(text: String, request: String) {
        self.text = text
        self.request = request
    }

    package var description: String { "\(request): \(text)" }

    /// The texts of one `Warning` field: `299 - "first", 299 - "second \"quoted\""`, each with an optional date.
    ///
    /// What does not follow the grammar ends the reading; a warning is not worth an error.
    static func texts(in field: String) -> [String] {
        var texts: [String] = []
        var rest = Substring(field)
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            let code = rest.prefix { $0 != " " }
            guard code.count == 3, code.allSatisfy(\.isNumber) else { return texts }
            let agent = rest.dropFirst(4).prefix { $0 != " " }
            rest = rest.dropFirst(4 + agent.count + 1)
            guard !agent.isEmpty, let text = quotedString(&rest) else { return texts }
            texts.append(text)
            rest = rest.drop { $0 == " " }
            if rest.first == "\"", quotedString(&rest) == nil { return texts }
        }
    }

    /// Takes a quoted string off the front; `nil` when there is none or it does not end.
    private static func quotedString(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else { return nil }
        var text = ""
        var escaped = false
        for index in rest.indices.dropFirst() {
            let character = rest[index]
            if escaped {
                text.append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "\"" {
                rest = rest[rest.index(after: index)...]
                return text
            } else {
                text.append(character)
            }
        }
        return nil
    }
}
