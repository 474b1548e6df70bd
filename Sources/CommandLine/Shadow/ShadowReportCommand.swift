internal import Controller
internal import Files
internal import FoundationEssentials

extension Command {
    /// `swiftlet shadow-report`.
    static let shadowReport = Command(
        CommandSpec(
            "shadow-report", "Say where a shadow run and the controller in charge differed",
            discussion: [
                "Reads what 'swiftlet run --source=hpa --shadow --shadow-log=FILE' has written, and says for each "
                    + "autoscaler how often both wanted the same size, and each time that they did not for longer than "
                    + "three sync periods: since when, what each wanted, by which metrics, and why.",
                "Exit code 0: they never differed for long. 1: they did, or a file cannot be read.",
            ],
            positionals: .init("FILE", fewest: 1, most: nil), options: [ShadowReportOptions.output.spec],
            examples: [
                .init("swiftlet shadow-report shadow.jsonl", "A table, and each difference with its reason"),
                .init("swiftlet shadow-report -o json shadow.jsonl.1 shadow.jsonl", "The same as data"),
            ]),
        run: { arguments, console in
            try ShadowReport(arguments, console).run()
        })
}

/// The options of `shadow-report`.
private enum ShadowReportOptions {
    enum Format: String, CaseIterable, Sendable {
        case table, json
    }

    static let output = Option<Format>.choice("output", letter: "o", default: .table, "How to write the result")
}

/// One call of `shadow-report`.
private struct ShadowReport {
    /// Two full files of a log; what is larger is none.
    private static let largestInput = 256 << 20

    let summary: ShadowSummary
    let format: ShadowReportOptions.Format
    let console: Console

    init(_ arguments: Arguments, _ console: Console) throws {
        var bytes: [UInt8] = []
        for file in arguments.positionals {
            let content = try Self.content(of: file)
            do {
                _ = try ShadowSummary(reading: content)
            } catch let error as ShadowSummary.Unreadable {
                throw CommandFailure(.no, "\(file):\(error)")
            }
            bytes += content + [0x0A]
        }
        summary = try ShadowSummary(reading: bytes)
        format = try arguments[ShadowReportOptions.output]
        self.console = console
    }

    private static func content(of file: String) throws -> [UInt8] {
        do {
            return try WholeFile.read(file, limit: largestInput)
        } catch {
            throw CommandFailure(error, of: file, advice: "name a file that --shadow-log wrote")
        }
    }

    func run() throws -> ExitCode {
        switch format {
        case .json: try console.output.write(try JSONText.pretty(summary))
        case .table: try writeTable()
        }
        return summary.divergenceCount == 0 ? .done : .no
    }

    private func writeTable() throws {
        guard !summary.autoscalers.isEmpty else {
            try console.print("Nothing was compared yet: a summary is written every five minutes, and at the end.")
            return
        }
        var table = TextTable(columns: [
            .init(title: "AUTOSCALER"), .init(title: "TICKS", alignment: .right),
            .init(title: "AGREED", alignment: .right), .init(title: "DIFFERENCES", alignment: .right),
            .init(title: "LONGEST", alignment: .right), .init(title: "WIDEST", alignment: .right),
        ])
        for one in summary.autoscalers {
            let longest = one.divergences.compactMap(\.seconds).max()
            let isOpen = one.divergences.contains { $0.seconds == nil }
            let widest = one.divergences.map { abs(Int64($0.ours) - Int64($0.theirs)) }.max()
            table.rows.append([
                "\(one.namespace)/\(one.name)", "\(one.ticks)",
                one.ticks == 0
                    ? "-" : NumberText.fixed(Double(one.agreed) * 100 / Double(one.ticks), decimals: 1) + " %",
                "\(one.divergences.count + one.omitted)",
                isOpen ? "goes on" : longest.map { DurationText.text(.seconds(Int64($0))) } ?? "-",
                widest.map { $0 == 1 ? "1 pod" : "\($0) pods" } ?? "-",
            ])
        }
        for line in table.lines(style: console.style) { try console.print(line) }
        for one in summary.autoscalers where !one.divergences.isEmpty { try write(one) }
    }

    private func write(_ one: ShadowSummary.Autoscaler) throws {
        try console.print("")
        try console.print(console.style(.heading, "\(one.namespace)/\(one.name)"))
        for divergence in one.divergences {
            let length = divergence.seconds.map { "for \(DurationText.text(.seconds(Int64($0))))" } ?? "to the end"
            try console.print(
                "  \(divergence.began) \(length): ours \(divergence.ours), theirs \(divergence.theirs)")
            try console.print("    ours:   \(divergence.explanation)")
            let metrics = divergence.theirMetrics.joined(separator: ", ")
            let reasons = divergence.theirReasons.joined(separator: ", ")
            try console.print("    theirs: \([metrics, reasons].filter { !$0.isEmpty }.joined(separator: "; "))")
        }
        if one.omitted > 0 { try console.print("  … and \(one.omitted) more") }
    }
}
