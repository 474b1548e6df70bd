import PrometheusClient
import Testing

@Suite struct PromQLTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var expected: String
        var testDescription: String { expected }
    }

    @Test(arguments: [
        Case(text: "shop", expected: #""shop""#),
        Case(text: #"a"} or up{x=""#, expected: #""a\"} or up{x=\"""#),
        Case(text: #"back\slash"#, expected: #""back\\slash""#),
        Case(text: "line\nfeed\rtab\tbell\u{7}del\u{7F}", expected: #""line\nfeed\rtab\tbell\x07del\x7f""#),
        Case(text: "é☃😀 `'", expected: "\"é☃😀 `'\""),
    ])
    func literalsCannotBeLeft(text: Case) {
        #expect(PromQL.quoted(text.text) == text.expected)
    }

    @Test func patternsOfLiteralsHaveNoOperators() {
        #expect(PromQL.literalPattern(#"a.b|c*d+e?(f)[g]{h}^i$j\k-l"#) == #"a\.b\|c\*d\+e\?\(f\)\[g\]\{h\}\^i\$j\\k-l"#)
    }

    @Test(arguments: ["", "1a", "a-b", "a b", "a{", "é", "a:b"])
    func otherTextsAreNoLabelNames(name: String) {
        #expect(!PromQL.isLabelName(name))
        #expect(LabelMatcher(name, .equal, "x") == nil)
    }

    @Test func matchersQuoteWhatTheyCompareWith() throws {
        #expect(LabelMatcher("a", .doesNotMatch, #"x.*"y"#)?.description == #"a!~"x.*\"y""#)
        #expect(LabelMatcher("ns", oneOf: ["a.b"])?.description == #"ns="a.b""#)
        #expect(LabelMatcher("ns", oneOf: ["a.b", "c|d"])?.description == #"ns=~"a\\.b|c\\|d""#)
        #expect(LabelMatcher("ns", oneOf: []) == nil)
        #expect(PromQL.isMetricName("job:cpu:rate5m") && !PromQL.isMetricName("a b"))
    }
}
