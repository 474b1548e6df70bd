import FoundationEssentials
import KubernetesTypes
import Recordings
import Testing

/// The reader of typed values against `JSONDecoder`, whose rules it has.
@Suite struct JSONReaderTests {
    private struct Form: Codable, Hashable {
        var text: String?
        var whole: Int64?
        var small: Int32?
        var number: Double?
        var flag: Bool?
        var labels: [String: String]?
        var counts: [String: Int]?
        var list: [Form?]?
        var tree: JSONValue?
    }

    @Test(arguments: [
        "{}", #"{"text":"a","text":"b"}"#, #"{"labels":{"a":"1","a":"2"},"counts":{"a":1,"a":2}}"#,
        #"{"whole":1.0,"small":1e2,"number":1}"#, #"{"whole":-9223372036854775808,"number":-0.5e-3}"#,
        #"{"text":null,"list":[null,{"list":[]},{"flag":false}]}"#, #"{"\u0074ext":"\ud83d\ude00\n\u00e9"}"#,
        #" {"tree" : {"a":[1,2.5,"x",null,{}]} , "flag":true } "#, #"{"unknown":[[[{"a":1}]]],"small":7}"#,
        #"{"labels":{}}"#,
    ])
    func readsAsJSONDecoderDoes(_ text: String) throws {
        let bytes = Array(text.utf8)
        #expect(try JSONReader.read(Form.self, from: bytes) == JSONDecoder().decode(Form.self, from: Data(bytes)))
    }

    /// Of many members each is found, and of two of one name the first.
    @Test func manyMembersAreFoundByName() throws {
        let members = (0..<500).map { #""k\#($0)":\#($0)"# } + [#""k7":-1"#]
        let bytes = Array("{\"counts\":{\(members.joined(separator: ","))}}".utf8)
        let counts = try #require(try JSONReader.read(Form.self, from: bytes).counts)
        #expect(counts.count == 500 && counts["k7"] == 7 && counts["k499"] == 499)
    }

    @Test(arguments: [
        #"{"small":4294967296}"#, #"{"small":1.5}"#, #"{"small":"x"}"#, #"{"text":1}"#, #"{"flag":0}"#,
        #"{"list":{}}"#, #"{"labels":[]}"#, "[]", "1", #"{"labels":{"a":null}}"#, #"{"number":1e999}"#,
        #"{"list":[1]}"#,
    ])
    func refusesWhatJSONDecoderRefuses(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(throws: (any Error).self) { try JSONDecoder().decode(Form.self, from: Data(bytes)) }
        #expect(throws: DecodingError.self) { try JSONReader.read(Form.self, from: bytes) }
    }

    @Test(arguments: [
        "", "{", "{\"a\":1", "[1,]", "{\"a\":1,}", "{,}", "01", "1.", "1e", "-", "tru", "nul", "\"\\x\"", "\"\\ud800\"",
        "\"a\nb\"", "{\"a\" 1}", "{1:1}", "[1 2]", "1 2", "\u{FEFF}{}",
    ])
    func brokenTextIsNoJSON(_ text: String) {
        #expect(throws: DecodingError.self) { try JSONReader.read(JSONValue.self, from: Array(text.utf8)) }
    }

    @Test func invalidUTF8IsNoJSON() {
        #expect(throws: DecodingError.self) { try JSONReader.read(JSONValue.self, from: [0x22, 0xC3, 0x22]) }
        #expect(throws: DecodingError.self) {
            try JSONReader.read(JSONValue.self, from: [0x22, 0xED, 0xA0, 0x80, 0x22])
        }
    }

    @Test func nestingHasAnEnd() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
        }
        _ = try JSONReader.read(JSONValue.self, from: nested(512))
        #expect(throws: DecodingError.self) { try JSONReader.read(JSONValue.self, from: nested(513)) }
        #expect(throws: DecodingError.self) { try JSONReader.read(JSONValue.self, from: nested(100_000)) }
    }

    struct Place: Sendable, CustomTestStringConvertible {
        var text: String
        var path: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Place(text: #"{"list":[{},{"small":"x"}]}"#, path: "list.1.small"),
        Place(text: #"{"text":"a","list":[{"list":[{"whole":1.5}]}]}"#, path: "list.0.list.0.whole"),
        Place(text: #"{"labels":{"a":"b","c":1}}"#, path: "labels.c"),
        Place(text: #"{"tree":{"deep":[1,2]},"flag":"no"}"#, path: "flag"),
    ])
    func anErrorNamesItsPlace(_ place: Place) throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONReader.read(Form.self, from: Array(place.text.utf8))
        }
        let path: [any CodingKey] =
            switch error {
            case .typeMismatch(_, let context), .dataCorrupted(let context), .valueNotFound(_, let context):
                context.codingPath
            default: []
            }
        #expect(path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".") == place.path)
    }

    // MARK: - Random documents

    private func document(_ depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth > 3 ? 5 : 7), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .int(.random(in: .min ... .max, using: &random))
        case 3: .double(.random(in: -1e9...1e9, using: &random))
        case 4: .string(text(&random))
        case 5: .int(.random(in: -9...9, using: &random))
        case 6: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in document(depth + 1, &random) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0...20, using: &random)).map { _ in
                        (text(&random), document(depth + 1, &random))
                    }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private func text(_ random: inout SeededGenerator) -> String {
        let alphabet: [Character] = ["a", "b", "\"", "\\", "/", "\n", "\t", "\u{1}", "é", "😀", "€", " "]
        return String(
            (0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
    }

    /// Written, cut and damaged in one byte: what is read is what `JSONDecoder` reads, and nothing is read that it refuses.
    @Test(arguments: 1...40) func randomDocumentsAreReadAsJSONDecoderDoes(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<25 {
            let value = document(0, &random)
            let bytes = value.serialized()
            #expect(try JSONValue(parsing: bytes) == value)
            #expect(try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) == value)
            #expect(try JSONValue(encoding: value) == value)
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0x20...0xFF, using: &random)
            if let read = try? JSONValue(parsing: damaged) {
                let oracle = try? JSONDecoder().decode(JSONValue.self, from: Data(damaged))
                #expect(oracle == read, "\(String(decoding: damaged, as: UTF8.self))")
            }
        }
    }

    /// Typed values are written as `JSONEncoder` writes them.
    @Test func writesAsJSONEncoderDoes() throws {
        let form = Form(
            text: "a\"b", whole: .min, small: 7, number: 0.25, flag: true, labels: ["x": "1", "a": "é"],
            counts: ["n": 3], list: [nil, Form(number: 3)], tree: ["a": [1, .null]])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(try JSONValue(encoding: form).serialized() == Array(try encoder.encode(form)))
        #expect(throws: EncodingError.self) { try JSONValue(encoding: Form(number: .nan)) }
    }
}
