import Testing

@testable import MiniCluster

@Suite struct PrometheusPatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var pattern: String
        var matching: [String]
        var other: [String]
        var testDescription: String { pattern }
    }

    @Test(arguments: [
        Case(pattern: "", matching: [""], other: ["a"]),
        Case(pattern: "a|bc|", matching: ["a", "bc", ""], other: ["b", "abc", "a|bc"]),
        Case(pattern: "a\\.b|c\\|d", matching: ["a.b", "c|d"], other: ["axb", "c"]),
        Case(pattern: "web-.*", matching: ["web-", "web-0", "web-é"], other: ["xweb-0", "web", "web-\n"]),
        Case(pattern: ".+", matching: ["x", "xy"], other: [""]),
        Case(pattern: "a?b", matching: ["ab", "b"], other: ["a", "aab"]),
        Case(pattern: "(a|b)*c", matching: ["c", "abbac"], other: ["ab", "abcd"]),
        Case(pattern: "x(?:a|b+)?y|z*", matching: ["xy", "xay", "xbbby", "", "zz"], other: ["xabay", "xyz"]),
        Case(pattern: "(a+)+b", matching: ["aaab"], other: [String(repeating: "a", count: 2000)]),
        Case(pattern: "[a-c0-9]+[^x/]", matching: ["a1-", "bb"], other: ["a", "ax", "d1-"]),
        Case(pattern: "[]a-]+", matching: ["]a-"], other: ["b"]),
        Case(pattern: "a(b|c(d|e)+)?|f", matching: ["a", "ab", "acdee", "f"], other: ["ac", "af"]),
    ])
    func matchesTheWholeValue(pattern: Case) throws {
        let compiled = try LabelPattern(pattern.pattern)
        for text in pattern.matching { #expect(compiled.matches(text), "\(text)") }
        for text in pattern.other { #expect(!compiled.matches(text), "\(text)") }
    }

    @Test(arguments: [
        "(", ")", "a)", "[", "[b-a]", "*", "a**", "a{2}", "^a$", "\\d", "\\", "(?i)a", "[[:alpha:]]", "a|+",
        String(repeating: "(", count: 60),
    ])
    func refusesWhatItDoesNotKnow(pattern: String) {
        #expect(throws: LabelPattern.SyntaxError.self) { try LabelPattern(pattern) }
    }

    @Test(arguments: [
        (0.1, "0.1"), (100, "100"), (1e20, "100000000000000000000"), (1e21, "1e+21"), (1.5e-7, "1.5e-07"),
        (0.000001, "0.000001"), (123456.789, "123456.789"), (-0.0, "-0"), (.leastNonzeroMagnitude, "5e-324"),
        (0.05541518995285034, "0.05541518995285034"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992, "9007199254740992"), (1e16, "10000000000000000"), (-0.00001234, "-0.00001234"),
    ])
    func valuesAreWrittenAsGoWritesThem(value: Double, text: String) {
        #expect(SampleText.value(value) == text)
    }
}
