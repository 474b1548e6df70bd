internal import Autoscaling
internal import Controller
internal import FoundationEssentials
internal import KubernetesClient
internal import Manifests
internal import PrometheusClient

/// How results are written.
enum OutputFormat: String, CaseIterable, Sendable {
    case table, wide, json, yaml
}

/// The options of `plan`.
enum PlanOptions {
    static let files = Option<[String]>.list(
        "filename", letter: "f", "PATH", completes: .files,
        "A manifest, a folder of them, or - for standard input")
    static let against = Option<String?>.text(
        "against", "PATH", completes: .files, "Decide by this older manifest too, on the same data, and compare")
    static let observation = Option<String?>.text(
        "observation", "FILE", completes: .files, "Decide from what --save wrote; no server is asked")
    static let save = Option<String?>.text(
        "save", "FILE", completes: .files, "Write what was observed, for --observation and for bug reports")
    static let output = Option<OutputFormat>.choice("output", letter: "o", default: .table, "How to write the result")
}

extension Command {
    /// `swiftlet plan`.
    static let plan = Command(
        CommandSpec(
            "plan", "Decide now, explain it, and write nothing",
            discussion: [
                "Looks at the cluster and at Prometheus once, and says what size each target should have and why: the "
                    + "decision that a controller would make which begins now. Autoscalers are read from manifests "
                    + "with -f, or from the cluster by their names: NAME, hza/NAME or hpa/NAME. One of the cluster "
                    + "brings along what its status has kept of the past, and a manifest brings none.",
                "Exit code 0: decided. 1: a manifest is invalid or the data allow no decision. 3: a server could not "
                    + "be reached, or refused.",
            ],
            positionals: .init("NAME", fewest: 0, most: nil, .nothing),
            options: [
                PlanOptions.files.spec, PlanOptions.against.spec, PlanOptions.observation.spec, PlanOptions.save.spec,
                PlanOptions.output.spec,
            ] + MetricOptions.all + ServerOptions.all + HPAFlags.all,
            examples: [
                .init("swiftlet plan -f hpa.yaml --prometheus-url http://prometheus:9090", "Decide against live data"),
                .init("swiftlet plan order-service-hpa -n bytebites", "Decide what the cluster has under that name"),
                .init("swiftlet plan -f new.yaml --against old.yaml", "Compare two policies on the same data"),
                .init("swiftlet plan -f hpa.yaml --save now.json", "Keep what was observed"),
                .init("swiftlet plan -f hpa.yaml --observation now.json", "Decide from it again, with no network"),
            ]),
        run: { arguments, console in
            try await PlanRun(arguments: arguments, console: console).run()
        })
}

/// One call of `plan`.
struct PlanRun {
    let arguments: Arguments
    let console: Console

    func run() async throws -> ExitCode {
        let paths = try arguments[PlanOptions.files]
        let names = arguments.positionals
        if paths.isEmpty, names.isEmpty {
            throw UsageError(
                "name an autoscaler, or a file: swiftlet plan NAME, swiftlet plan -f hpa.yaml", command: "plan")
        }
        if !paths.isEmpty, let name = names.first {
            throw UsageError(
                "'\(name)' is one argument too many with -f; manifests name their autoscalers", command: "plan")
        }
        let flags = try ControllerFlags(arguments)
        let observer = try PlanObserver(arguments, console)
        let files = try AutoscalerFiles(arguments, console, defaultNamespace: observer.defaultNamespace)
        let older = try arguments[PlanOptions.against].map { try files.read([$0]).validAutoscalers }
        var autoscalers = paths.isEmpty ? [] : try files.read(paths).validAutoscalers
        var plans: [Plan] = []
        var trouble: ExitCode?
        do {
            if !names.isEmpty { autoscalers = try await observer.autoscalers(named: names) }
            let now = SystemClock().now()
            let seen = try await observer.observe(autoscalers, at: now)
            trouble = seen.trouble
            plans = autoscalers.indices.map {
                Plan(autoscalers[$0], seen.observations[$0], history: seen.histories[$0], flags: flags)
            }
            if let older { try await compare(&plans, with: older, observer, seen, flags: flags) }
            await observer.shutDown()
        } catch {
            await observer.shutDown()
            throw error
        }
        if let path = try arguments[PlanOptions.save] {
            try ObservationFile(plans).write(to: path)
            console.complain("observations written to \(path)")
        }
        try write(plans)
        if trouble != nil {
            console.complain(
                "swiftlet: a server could not be reached or refused; the decisions above say which and why")
        }
        return trouble ?? (plans.contains { $0.failure != nil } ? .no : .done)
    }

    private func compare(
        _ plans: inout [Plan], with older: [Autoscaler], _ observer: PlanObserver, _ seen: PlanObserver.Seen,
        flags: ControllerFlags
    ) async throws {
        // Looked at apart from the new ones: two autoscalers on the same pods would be ambiguous.
        let again = try await observer.observe(older, at: seen.time)
        for (index, plan) in plans.enumerated() {
            let same = older.firstIndex { $0.key == plan.autoscaler.key } ?? (older.count == 1 ? 0 : nil)
            guard let same else { continue }
            plans[index].older = OlderPlan(
                Plan(older[same], again.observations[same], history: plan.history, flags: flags))
        }
    }

    private func write(_ plans: [Plan]) throws {
        switch try arguments[PlanOptions.output] {
        case .json: try console.output.write(try JSONText.pretty(PlanDocument(plans)))
        case .yaml: try console.output.write(try YAMLEncoder().encode(PlanDocument(plans)))
        case .table: try PlanTable(plans: plans, isWide: false, console: console).write()
        case .wide: try PlanTable(plans: plans, isWide: true, console: console).write()
        }
    }
}
