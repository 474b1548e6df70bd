import Controller
import Exposition

/// The metrics and labels that a query names, held against those that the controller exports.
struct MetricUse {
    /// Labels that a scrape adds.
    private static let targetLabels: Set<String> = ["job", "instance", "namespace", "pod"]

    private var families: [String: FamilyDescription] = [:]

    init() throws {
        for family in try ControllerMetrics(version: "1", book: StatusBook()).families {
            let name = family.name.description
            families[name] = family
            guard family.kind == .histogram else { continue }
            for part in ["_bucket", "_sum", "_count"] { families[name + part] = family }
        }
    }

    /// What a query, and the text that shows its labels, say wrong; empty when every name is exported.
    func mistakes(in query: String, shown: String = "") -> [String] {
        let names = query.matches(of: /\b(?:swiftlet|process|exposition)_[a-z_]+/).map { String($0.output) }
        if names.isEmpty { return ["no metric in '\(query)'"] }
        var mistakes = names.filter { families[$0] == nil }.map { "\($0) is not exported" }
        var known = Self.targetLabels
        for family in names.compactMap({ families[$0] }) {
            known.formUnion(family.labels.map(\.description))
            if family.kind == .histogram { known.insert("le") }
        }
        // What a selector says is held against its own metric: `name{label="…"}`.
        for use in query.matches(of: /([a-z_]+)\{([^}]*)\}/) {
            guard let family = families[String(use.output.1)] else { continue }
            let own = Set(family.labels.map(\.description)).union(Self.targetLabels).union(
                family.kind == .histogram ? ["le"] : [])
            for match in use.output.2.matches(of: /([a-z_]+) *(?:=~|!~|!=|=)/) {
                let label = String(match.output.1)
                if !own.contains(label) { mistakes.append("\(family.name) has no label \(label)") }
            }
        }
        let lists = query.matches(of: /\b(?:by|without|on|ignoring|group_left|group_right) *\(([^)]*)\)/)
            .flatMap { $0.output.1.split { !($0.isLetter || $0 == "_") } }
        let legends = shown.matches(of: /\{\{ *(?:\$labels\.)?([a-z_]+)/).map(\.output.1)
        for label in lists + legends where !known.contains(String(label)) {
            mistakes.append("no metric of '\(query)' has the label \(label)")
        }
        return mistakes
    }
}
