import FoundationEssentials
import PrometheusClient
import Recordings
import Testing

/// Writes random answers: keys in any order, white space anywhere, strings escaped in any way JSON allows.
struct RandomAnswer {
    var random: SeededGenerator

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func space() -> String {
        Int.random(in: 0..<6, using: &random) == 0 ? pick([" ", "\n", "\t ", "\r\n"]) : ""
    }

    private mutating func join(_ open: String, _ parts: [String], _ close: String) -> String {
        var text = open + space()
        for (index, part) in parts.enumerated() {
            text += (index > 0 ? "," : "") + space() + part + space()
        }
        return text + close
    }

    private mutating func object(_ members: [(String, String)]) -> String {
        var parts: [String] = []
        for (key, value) in members.shuffled(using: &random) {
            parts.append(string(key) + space() + ":" + space() + value)
        }
        return join("{", parts, "}")
    }

    private mutating func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar == "\"" || scalar == "\\" || scalar.value < 0x20
            if mustEscape || Int.random(in: 0..<12, using: &random) == 0 {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private mutating func label() -> String {
        let alphabet = Array("abcxyz-.:/\"\\\n\té☃😀\u{0}\u{7F}")
        return String((0..<Int.random(in: 0...12, using: &random)).map { _ in pick(alphabet) })
    }

    private mutating func sample() -> String {
        let time = pick(["0", "1795486017", "1795486017.7", "1795486017.72", "1795486017.723", "12.001"])
        let value: String
        switch Int.random(in: 0..<4, using: &random) {
        case 0: value = pick(["NaN", "+Inf", "-Inf", "-0", "0", "5e-324", "1.7976931348623157e+308", "1e-05", "1E2"])
        case 1: value = "\(Int64.random(in: .min ... .max, using: &random))"
        case 2: value = "\(Double.random(in: -2...2, using: &random))"
        default:
            let bits = Double(bitPattern: UInt64.random(in: .min ... .max, using: &random))
            value = bits.isFinite ? "\(bits)" : "1"
        }
        return join("[", [time, string(value)], "]")
    }

    private mutating func histogram() -> String {
        join("[", ["1795486017.5", object([("count", string("1")), ("sum", string("2")), ("buckets", "[]")])], "]")
    }

    private mutating func series(_ isVector: Bool) -> String {
        var names: Set<String> = []
        for _ in 0..<Int.random(in: 0...7, using: &random) { names.insert(label()) }
        var labels: [(String, String)] = []
        for name in names.sorted() { labels.append((name, string(label()))) }
        var members = [("metric", object(labels))]
        if Int.random(in: 0..<5, using: &random) > 0 {
            let count = Int.random(in: 0...4, using: &random)
            members.append(
                isVector ? ("value", sample()) : ("values", join("[", (0..<count).map { _ in sample() }, "]")))
        } else {
            members.append(isVector ? ("histogram", histogram()) : ("histograms", join("[", [histogram()], "]")))
        }
        return object(members)
    }

    mutating func body() -> [UInt8] {
        var members: [(String, String)] = []
        let type = pick(["vector", "vector", "matrix", "scalar", "string"])
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            members = [("status", string("error")), ("errorType", string("bad_data")), ("error", string(label()))]
        default:
            let result: String
            switch type {
            case "scalar": result = sample()
            case "string": result = join("[", ["1.5", string(label())], "]")
            default:
                let count = Int.random(in: 0...6, using: &random)
                result = join("[", (0..<count).map { _ in series(type == "vector") }, "]")
            }
            let data = object([("resultType", string(type)), ("result", result)])
            members = [("status", string("success")), ("data", data)]
            if Bool.random(using: &random) { members.append(("warnings", join("[", [string(label())], "]"))) }
        }
        if Bool.random(using: &random) { members.append(("unknown", object([("x", "[1,-2.5E-3,{}]")]))) }
        return Array((space() + object(members) + space()).utf8)
    }
}

@Suite struct VectorReaderRandomTests {
    @Test(arguments: 1...20)
    func readsRandomAnswersAsJSONDecoderDoes(seed: Int) throws {
        var answers = RandomAnswer(random: SeededGenerator(seed: UInt64(seed)))
        for _ in 0..<50 {
            let body = answers.body()
            #expect(
                try VectorReader.read(body).lines == OracleAnswer(body).lines,
                "\(String(decoding: body, as: UTF8.self))")
        }
    }

    /// What the reader accepts after a byte was changed, `JSONDecoder` reads in the same way.
    @Test(arguments: 1...20)
    func acceptsNoDamageThatJSONDecoderRefuses(seed: Int) throws {
        var answers = RandomAnswer(random: SeededGenerator(seed: UInt64(seed) << 20))
        var accepted = 0
        for _ in 0..<100 {
            var body = answers.body()
            let place = Int.random(in: 0..<body.count, using: &answers.random)
            let replacements = Array("\"\\{}[],:0123456789eE+-.nulltrue \u{1}é".utf8)
            body[place] = replacements[Int.random(in: 0..<replacements.count, using: &answers.random)]
            guard let answer = try? VectorReader.read(body) else { continue }
            accepted += 1
            #expect(
                try answer.lines == OracleAnswer(body).lines, "\(String(decoding: body, as: UTF8.self)) at \(place)")
        }
        #expect(accepted > 0)
    }
}
