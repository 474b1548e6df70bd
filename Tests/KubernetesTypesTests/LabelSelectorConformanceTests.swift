import Autoscaling
import KubernetesTypes
import Recordings
import Testing

@Suite struct LabelSelectorConformanceTests {
    struct Case: Decodable {
        struct Labelled: Decodable {
            var labels: [String: String]?
            var matches: Bool
        }

        var kind: String
        var input: String?
        var labelSelector: LabelSelector?
        var nullSelector: Bool?
        var error: String?
        var canonical: String?
        var sets: [Labelled]?

        var description: String { input.map { "'\($0)'" } ?? LabelSelector.goDescription(labelSelector) }
    }

    @Test func agreesWithKubernetes() throws {
        let cases = try ConformanceFolder.load("label_selectors.json", as: Case.self)
        for (index, test) in cases.enumerated() {
            let id: Comment = "\(index): \(test.description)"
            do throws(LabelSelectorError) {
                let selector =
                    if let input = test.input {
                        try LabelRequirements(parsing: input)
                    } else {
                        try LabelRequirements(test.nullSelector == true ? nil : test.labelSelector ?? LabelSelector())
                    }
                #expect(test.error == nil, id)
                #expect(selector.description == test.canonical, id)
                for set in test.sets ?? [] {
                    #expect(selector.matches(set.labels ?? [:]) == set.matches, "\(index): \(set.labels ?? [:])")
                }
            } catch {
                #expect(error.description == test.error, id)
            }
        }
        #expect(cases.count >= 50)
        #expect(cases.contains { $0.kind == "labelSelector" } && cases.contains { $0.kind == "parse" })
    }
}

@Suite struct LabelSelectorDescriptionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var selector: LabelSelector?
        var text: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(selector: nil, text: "nil"),
        Case(
            selector: LabelSelector(),
            text: "&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{},}"),
        Case(
            selector: LabelSelector(matchLabels: ["q": "jobs", "a": "b"]),
            text: "&LabelSelector{MatchLabels:map[string]string{a: b,q: jobs,},"
                + "MatchExpressions:[]LabelSelectorRequirement{},}"),
        Case(
            selector: LabelSelector(matchExpressions: [.init(key: "k", operator: "In", values: ["x", "y"])]),
            text: "&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{"
                + "LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}"),
    ])
    func printsAsGoPrintsAPointer(_ test: Case) {
        #expect(LabelSelector.goDescription(test.selector) == test.text)
    }

    @Test func everyFaultOfARequirementIsNamedOnce() {
        let selector = LabelSelector(matchExpressions: [.init(key: "-a", operator: "Exists", values: ["b c"])])
        let error = #expect(throws: LabelSelectorError.self) { try LabelRequirements(selector) }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("[key: Invalid value: \"-a\": name part must consist of"))
        #expect(text.contains("'), values: Invalid value: [\"b c\"]: values set must be empty for exists and does not"))
        #expect(text.contains(", values[0][-a]: Invalid value: \"b c\": a valid label must be an empty string"))
        #expect(text.hasSuffix("?')]"))
    }
}
