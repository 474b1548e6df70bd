internal import Autoscaling
internal import Controller
internal import FoundationEssentials
internal import Manifests
internal import Replay
internal import Schedules

extension Command {
    /// How `validate` answers.
    enum ReportFormat: String, CaseIterable, Sendable {
        case table, json
    }

    static let validateFormat = Option<ReportFormat>.choice("output", letter: "o", default: .table, "Output format")

    /// `swiftlet validate`.
    static let validate = Command(
        CommandSpec(
            "validate", "Check autoscaler manifests as the API server does, and more",
            discussion: [
                "Prints file:line:column: field: what is wrong. Unknown fields are errors and are named with the "
                    + "nearest known one. Objects of other kinds are left out with a note. '-' reads standard input. "
                    + "Exit code 1 when anything is invalid.",
                "Files of a replay are checked as well, traces, workload models and expectations, and files of --config.",
            ],
            positionals: .init("FILE", fewest: 1, most: nil),
            options: [validateFormat.spec, HPAFlags.scaleToZero.spec, TraceOptions.column.spec],
            examples: [
                .init("swiftlet validate hpa.yaml", "One file"),
                .init("swiftlet validate rush.csv workload.yaml expect.yaml", "What a replay is made of"),
                .init("kubectl get hpa -A -o yaml | swiftlet validate -", "What a cluster has"),
            ]),
        run: { arguments, console in
            let options = ManifestSet.Options(
                gates: FeatureGates(hpaScaleToZero: try arguments[HPAFlags.scaleToZero]))
            var trace = DemandTrace.Options()
            trace.column = try arguments[TraceOptions.column]
            let others = arguments.positionals.compactMap { OtherFileCheck($0, options: trace) }
            let manifests = arguments.positionals.filter { path in !others.contains { $0.path == path } }
            var set = ManifestSet(reading: manifests, options: options, standardInput: console.input)
            set.diagnostics += scheduleNotes(of: set)
            set.diagnostics += others.compactMap(\.fault)
            let report = ValidationReport(set, others)
            switch try arguments[validateFormat] {
            case .json: try console.output.write(try JSONText.pretty(report))
            case .table:
                for other in others where other.fault == nil {
                    try console.print("\(other.path): \(other.kind.rawValue): \(other.content)")
                }
                for diagnostic in set.diagnostics { try console.print(line(diagnostic, console.style)) }
                try console.print(report.summary)
            }
            return report.valid ? .done : .no
        })

    /// What schedules mean: the next two times of each, or why one cannot be followed on this machine.
    private static func scheduleNotes(of set: ManifestSet) -> [Diagnostic] {
        let now = SystemClock().now()
        let zones = ZoneFiles()
        return set.autoscalers.filter(\.isValid).flatMap { manifest -> [Diagnostic] in
            let schedules = Autoscaler(manifest)?.spec.extensions?.schedules ?? []
            return schedules.enumerated().flatMap { index, schedule -> [Diagnostic] in
                func say(_ severity: Diagnostic.Severity, _ message: String) -> Diagnostic {
                    let marks = manifest.scheduleMarks
                    return Diagnostic(
                        severity, file: manifest.file, mark: index < marks.count ? marks[index] : manifest.mark,
                        path: "spec.schedules[\(index)]", message: message)
                }
                let calendar = zones.calendar(of: schedule)
                if let problem = calendar.problems.first { return [say(.error, problem.problem)] }
                return calendar.periods(from: now, count: 2).map { say(.note, ScheduleWords($0).text) }
            }
        }
    }

    private static func line(_ diagnostic: Diagnostic, _ style: TextStyle) -> String {
        switch diagnostic.severity {
        case .error: style(.bad, "\(diagnostic)")
        case .warning: style(.warning, "\(diagnostic) (warning)")
        case .note: style(.faint, "\(diagnostic) (note)")
        }
    }
}

/// What `validate` found.
struct ValidationReport: Encodable {
    struct Finding: Encodable {
        var severity: String
        var file: String
        var line: Int?
        var column: Int?
        var field: String?
        var message: String
    }

    var valid: Bool
    /// Autoscalers found, and of these without an error.
    var autoscalers: Int
    var validAutoscalers: Int
    var findings: [Finding]
    /// Files that are no manifests.
    var files: [File]?

    struct File: Encodable {
        var file: String
        var kind: String
        var valid: Bool
        var content: String
    }

    init(_ set: ManifestSet, _ others: [OtherFileCheck] = []) {
        files =
            others.isEmpty
            ? nil
            : others.map {
                File(file: $0.path, kind: $0.kind.rawValue, valid: $0.fault == nil, content: $0.content)
            }
        valid = !set.hasErrors
        autoscalers = set.autoscalers.count
        validAutoscalers = set.autoscalers.count { $0.isValid }
        findings = set.diagnostics.map { diagnostic in
            Finding(
                severity: diagnostic.severity.rawValue, file: diagnostic.file, line: diagnostic.mark?.line,
                column: diagnostic.mark?.column, field: diagnostic.path.isEmpty ? nil : diagnostic.path,
                message: diagnostic.message)
        }
    }

    var summary: String {
        let counts = ["error", "warning", "note"].compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(severity)\(count == 1 ? "" : "s")"
        }
        let autoscalerText = autoscalers == 1 ? "1 autoscaler" : "\(autoscalers) autoscalers"
        let files = files ?? []
        var parts: [String] = []
        if files.isEmpty || autoscalers > 0 { parts.append("\(autoscalerText), \(validAutoscalers) valid") }
        let configuration = OtherFileCheck.Kind.configuration.rawValue
        for (what, some) in [
            ("of a replay", files.filter { $0.kind != configuration }),
            ("of configuration", files.filter { $0.kind == configuration }),
        ] where !some.isEmpty {
            let fileText = some.count == 1 ? "1 file \(what)" : "\(some.count) files \(what)"
            parts.append("\(fileText), \(some.count(where: \.valid)) valid")
        }
        return parts.joined(separator: "; ") + (counts.isEmpty ? "" : "; ")
            + counts.joined(separator: ", ")
    }
}
