internal import Autoscaling
internal import FoundationEssentials

/// Writes the lines of a trace: equal values give equal bytes.
package struct TraceEncoder {
    private let encoder: JSONEncoder

    package init() {
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// The bytes of a header, without the line feed. The version comes first: by it a file is known for a trace.
    package func bytes(of header: TraceHeader) throws -> [UInt8] {
        let version = "{\"swiftletTrace\":\(TraceHeader.version),"
        return Array(version.utf8) + [UInt8](try encoder.encode(header)).dropFirst()
    }

    /// The bytes of a line, without the line feed.
    package func bytes(of line: TraceLine) throws -> [UInt8] { [UInt8](try encoder.encode(line)) }
}

/// Reads the lines of a trace.
package struct TraceDecoder {
    /// What one line is.
    package enum Entry: Sendable {
        case header(TraceHeader)
        case line(TraceLine)
    }

    private let decoder = JSONDecoder()

    package init() {}

    private static let key = Array("\"swiftletTrace\"".utf8)

    /// Whether a line begins as a header does: an object whose first key is `swiftletTrace`.
    package static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first == UInt8(ascii: "{") else { return false }
        return line.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }.starts(with: key)
    }

    /// Reads a line.
    ///
    /// - Throws: ``TraceFormatError``.
    package func entry(_ line: ArraySlice<UInt8>) throws(TraceFormatError) -> Entry {
        let data = Data(line)
        do {
            guard TraceDecoder.isHeader(line) else {
                let line = try decoder.decode(TraceLine.self, from: data)
                try TraceDecoder.check(line)
                return .line(line)
            }
            let header = try decoder.decode(TraceHeader.self, from: data)
            guard header.swiftletTrace == TraceHeader.version else {
                throw TraceFormatError(
                    "is of version \(header.swiftletTrace) of the format, this program reads \(TraceHeader.version)")
            }
            if let period = header.syncPeriod, period <= 0 { throw TraceFormatError("syncPeriod must be above 0") }
            return .header(header)
        } catch let error as TraceFormatError {
            throw error
        } catch let error as DecodingError {
            throw TraceFormatError(error)
        } catch {
            throw TraceFormatError("is no line of a trace")
        }
    }

    /// What the types allow and a decision could not use.
    private static func check(_ line: TraceLine) throws(TraceFormatError) {
        switch line.body {
        case .observation(let observation):
            for (index, reading) in observation.readings.enumerated() {
                guard case .pods(let readings) = reading else { continue }
                let (pods, requests) = (observation.pods.count, readings.requests.milliValues.count)
                guard readings.samples.count == pods, requests == 0 || requests == pods else {
                    throw TraceFormatError(
                        "observation.readings[\(index)] has \(readings.samples.count) samples and \(requests) requests, "
                            + "and there are \(pods) pods")
                }
            }
        case .demand(let demand):
            guard demand.value.isFinite, demand.value >= 0 else {
                throw TraceFormatError("demand.value must be at least 0")
            }
        case .decision(let decision):
            guard decision.pointsAtOwnMetrics else {
                throw TraceFormatError("decision points at a metric that it does not have")
            }
        case .spec, .history, .scaled: break
        }
    }
}

/// What is wrong with a line of a trace, to be put behind its place.
package struct TraceFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }

    init(_ error: DecodingError) {
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
            case .valueNotFound(_, let context): (context, "is null")
            case .typeMismatch(let type, let context): (context, "is no \(type)")
            case .dataCorrupted(let context):
                (context, context.codingPath.isEmpty ? "is no whole JSON object" : "cannot be used")
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "cannot be read")
            }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        description = path.isEmpty ? what : "\(path.drop { $0 == "." }): \(what)"
    }
}
