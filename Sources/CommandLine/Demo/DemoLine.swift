internal import Autoscaling
internal import Controller

/// One line of the demo: time, demand, utilisation against the target, pods.
struct DemoLine {
    let time: Timestamp
    let demand: Double
    let autoscaler: AutoscalerReport
    let ready: Int

    static let heading = "TIME   REQUESTS/MIN               CPU OF REQUEST (70 % ┊)       PODS"
    private static let mostDemand = 24_000.0
    private static let mostUtilization = 140.0

    /// `18:04` in UTC.
    static func clock(_ time: Timestamp) -> String {
        let minutes = time.nanoseconds / 60_000_000_000 % 1_440
        func digits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(digits(minutes / 60)):\(digits(minutes % 60))"
    }

    func text(style: TextStyle) -> String {
        let utilization = autoscaler.decision.metrics.first?.proposal?.utilization
        let wanted = Int(autoscaler.decision.desiredReplicas)
        let requests = Self.right(NumberText.grouped(demand), width: 7)
        let percent = Self.right(utilization.map { "\($0) %" } ?? "?", width: 6)
        let role: TextStyle.Role = (utilization ?? 0) > 77 ? .warning : .good
        let starting = max(0, wanted - ready)
        let pods =
            style(.good, String(repeating: "●", count: ready)) + style(.faint, String(repeating: "○", count: starting))
        return [
            Self.clock(time), requests, style(.accent, Self.bar(demand / Self.mostDemand, width: 14)), percent,
            style(role, gauge(utilization)), Self.right("\(ready)", width: 2), pods,
        ].joined(separator: "  ")
    }

    /// A bar with a mark where the target is.
    private func gauge(_ utilization: Int32?) -> String {
        let width = 20
        var cells = Array(Self.bar(Double(utilization ?? 0) / Self.mostUtilization, width: width))
        let mark = Int((70 / Self.mostUtilization * Double(width)).rounded())
        if cells[mark] == " " { cells[mark] = "┊" }
        return String(cells)
    }

    /// A bar in eighths of a character.
    static func bar(_ share: Double, width: Int) -> String {
        let eighths = Int((min(max(share, 0), 1) * Double(width * 8)).rounded())
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        let text = String(repeating: "█", count: eighths / 8) + partial
        return text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
