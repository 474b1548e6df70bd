internal import Autoscaling
internal import Controller
internal import MiniCluster

/// Tells what happens in the demo, a line at a time: the load every two minutes, and each decision as it is made.
actor DemoStory {
    private let console: Console
    private let rush: ByteBites
    private var statistics = DemoStatistics()
    private var nextLine: Timestamp
    private var lastHolder: Holder = .nobody
    private var outputClosed = false

    /// What kept the size from being what the metrics ask for, so that it is told once and not at each tick.
    private enum Holder {
        case nobody, window, maximum, failure
    }

    init(console: Console, rush: ByteBites) {
        self.console = console
        self.rush = rush
        self.nextLine = rush.clock.start
    }

    func begin(
        kubernetesURL: String, prometheusURL: String, statusURL: String, _ options: DemoRun.Options
    ) throws {
        let style = console.style
        try console.print(
            style(.heading, "ByteBites, a Friday dinner rush: 17:30 to 19:30 UTC, \(Int(options.speed))× as fast"))
        try console.print("order-service: 2 to 10 replicas, 100m of cpu requested, 70 % wanted")
        try console.print(
            style(.faint, "Look inside while it runs:  kubectl --server \(kubernetesURL) get hpa,deployments,pods"))
        try console.print(style(.faint, "Prometheus answers at       \(prometheusURL)"))
        try console.print(style(.faint, "The status page is at       \(statusURL)/"))
        try console.print("")
        try console.print(style(.heading, DemoLine.heading))
    }

    /// One tick of the controller.
    func tell(_ report: TickReport) async {
        guard let autoscaler = report.autoscalers.first, !outputClosed else { return }
        let simulation = await rush.deployment.simulation
        statistics.add(autoscaler, demand: simulation.demand)
        do {
            if report.time >= nextLine {
                nextLine = report.time.advanced(bySeconds: 120)
                let line = DemoLine(
                    time: report.time, demand: simulation.demand, autoscaler: autoscaler,
                    ready: simulation.readyCount)
                try console.print(line.text(style: console.style))
            }
            try tellDecision(autoscaler, at: report.time)
        } catch {
            // Nobody reads any more; the demo ends when it is over.
            outputClosed = true
        }
    }

    private func tellDecision(_ report: AutoscalerReport, at time: Timestamp) throws {
        let explanation = Explanation(
            report.decision, spec: report.autoscaler.spec, namespace: report.autoscaler.key.namespace,
            flags: ControllerFlags())
        switch report.outcome {
        case .scaled(let old, let new):
            // The line of the change says what still holds back the rest.
            lastHolder = holder(of: report)
            try say(new > old ? "▲" : "▼", new > old ? .up : .down, explanation.line, at: time)
        case .kept, .withheld, .superseded:
            let holder = holder(of: report)
            if holder != lastHolder, holder != .nobody {
                try say("•", holder == .failure ? .bad : .warning, explanation.line, at: time)
                if holder == .maximum {
                    try say(
                        " ", .faint,
                        "an operator sees ScalingLimited: TooManyReplicas; more pods need a higher maxReplicas",
                        at: nil)
                }
            }
            lastHolder = holder
        case .failed(let cause, _):
            if lastHolder != .failure { try say("✗", .bad, cause, at: time) }
            lastHolder = .failure
        }
    }

    private func holder(of report: AutoscalerReport) -> Holder {
        if report.report.error != nil { return .failure }
        if report.decision.limitation?.reason == .tooManyReplicas { return .maximum }
        if report.decision.stabilization?.reason == .scaleDownStabilized { return .window }
        return .nobody
    }

    private func say(_ sign: String, _ role: TextStyle.Role, _ text: String, at time: Timestamp?) throws {
        let clock = time.map(DemoLine.clock) ?? "     "
        let width = min(console.width() ?? 110, 110) - 10
        for (index, line) in Paragraph.lines(text, width: width).enumerated() {
            let start = index == 0 ? "\(clock)  \(sign) " : "         "
            try console.print(console.style(role, start + line))
        }
    }

    /// The summary.
    func end() async throws {
        let simulation = await rush.deployment.simulation
        try console.print("")
        try console.print(console.style(.heading, "The rush is over"))
        for line in statistics.lines(unserved: simulation.unservedTotal) { try console.print("  \(line)") }
    }
}
