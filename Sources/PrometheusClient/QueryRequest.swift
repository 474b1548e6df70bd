public import Autoscaling

/// A question to Prometheus: an expression at one instant, or over a range of them.
public struct QueryRequest: Sendable, Hashable {
    /// When the expression is evaluated.
    public enum Evaluation: Sendable, Hashable {
        /// At one time; `nil` for the server's own now.
        case instant(Timestamp?)
        /// At the server's own now, asked at a time by the clock of whoever asks: two clocks that differ do not move the
        /// window of a rate off the samples.
        case now(asked: Timestamp)
        /// At every step from start to end, both included.
        case range(start: Timestamp, end: Timestamp, step: Duration)
    }

    /// PromQL.
    public var expression: String
    public var evaluation: Evaluation
    /// Which labels of the result are wanted.
    public var labels: LabelSelection
    /// What is known of the last answer; `nil` where none is remembered.
    var memory: AnswerMemory?

    public init(_ expression: String, _ evaluation: Evaluation = .instant(nil), labels: LabelSelection = .all) {
        self.expression = expression
        self.evaluation = evaluation
        self.labels = labels
    }

    /// Where it is sent, below the base URL.
    var path: String {
        switch evaluation {
        case .instant, .now: "/api/v1/query"
        case .range: "/api/v1/query_range"
        }
    }

    /// The fields as an `application/x-www-form-urlencoded` body.
    ///
    /// A form has no limit that a long query meets, as a URL has; and it keeps `+`, which a query string loses.
    func form(timeout: Duration, _ parameters: [PrometheusConfiguration.Parameter] = []) -> [UInt8] {
        var fields = [("query", expression)]
        switch evaluation {
        case .instant(let time):
            if let time { fields.append(("time", Self.seconds(time))) }
        case .now: break
        case .range(let start, let end, let step):
            fields.append(("start", Self.seconds(start)))
            fields.append(("end", Self.seconds(end)))
            fields.append(("step", Self.milliseconds(step)))
        }
        fields.append(("timeout", Self.milliseconds(timeout)))
        fields += parameters.map { ($0.name, $0.value) }
        var body: [UInt8] = []
        for (name, value) in fields {
            if !body.isEmpty { body.append(UInt8(ascii: "&")) }
            Self.appendEncoded(name, to: &body)
            body.append(UInt8(ascii: "="))
            Self.appendEncoded(value, to: &body)
        }
        return body
    }

    /// Unix seconds with three decimals: Prometheus keeps milliseconds. Finer parts are cut off, towards the past.
    static func seconds(_ time: Timestamp) -> String {
        let milliseconds = floorDivide(time.nanoseconds, 1_000_000)
        let fraction = String(abs(milliseconds % 1000))
        let sign = milliseconds < 0 ? "-" : ""
        return "\(sign)\((milliseconds / 1000).magnitude)."
            + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// A Prometheus duration in whole milliseconds, at least 1.
    static func milliseconds(_ duration: Duration) -> String {
        "\(max(duration.nanoseconds / 1_000_000, 1))ms"
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    private static func appendEncoded(_ text: String, to body: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                body.append(byte)
            default:
                body.append(UInt8(ascii: "%"))
                body.append(digits[Int(byte >> 4)])
                body.append(digits[Int(byte & 15)])
            }
        }
    }
}
