internal import Autoscaling
internal import Replay

/// Writes what one or several replays came to, in the format asked for.
struct ReplayWriter {
    let results: [ReplayResult]
    /// The zone that times are shown in.
    let zone: ZoneOffset
    let console: Console

    func write(as format: ReplayOptions.Format) throws {
        switch format {
        case .table:
            for (index, result) in results.enumerated() {
                if index > 0 { try console.print("") }
                try ReplayTable(result: result, zone: zone, console: console).write()
            }
        case .json: try console.output.write(try json())
        case .csv: try console.output.write(csv())
        case .junit: try console.output.write(results.flatMap(suites).junit())
        }
    }

    /// One object for one replay, an array of them for several.
    private func json() throws -> String {
        let documents = results.map { ReplayDocument($0.outcome, expectations: $0.expectations) }
        if let only = documents.first, documents.count == 1 { return try only.json() }
        return try documents.json()
    }

    /// The scores of one replay; those of several with the autoscaler in front.
    private func csv() -> String {
        guard var table = results.first?.outcome.scoreTable else { return "" }
        if results.count == 1 { return table.csv }
        table.header.insert("autoscaler", at: 0)
        table.rows = results.flatMap { result in
            result.outcome.scoreTable.rows.map { [result.outcome.policy] + $0 }
        }
        return table.csv
    }

    private func suites(_ result: ReplayResult) -> [JUnitSuite] {
        [JUnitSuite(name: "\(result.outcome.policy) on \(result.outcome.trace)", results: result.expectations)]
    }
}
