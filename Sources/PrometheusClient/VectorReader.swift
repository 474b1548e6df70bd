internal import Autoscaling

/// Reads the body of an answer to a query in one pass.
///
/// The layout, in any order of keys, with white space anywhere, and with keys that are not known passed over:
///
///     {"status":"success",
///      "data":{"resultType":"vector",
///              "result":[{"metric":{"__name__":"up","job":"pods"},"value":[1795486017.734,"1"]}, …]},
///      "warnings":["…"]}
///
///     {"status":"error","errorType":"bad_data","error":"…"}
///
/// Only labels that were asked for become strings, and each different one once: of an answer of 100,000 series most of
/// the cost would be in building strings otherwise. When `result` comes before `resultType` it is checked first and
/// read afterwards. Every byte is checked, and errors say where.
///
/// - Source: Prometheus HTTP API; recorded answers in `Tests/Fixtures/wire/prometheus`.
public struct VectorReader {
    /// What a body says.
    public enum Answer: Sendable {
        case success(QueryAnswer)
        case failure(ErrorAnswer)
    }

    /// An answer with the status `error`.
    public struct ErrorAnswer: Sendable, Hashable {
        /// e.g. `bad_data`; empty when the server gave none.
        public var errorType: String
        /// Prometheus' own words.
        public var error: String
    }

    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")

    var cursor: JSONCursor
    var interner = StringInterner()
    var pairs: [LabelTable.Pair] = []
    /// Whether all labels are wanted.
    let takesAll: Bool
    /// The wanted labels, where not all of them are: arrays beside each other, which cost no copy to look at.
    let wantedNames: [[UInt8]]
    let wantedLengths: [Int]
    let wantedSymbols: [UInt32]
    /// The value of each that came last: series are in an order, so that the next one mostly has the same namespace.
    var latestValues: [UInt32?]
    /// The series of the answer before; `nil` where they are not remembered.
    var recollection: SeriesRecollection?

    private var status: String?
    private var errorType: String?
    private var error: String?
    private var warnings: [String] = []
    private var infos: [String] = []
    private var isPartial = false
    private var resultType: String?
    private var result: QueryResult?

    /// Reads a whole body.
    public static func read(
        _ body: [UInt8], labels: LabelSelection = .all
    ) throws(AnswerFormatError) -> Answer {
        try read(body, labels: labels, knowing: nil)
    }

    /// Reads a whole body, and remembers its series.
    ///
    /// - Parameter memory: Of the answer before to the same question; `nil` to remember nothing.
    static func read(
        _ body: [UInt8], labels: LabelSelection, knowing memory: AnswerMemory?
    ) throws(AnswerFormatError) -> Answer {
        var reader = VectorReader(body, labels: labels)
        reader.recollection = memory.map { SeriesRecollection($0, labels) }
        if let table = reader.recollection?.table { (reader.interner, reader.pairs) = (table.strings, table.pairs) }
        return try reader.answer()
    }

    private init(_ body: [UInt8], labels: LabelSelection) {
        cursor = JSONCursor(body)
        var names: [String] = []
        if case .only(let wanted) = labels { names = wanted }
        takesAll = labels == .all
        wantedNames = names.map { Array($0.utf8) }
        wantedLengths = wantedNames.map(\.count)
        latestValues = Array(repeating: nil, count: names.count)
        var interner = StringInterner()
        wantedSymbols = names.map { interner.symbol(for: $0) }
        self.interner = interner
    }

    private mutating func answer() throws(AnswerFormatError) -> Answer {
        try cursor.expect(Self.openBrace)
        var seen: Set<String> = []
        var isFirst = true
        while try cursor.next(before: Self.closeBrace, isFirst: &isFirst) {
            try member(seen: &seen)
        }
        guard cursor.isAtEnd() else { throw AnswerFormatError(.trailingBytes, at: cursor.offset) }
        let end = cursor.bytes.count
        switch status {
        case "success":
            guard let result else { throw AnswerFormatError(.missingKey("data"), at: end) }
            var answer = QueryAnswer(result: result, warnings: warnings, infos: infos)
            answer.isPartial = isPartial
            return .success(answer)
        case "error":
            return .failure(ErrorAnswer(errorType: errorType ?? "", error: error ?? ""))
        case .some(let other):
            throw AnswerFormatError(.unknownStatus(String(other.prefix(40))), at: end)
        case .none:
            throw AnswerFormatError(.missingKey("status"), at: end)
        }
    }

    private mutating func member(seen: inout Set<String>) throws(AnswerFormatError) {
        let key = try key(seen: &seen)
        switch key {
        case "status": status = try text()
        case "errorType": errorType = try text()
        case "error": error = try text()
        case "warnings": warnings = try texts()
        case "infos": infos = try texts()
        case "data": try data()
        case "isPartial": try partial()
        default: try cursor.skipValue(depth: 1)
        }
    }

    /// Anything but `true` is as if it were not there.
    private mutating func partial() throws(AnswerFormatError) {
        if try cursor.peek() == UInt8(ascii: "t") {
            try cursor.literal("true")
            isPartial = true
        } else {
            try cursor.skipValue(depth: 1)
        }
    }

    /// `data` may be null beside an error.
    private mutating func data() throws(AnswerFormatError) {
        if try cursor.peek() == UInt8(ascii: "n") { return try cursor.literal("null") }
        try cursor.expect(Self.openBrace)
        var seen: Set<String> = []
        var resultOffset: Int?
        var isFirst = true
        while try cursor.next(before: Self.closeBrace, isFirst: &isFirst) {
            switch try key(seen: &seen) {
            case "resultType":
                resultType = try text()
            case "result":
                if let resultType {
                    result = try readResult(of: resultType)
                } else {
                    _ = try cursor.peek()
                    resultOffset = cursor.offset
                    try cursor.skipValue(depth: 2)
                }
            default:
                try cursor.skipValue(depth: 2)
            }
        }
        let end = cursor.offset
        guard let resultType else { throw AnswerFormatError(.missingKey("resultType"), at: end) }
        if let resultOffset {
            cursor.offset = resultOffset
            result = try readResult(of: resultType)
            cursor.offset = end
        }
        if result == nil { throw AnswerFormatError(.missingKey("result"), at: end) }
    }

    private mutating func readResult(of type: String) throws(AnswerFormatError) -> QueryResult {
        switch type {
        case "vector": return .vector(try vector())
        case "matrix": return .matrix(try matrix())
        case "scalar":
            let sample = try sample()
            return .scalar(time: sample.time, value: sample.value)
        case "string": return try string()
        default:
            throw AnswerFormatError(.unknownResultType(String(type.prefix(40))), at: cursor.offset)
        }
    }

    private mutating func string() throws(AnswerFormatError) -> QueryResult {
        try cursor.expect(Self.openBracket)
        let time = try cursor.time()
        try cursor.expect(Self.comma)
        let value = try text()
        try cursor.expect(Self.closeBracket)
        return .string(time: time, value: value)
    }

    // MARK: - Pieces

    /// Passes a key and its colon; the same key again in one object is refused.
    mutating func key(seen: inout Set<String>) throws(AnswerFormatError) -> String {
        let token = try cursor.string()
        let key = cursor.text(token)
        guard seen.insert(key).inserted else {
            throw AnswerFormatError(.duplicateKey(String(key.prefix(40))), at: token.start)
        }
        try cursor.expect(Self.colon)
        return key
    }

    private mutating func text() throws(AnswerFormatError) -> String {
        cursor.text(try cursor.string())
    }

    /// A list of strings; `null` is an empty one.
    private mutating func texts() throws(AnswerFormatError) -> [String] {
        if try cursor.peek() == UInt8(ascii: "n") {
            try cursor.literal("null")
            return []
        }
        try cursor.expect(Self.openBracket)
        var result: [String] = []
        var isFirst = true
        while try cursor.next(before: Self.closeBracket, isFirst: &isFirst) { result.append(try text()) }
        return result
    }

    /// `[1795486017.734,"1"]`.
    mutating func sample() throws(AnswerFormatError) -> (time: Timestamp, value: Double) {
        try cursor.expect(Self.openBracket)
        let time = try cursor.time()
        try cursor.expect(Self.comma)
        let value = try cursor.value()
        try cursor.expect(Self.closeBracket)
        return (time, value)
    }
}
