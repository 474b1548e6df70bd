internal import FoundationEssentials

/// What shadow logs come to: how often the two controllers agreed about each autoscaler, and where they did not.
package struct ShadowSummary: Sendable, Codable, Hashable {
    /// One divergence from its beginning to its end.
    package struct Divergence: Sendable, Codable, Hashable {
        /// RFC 3339.
        package var began: String
        /// `nil` while it goes on at the end of the log.
        package var seconds: Double?
        package var ours: Int32
        package var theirs: Int32
        package var explanation: String
        package var theirReasons: [String]
        package var ourMetrics: [String]
        package var theirMetrics: [String]
    }

    /// One autoscaler.
    package struct Autoscaler: Sendable, Codable, Hashable {
        package var namespace: String
        package var name: String
        /// Ticks in which both had a size, and those in which it was the same.
        package var ticks: Int
        package var agreed: Int
        package var divergences: [Divergence]
        /// Divergences beyond those that are kept.
        package var omitted: Int
    }

    package var autoscalers: [Autoscaler]

    /// Divergences of one autoscaler that are kept whole.
    package static let mostDivergences = 1_000

    package var divergenceCount: Int { autoscalers.reduce(0) { $0 + $1.divergences.count + $1.omitted } }

    /// A line that is not one of a shadow log.
    package struct Unreadable: Error, CustomStringConvertible {
        package var line: Int
        package var problem: String
        package var description: String { "\(line): \(problem)" }
    }

    /// Reads the lines of a log. A last line that was cut off is left out: the controller may have been killed.
    ///
    /// - Throws: ``Unreadable``.
    package init(reading bytes: [UInt8]) throws {
        var found: [AutoscalerKey: Autoscaler] = [:]
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let record: ShadowRecord
            do {
                record = try JSONDecoder().decode(ShadowRecord.self, from: Data(line))
            } catch {
                if index == lines.count - 1 { continue }
                throw Unreadable(line: index + 1, problem: "this is no line of a shadow log")
            }
            guard record.version == ShadowRecord.currentVersion else {
                throw Unreadable(
                    line: index + 1,
                    problem: "version \(record.version) is not known, this program reads \(ShadowRecord.currentVersion)"
                )
            }
            let key = AutoscalerKey(namespace: record.namespace, name: record.name)
            found[key, default: Autoscaler(key)].take(record)
        }
        autoscalers = found.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension ShadowSummary.Autoscaler {
    fileprivate init(_ key: AutoscalerKey) {
        self.init(namespace: key.namespace, name: key.name, ticks: 0, agreed: 0, divergences: [], omitted: 0)
    }

    fileprivate mutating func take(_ record: ShadowRecord) {
        switch record.kind {
        case .summary:
            ticks += record.ticks ?? 0
            agreed += record.agreed ?? 0
        case .began:
            guard divergences.count < ShadowSummary.mostDivergences else {
                omitted += 1
                return
            }
            divergences.append(
                ShadowSummary.Divergence(
                    began: record.time, seconds: nil, ours: record.ours ?? 0, theirs: record.theirs ?? 0,
                    explanation: record.explanation ?? "", theirReasons: record.theirReasons ?? [],
                    ourMetrics: record.ourMetrics ?? [], theirMetrics: record.theirMetrics ?? []))
        case .ended:
            guard omitted == 0, let last = divergences.indices.last, divergences[last].seconds == nil else { return }
            divergences[last].seconds = record.seconds
        }
    }
}
