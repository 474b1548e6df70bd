/// The way from the top of a document to one of its values, printed as the API prints it: `spec.metrics[0].type`.
package struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    package enum Component: Hashable, Sendable {
        case field(String)
        case index(Int)
    }

    package var components: [Component]

    package init(_ components: [Component] = []) {
        self.components = components
    }

    package func child(_ name: String) -> FieldPath { FieldPath(components + [.field(name)]) }
    package func index(_ index: Int) -> FieldPath { FieldPath(components + [.index(index)]) }

    /// The way on from here as it is printed: `fallback.steps[0].action`, of names without points and brackets.
    package func below(_ path: String) -> FieldPath {
        path.split { $0 == "." || $0 == "[" }.reduce(self) { way, part in
            part.hasSuffix("]") ? Int(part.dropLast()).map(way.index) ?? way : way.child(String(part))
        }
    }

    /// Names with a point, a slash or a bracket stand in brackets, as in `metadata.labels[app.kubernetes.io/name]`.
    package var description: String {
        var text = ""
        for component in components {
            switch component {
            case .index(let index): text += "[\(index)]"
            case .field(let name) where name.contains(where: { "./[] ".contains($0) }): text += "[\(name)]"
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            }
        }
        return text
    }
}
