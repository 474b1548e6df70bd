/// What a family's samples mean, as `# TYPE` says it.
public enum MetricKind: String, Sendable, Hashable {
    case counter
    case gauge
    case histogram
}

/// Writes the Prometheus text format, version 0.0.4, into a byte buffer.
///
///     # HELP swiftlet_ticks_total Ticks of the control loop.
///     # TYPE swiftlet_ticks_total counter
///     swiftlet_ticks_total 12
///
/// A family's header comes once, before its samples; lines end in a line feed.
///
/// - Source: Prometheus documentation, "Exposition formats", text-based format.
public struct ExpositionWriter: Sendable {
    /// The `Content-Type` under which these bytes are served.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The text so far, in UTF-8.
    public private(set) var bytes: [UInt8]

    public init(reservingCapacity capacity: Int = 0) {
        self.bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// The two comment lines that open a family.
    public mutating func header(_ family: FamilyDescription) {
        append("# HELP ")
        append(family.name.description)
        append(" ")
        appendEscaped(family.help, quotes: false)
        append("\n# TYPE ")
        append(family.name.description)
        append(" ")
        append(family.kind.rawValue)
        append("\n")
    }

    /// One sample line.
    ///
    /// - Parameter suffix: `_bucket`, `_sum` or `_count` of a histogram; else empty.
    /// - Parameter upperBound: The `le` label of a bucket, `+Inf` for the last.
    public mutating func sample(
        _ name: MetricName,
        suffix: StaticString = "",
        labels: LabelSet = .none,
        upperBound: Double? = nil,
        value: Double
    ) {
        append(name.description)
        append(suffix.description)
        if !labels.rendered.isEmpty || upperBound != nil {
            append("{")
            bytes += labels.rendered
            if let upperBound {
                append(labels.rendered.isEmpty ? "le=\"" : ",le=\"")
                append(Self.text(of: upperBound))
                append("\"")
            }
            append("}")
        }
        append(" ")
        append(Self.text(of: value))
        append("\n")
    }

    /// A number as Prometheus reads it: shortest text that gives the same `Double`, whole numbers without a fraction.
    package static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// `\` and line feed are escaped everywhere, `"` only inside quotes.
    mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\"") where quotes: append("\\\"")
            default: bytes.append(byte)
            }
        }
    }

    mutating func append(_ text: String) {
        bytes += text.utf8
    }
}
