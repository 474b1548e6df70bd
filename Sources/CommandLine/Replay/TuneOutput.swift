internal import Autoscaling
internal import KubernetesTypes
internal import Manifests
internal import Replay

extension TuneCall {
    /// Writes what was found, in the form that was asked for, and the files that were.
    func write(_ outcome: TuningOutcome, _ policy: ReplayPolicy, zone: ZoneOffset) throws {
        let manifest = try ReplayPolicy.yaml(outcome.choice.object, policy.extensions)
        if let path = try arguments[TuneOptions.write] { try ReplayFiles.write(manifest, to: path) }
        if !outcome.isCut, let path = try arguments[ReplayOptions.report] {
            try ReplayFiles.write(try report(outcome, policy, zone: zone).html(), to: path)
        }
        switch try arguments[TuneOptions.output] {
        case .json: try console.output.write(try TuningDocument(outcome).json())
        case .yaml:
            try console.output.write(manifest)
            // Whoever applies it is to know; standard output is for the manifest alone.
            for note in outcome.certainty where note.isWarning { console.complain("warning: \(note.text)") }
        case .table: try writeTable(outcome, manifest)
        }
    }

    private func writeTable(_ outcome: TuningOutcome, _ manifest: String) throws {
        try paragraph(outcome.howItSearched)
        try heading("NO OTHER BEATS THESE IN POD-HOURS, DEFICIT AND REVERSALS")
        try console.output.write(outcome.frontTable.text)
        if let note = outcome.frontNote { try paragraph(note) }
        try heading("THE CHOICE")
        try paragraph(outcome.verdict)
        try console.print("")
        for line in manifest.split(separator: "\n") { try console.print("  " + line) }
        if let table = outcome.heldOutTable {
            try heading("ON WHAT IT WAS CHOSEN BY, AND ON WHAT WAS HELD OUT")
            try console.output.write(table.text)
        }
        try heading("HOW SURE THAT IS")
        for note in outcome.certainty {
            let mark = note.isWarning ? console.style(.warning, "! ") : "• "
            for (index, line) in Paragraph.lines(note.text, width: width - 4).enumerated() {
                try console.print("  " + (index == 0 ? mark : "  ") + line)
            }
        }
    }

    private var width: Int { min(console.width() ?? 100, 100) }

    private func heading(_ text: String) throws {
        try console.print("")
        try console.print(console.style(.heading, text))
    }

    private func paragraph(_ text: String) throws {
        for line in Paragraph.lines(text, width: width) { try console.print(line) }
    }

    /// The policy as it is and the choice, side by side on every part.
    private func report(_ outcome: TuningOutcome, _ policy: ReplayPolicy, zone: ZoneOffset) throws -> Report {
        let tuning = outcome.tuning
        let traces = tuning.traces + tuning.heldOut
        var policies = [(name: "as it is", object: policy.object)]
        if outcome.choice.values != nil { policies.append((name: "the choice", object: outcome.choice.object)) }
        var runs: [ReportRun] = []
        for (name, object) in policies {
            let run = ReplayRun(
                name: name, spec: tuning.spec(of: object), mode: .closed(tuning.model),
                flags: tuning.flags, syncPeriod: tuning.syncPeriod, neededUtilization: tuning.neededUtilization,
                calendar: tuning.calendar)
            for trace in traces {
                let result = try ReplayResult(
                    run, on: trace, expectations: tuning.expectations,
                    reportOf: try ReplayPolicy.yaml(object, policy.extensions),
                    entries: Report.decisions(runs: policies.count * traces.count))
                if let part = result.report { runs.append(part) }
            }
        }
        return Report(runs: runs, zone: zone)
    }
}
