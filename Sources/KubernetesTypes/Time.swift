package import Autoscaling

/// An instant as most of the API writes it: RFC 3339 in UTC, in whole seconds.
///
/// Fractions and offsets are read as well. Instants outside the range of ``Timestamp`` become its nearest end, so the
/// zero time of the API is the distant past.
package struct Time: Hashable, Sendable, Codable {
    package var timestamp: Timestamp

    package init(_ timestamp: Timestamp) {
        self.timestamp = timestamp
    }

    package init(from decoder: any Decoder) throws {
        timestamp = try RFC3339.decode(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(RFC3339.format(timestamp, fractionDigits: 0))
    }
}

/// An instant as leases and newer events write it: RFC 3339 in UTC, in microseconds.
package struct MicroTime: Hashable, Sendable, Codable {
    package var timestamp: Timestamp

    package init(_ timestamp: Timestamp) {
        self.timestamp = timestamp
    }

    package init(from decoder: any Decoder) throws {
        timestamp = try RFC3339.decode(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(RFC3339.format(timestamp, fractionDigits: 6))
    }
}

/// An instant to the nanosecond: RFC 3339 in UTC, with as many groups of three digits of a second as it needs.
package struct PreciseTime: Hashable, Sendable, Codable {
    package var timestamp: Timestamp

    package init(_ timestamp: Timestamp) {
        self.timestamp = timestamp
    }

    package init(from decoder: any Decoder) throws {
        timestamp = try RFC3339.decode(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let nanoseconds = timestamp.nanoseconds
        let digits =
            nanoseconds % 1_000_000_000 == 0
            ? 0 : nanoseconds % 1_000_000 == 0 ? 3 : nanoseconds % 1_000 == 0 ? 6 : 9
        try container.encode(RFC3339.format(timestamp, fractionDigits: digits))
    }
}
