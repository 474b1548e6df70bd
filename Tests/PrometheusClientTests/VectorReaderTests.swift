import Autoscaling
import FoundationEssentials
import PrometheusClient
import Recordings
import Testing

@Suite struct VectorReaderTests {
    static let files = [
        "01-instant", "02-special-values", "03-range", "04-post-form", "06-errors", "07-limits", "08-warnings",
        "09-native-histogram", "11-stale", "12-auth",
    ]

    @Test(arguments: files)
    func readsRecordedAnswersAsJSONDecoderDoes(file: String) throws {
        var count = 0
        for exchange in try WireExchange.load("prometheus/\(file).http.txt") {
            let body = exchange.response.body
            guard exchange.response.header("Content-Type") == "application/json",
                exchange.target.hasPrefix("/api/v1/query") || exchange.status >= 400
            else { continue }
            count += 1
            #expect(try VectorReader.read(body).lines == OracleAnswer(body).lines, "\(exchange.note)")
        }
        #expect(count > 0)
    }

    @Test func truncatedAnswersAreErrorsAtEveryLength() throws {
        for file in Self.files {
            for exchange in try WireExchange.load("prometheus/\(file).http.txt")
            where exchange.target.hasPrefix("/api/v1/query") && exchange.response.body.first == UInt8(ascii: "{") {
                let body = Array(exchange.response.bodyText.utf8)
                for length in 0..<body.count {
                    #expect(throws: AnswerFormatError.self) { try VectorReader.read(Array(body.prefix(length))) }
                }
            }
        }
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        var body: String
        var reason: AnswerFormatError.Reason
        var offset: Int
        var testDescription: String { body }

        /// A vector of one series whose parts are given.
        init(value: String, _ reason: AnswerFormatError.Reason, at offset: Int) {
            let head = #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":"#
            self.init(head + value + "}]}}", reason, at: head.utf8.count + offset)
        }

        init(label: String, _ reason: AnswerFormatError.Reason, at offset: Int) {
            let head = #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"#
            self.init(head + label + #"},"value":[1,"1"]}]}}"#, reason, at: head.utf8.count + offset)
        }

        init(_ body: String, _ reason: AnswerFormatError.Reason, at offset: Int) {
            (self.body, self.reason, self.offset) = (body, reason, offset)
        }
    }

    @Test(arguments: [
        Broken("", .truncated, at: 0),
        Broken("<html>", .unexpectedByte(UInt8(ascii: "<"), expected: "'{'"), at: 0),
        Broken("{}", .missingKey("status"), at: 2),
        Broken(#"{"status":"success"}"#, .missingKey("data"), at: 20),
        Broken(#"{"status":"fine"}"#, .unknownStatus("fine"), at: 17),
        Broken(#"{"status":"success","status":"error"}"#, .duplicateKey("status"), at: 21),
        Broken(#"{"status":"error"} x"#, .trailingBytes, at: 19),
        Broken(#"{"status":"error",}"#, .unexpectedByte(UInt8(ascii: "}"), expected: "'\"'"), at: 18),
        Broken(
            #"{"status":"error" "error":""}"#, .unexpectedByte(UInt8(ascii: "\""), expected: "',' or the end"), at: 18),
        Broken(#"{"status":"success","data":{"result":[]}}"#, .missingKey("resultType"), at: 40),
        Broken(#"{"status":"success","data":{"resultType":"vector"}}"#, .missingKey("result"), at: 50),
        Broken(
            #"{"status":"success","data":{"resultType":"streams","result":[]}}"#, .unknownResultType("streams"), at: 60),
        Broken(#"{"x":tru}"#, .unexpectedByte(UInt8(ascii: "}"), expected: "true"), at: 8),
        Broken(#"{"x":01}"#, .invalidNumber, at: 5),
        Broken("{\"x\":" + String(repeating: "[", count: 100), .tooDeep, at: 68),
        Broken(value: #"[1,"0x1p3"]"#, .invalidValue("0x1p3"), at: 4),
        Broken(value: #"[1,"infinity"]"#, .invalidValue("infinity"), at: 4),
        Broken(value: #"[1,"Inf"]"#, .invalidValue("Inf"), at: 4),
        Broken(value: #"[1,"nan"]"#, .invalidValue("nan"), at: 4),
        Broken(value: #"[1,"+1"]"#, .invalidValue("+1"), at: 4),
        Broken(value: #"[1," 1"]"#, .invalidValue(" 1"), at: 4),
        Broken(value: #"[1,""]"#, .invalidValue(""), at: 4),
        Broken(value: #"[1,"1e999"]"#, .invalidValue("1e999"), at: 4),
        Broken(value: #"[1,1]"#, .unexpectedByte(UInt8(ascii: "1"), expected: "'\"'"), at: 3),
        Broken(value: #"["1","1"]"#, .unexpectedByte(UInt8(ascii: "\""), expected: "a value"), at: 1),
        Broken(value: #"[99999999999999,"1"]"#, .invalidNumber, at: 1),
        Broken(value: #"[1e300,"1"]"#, .invalidNumber, at: 1),
        Broken(value: #"[1,"1","1"]"#, .unexpectedByte(UInt8(ascii: ","), expected: "']'"), at: 6),
        Broken(value: #"[1,"1"],"value":[1,"1"]"#, .duplicateKey("value"), at: 9),
        Broken(label: #""\x""#, .invalidEscape, at: 1),
        Broken(label: #""\ud800""#, .invalidEscape, at: 1),
        Broken(label: #""\ud800\u0041""#, .invalidEscape, at: 1),
        Broken(label: #""\udc00""#, .invalidEscape, at: 1),
        Broken(label: #""\u00g0""#, .invalidEscape, at: 1),
        Broken(label: "\"\u{1}\"", .controlCharacter, at: 1),
        Broken(label: #""1","a":"2""#, .duplicateKey("a"), at: 5),
        Broken(label: "1", .unexpectedByte(UInt8(ascii: "1"), expected: "'\"'"), at: 0),
    ])
    func brokenAnswersAreErrorsWithTheirPlace(broken: Broken) {
        #expect(throws: AnswerFormatError(broken.reason, at: broken.offset)) {
            try VectorReader.read(Array(broken.body.utf8))
        }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80],
            [0xE2, 0x82, 0x41],
        ] as [[UInt8]])
    func bytesThatAreNotUTF8AreErrors(bytes: [UInt8]) {
        let body = Array(#"{"status":"error","error":""#.utf8) + bytes + Array(#"  "}"#.utf8)
        #expect(throws: AnswerFormatError(.invalidUTF8, at: 27)) { try VectorReader.read(body) }
    }

    @Test func resultMayComeBeforeItsTypeAndUnknownKeysArePassedOver() throws {
        let body = """
             { "infos" : [ "i" ] , "extra" : { "deep" : [ 1 , -2.5e3 , null , true , false , "\\"" ] } ,
             "data" : { "stats" : {} , "result" : [ { "value" : [ 1.5 , "2" ] , "new" : 1 , "metric" : { "a" : "b" } } ] ,
             "resultType" : "vector" } , "warnings" : null , "status" : "success" }\r\n\t
            """
        let answer = try #require(try VectorReader.read(Array(body.utf8)).success)
        let vector = try answer.vector().get()
        #expect(answer.infos == ["i"])
        #expect(vector.map(\.labels.description) == [#"{a="b"}"#])
        #expect(vector[0].time == Timestamp(nanoseconds: 1_500_000_000))
        #expect(vector[0].value == .number(2))
    }

    @Test func onlyWantedLabelsAreKept() throws {
        let exchange = try WireExchange.load("prometheus/01-instant.http.txt", note: "vector")
        let wanted = LabelSelection.only(["pod", "namespace", "absent"])
        let answer = try #require(try VectorReader.read(exchange.response.body, labels: wanted).success)
        let vector = try answer.vector().get()
        #expect(vector.map { $0.labels["pod"] } == ["web-0", "web-1", "web-2"])
        #expect(vector.allSatisfy { $0.labels.count == 2 && $0.labels["namespace"] == "shop" })
        #expect(vector.allSatisfy { $0.labels["container"] == nil && $0.labels["absent"] == nil })
    }

    struct Time: Sendable, CustomTestStringConvertible {
        var text: String
        var nanoseconds: Int64
        var testDescription: String { text }
    }

    @Test(arguments: [
        Time(text: "1795486017.720", nanoseconds: 1_795_486_017_720_000_000),
        Time(text: "1795486017.47", nanoseconds: 1_795_486_017_470_000_000),
        Time(text: "1795486017", nanoseconds: 1_795_486_017_000_000_000),
        Time(text: "0.001", nanoseconds: 1_000_000),
        Time(text: "-1.5", nanoseconds: -1_500_000_000),
        Time(text: "1795486017.123456789", nanoseconds: 1_795_486_017_123_456_789),
        Time(text: "1.795486017465e9", nanoseconds: 1_795_486_017_465_000_000),
    ])
    func timesAreExact(time: Time) throws {
        let body = #"{"status":"success","data":{"resultType":"scalar","result":[\#(time.text),"1"]}}"#
        let answer = try #require(try VectorReader.read(Array(body.utf8)).success)
        guard case .scalar(let found, _) = answer.result else {
            Issue.record("a \(answer.result.typeName)")
            return
        }
        #expect(found.nanoseconds == time.nanoseconds)
    }
}
