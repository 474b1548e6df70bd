import KubernetesTypes
import Testing

@Suite struct JSONValueTests {
    struct RoundTrip: Sendable, CustomTestStringConvertible {
        var text: String
        var value: JSONValue
        /// What is written, where it differs from what was read.
        var written: String?

        var testDescription: String { text }
    }

    static let roundTrips: [RoundTrip] = [
        RoundTrip(text: "null", value: .null),
        RoundTrip(text: "true", value: true),
        RoundTrip(text: "0", value: 0),
        RoundTrip(text: "9223372036854775807", value: .int(.max)),
        RoundTrip(text: "-9223372036854775808", value: .int(.min)),
        RoundTrip(text: "9007199254740993", value: 9_007_199_254_740_993),
        RoundTrip(text: "18446744073709551616", value: .double(0x1p64), written: "1.8446744073709552e+19"),
        RoundTrip(text: "0.1", value: 0.1),
        RoundTrip(text: "-1.5e-7", value: -1.5e-7, written: "-1.5e-07"),
        RoundTrip(text: #""""#, value: ""),
        RoundTrip(text: #""a\"\\\n\t\r\u0001/é€😀""#, value: "a\"\\\n\t\r\u{1}/é€😀"),
        RoundTrip(text: #""\u20ac\ud83d\ude00\/""#, value: "€😀/", written: #""€😀/""#),
        RoundTrip(text: "[]", value: []),
        RoundTrip(text: "{}", value: [:]),
        RoundTrip(text: #"[1,"1",true,null,[2],{"a":3}]"#, value: [1, "1", true, .null, [2], ["a": 3]]),
        RoundTrip(
            text: #"{"b":1,"a":{"d":[],"c":null}}"#, value: ["a": ["c": .null, "d": []], "b": 1],
            written: #"{"a":{"c":null,"d":[]},"b":1}"#),
    ]

    @Test(arguments: roundTrips)
    func valuesSurviveReadingAndWriting(_ example: RoundTrip) throws {
        let read = try JSONValue(parsing: Array(example.text.utf8))
        #expect(read == example.value)
        #expect(read.description == example.written ?? example.text)
        #expect(try JSONValue(parsing: read.serialized()) == read)
        #expect(try JSONValue(encoding: read) == read)
    }

    @Test(arguments: ["", "{", "[1", "nul", "{\"a\" 1}", "\"\\x\"", "1 2"])
    func brokenDocumentsAreRefused(_ text: String) {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    struct Patch: Sendable, CustomTestStringConvertible {
        var original: JSONValue
        var patch: JSONValue
        var result: JSONValue

        var testDescription: String { "\(original) + \(patch)" }
    }

    /// The test cases of RFC 7386, appendix A.
    static let patches: [Patch] = [
        Patch(original: ["a": "b"], patch: ["a": "c"], result: ["a": "c"]),
        Patch(original: ["a": "b"], patch: ["b": "c"], result: ["a": "b", "b": "c"]),
        Patch(original: ["a": "b"], patch: ["a": .null], result: [:]),
        Patch(original: ["a": "b", "b": "c"], patch: ["a": .null], result: ["b": "c"]),
        Patch(original: ["a": ["b"]], patch: ["a": "c"], result: ["a": "c"]),
        Patch(original: ["a": "c"], patch: ["a": ["b"]], result: ["a": ["b"]]),
        Patch(original: ["a": ["b": "c"]], patch: ["a": ["b": "d", "c": .null]], result: ["a": ["b": "d"]]),
        Patch(original: ["a": [["b": "c"]]], patch: ["a": [1]], result: ["a": [1]]),
        Patch(original: ["a", "b"], patch: ["c", "d"], result: ["c", "d"]),
        Patch(original: ["a": "b"], patch: ["c"], result: ["c"]),
        Patch(original: ["a": "foo"], patch: .null, result: .null),
        Patch(original: ["a": "foo"], patch: "bar", result: "bar"),
        Patch(original: ["e": .null], patch: ["a": 1], result: ["e": .null, "a": 1]),
        Patch(original: [1, 2], patch: ["a": "b", "c": .null], result: ["a": "b"]),
        Patch(original: [:], patch: ["a": ["bb": ["ccc": .null]]], result: ["a": ["bb": [:]]]),
    ]

    @Test(arguments: patches)
    func aMergePatchIsAppliedAsTheRFCSays(_ example: Patch) {
        #expect(example.original.mergePatched(by: example.patch) == example.result)
    }

    @Test func membersAreReadAndWrittenByPath() {
        var value: JSONValue = ["metadata": ["name": "web"], "list": [1, 2]]
        #expect(value[path: ["metadata", "name"]]?.stringValue == "web")
        #expect(value["list"]?[1]?.intValue == 2)
        #expect(value["list"]?[2] == nil)
        value[path: ["metadata", "labels", "app"]] = "web"
        value[path: ["status", "absent"]] = nil
        value["list"] = nil
        #expect(value == ["metadata": ["name": "web", "labels": ["app": "web"]]])
    }
}
