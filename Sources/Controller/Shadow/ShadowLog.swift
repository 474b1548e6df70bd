package import Autoscaling
internal import FoundationEssentials
internal import Journal

/// Keeps the comparison of a shadow run, and writes what it finds to a file of JSON lines.
package actor ShadowLog {
    private var comparison: ShadowComparison
    private var file: RotatingFile?
    private let flags: ControllerFlags

    /// Far more than a month of differences; a full file becomes `FILE.1`.
    private static let largestFile = 64 << 20

    /// - Parameter path: The file, which is added to; `nil` to count alone.
    package init(path: String?, configuration: ControllerConfiguration) {
        comparison = ShadowComparison(syncPeriod: configuration.syncPeriod)
        file = path.map { RotatingFile(path: $0, maximumBytes: Self.largestFile, count: 2) }
        flags = configuration.flags
    }

    /// What a tick came to.
    package struct Finding: Sendable {
        package var records: [ShadowRecord]
        /// Autoscalers about which the two differ now.
        package var diverging: Int
        /// Divergences, ticks compared and ticks agreed on since the start.
        package var divergences: Int
        package var ticks: Int
        package var agreed: Int
        /// What is wrong with the file.
        package var problems: [String]
    }

    /// Compares the reports of a tick.
    package func record(_ report: TickReport) -> Finding {
        let records = comparison.note(report.autoscalers, beside: report.resting, flags: flags, at: report.time)
        return Finding(
            records: records, diverging: comparison.diverging, divergences: comparison.divergences,
            ticks: comparison.ticks, agreed: comparison.agreed, problems: write(records))
    }

    /// Writes what has not been summed up yet.
    package func finish(at now: Timestamp) {
        _ = write(comparison.finish(at: now))
    }

    private func write(_ records: [ShadowRecord]) -> [String] {
        guard !records.isEmpty, file != nil else { return [] }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            var bytes: [UInt8] = []
            for record in records { bytes += [UInt8](try encoder.encode(record)) + [0x0A] }
            _ = try file?.open()
            if file?.hasRoom(for: bytes.count) == false {
                try file?.rotate()
                _ = try file?.open()
            }
            try file?.append(bytes)
            return []
        } catch {
            return ["the shadow log \(error)"]
        }
    }
}
