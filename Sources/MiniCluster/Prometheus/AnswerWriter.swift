/// Writes answers of the API byte by byte as Prometheus 2.42 does.
struct AnswerWriter {
    private(set) var bytes: [UInt8] = []

    /// `{"status":"success","data":…}`.
    static func success(_ data: (inout AnswerWriter) -> Void) -> [UInt8] {
        var writer = AnswerWriter()
        writer.raw(#"{"status":"success","data":"#)
        data(&writer)
        writer.raw("}")
        return writer.bytes
    }

    /// `{"status":"error","errorType":…,"error":…}`.
    static func failure(_ errorType: String, _ error: String) -> [UInt8] {
        var writer = AnswerWriter()
        writer.raw(#"{"status":"error","errorType":"#)
        writer.string(errorType)
        writer.raw(#","error":"#)
        writer.string(error)
        writer.raw("}")
        return writer.bytes
    }

    /// The result of an instant query.
    mutating func result(_ value: PromQLEvaluator.Value, at milliseconds: Int64) {
        switch value {
        case .scalar(let number):
            raw(#"{"resultType":"scalar","result":"#)
            sample(milliseconds, SampleText.value(number))
        case .string(let text):
            raw(#"{"resultType":"string","result":["#)
            raw(SampleText.time(milliseconds))
            raw(",")
            string(text)
            raw("]")
        case .vector(let samples):
            raw(#"{"resultType":"vector","result":"#)
            list(samples) { writer, one in
                writer.raw(#"{"metric":"#)
                writer.labels(one.identity)
                writer.raw(#","value":"#)
                writer.sample(milliseconds, SampleText.value(one.value))
                writer.raw("}")
            }
        case .matrix(let series):
            matrix(series)
            return
        }
        raw("}")
    }

    /// The result of a range query.
    mutating func matrix(_ series: [TimeSeriesStore.Series]) {
        raw(#"{"resultType":"matrix","result":"#)
        list(series) { writer, one in
            writer.raw(#"{"metric":"#)
            writer.labels(one.identity)
            writer.raw(#","values":"#)
            writer.list(one.samples) { $0.sample($1.milliseconds, SampleText.value($1.value)) }
            writer.raw("}")
        }
        raw("}")
    }

    /// `{"__name__":"up","job":"pods"}`.
    mutating func labels(_ identity: SeriesIdentity) {
        raw("{")
        for (index, label) in identity.labels.enumerated() {
            if index > 0 { raw(",") }
            string(label.name)
            raw(":")
            string(label.value)
        }
        raw("}")
    }

    /// `[…]`.
    mutating func list<Item>(_ items: [Item], _ write: (inout AnswerWriter, Item) -> Void) {
        raw("[")
        for (index, item) in items.enumerated() {
            if index > 0 { raw(",") }
            write(&self, item)
        }
        raw("]")
    }

    mutating func string(_ text: String) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: raw(#"\n"#)
            case 0x0D: raw(#"\r"#)
            case 0x09: raw(#"\t"#)
            case 0..<0x20:
                raw(#"\u00"#)
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func sample(_ milliseconds: Int64, _ value: String) {
        raw("[\(SampleText.time(milliseconds)),\"\(value)\"]")
    }
}
