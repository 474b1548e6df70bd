/// How far something is, on one line of a terminal on standard error that is written over and wiped away at the end.
///
/// Where nobody looks, nothing is written.
struct ProgressBar {
    private let console: Console
    private let start = ContinuousClock.now
    private var shown: ContinuousClock.Instant?

    private static let cells = 30
    private static let interval = Duration.milliseconds(100)

    init(console: Console) { self.console = console }

    /// Shows that `done` of `total` are done, and how long the rest will take at the same pace.
    mutating func show(_ done: Int, of total: Int) {
        guard console.errorsAreTerminal, total > 0 else { return }
        let now = ContinuousClock.now
        if let shown, now - shown < ProgressBar.interval, done < total { return }
        shown = now
        let share = min(Double(done) / Double(total), 1)
        let full = Int(share * Double(ProgressBar.cells))
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: ProgressBar.cells - full)
        var text = "\(bar) \(done) of \(total)"
        if done > 0, done < total {
            let left = (now - start) * (Double(total - done) / Double(done))
            text += ", \(DurationText.text(.seconds(left.components.seconds + 1))) left"
        }
        try? console.errors.write("\r\u{1B}[K\(text)")
    }

    /// Wipes the line.
    mutating func clear() {
        if shown != nil { try? console.errors.write("\r\u{1B}[K") }
        shown = nil
    }
}
