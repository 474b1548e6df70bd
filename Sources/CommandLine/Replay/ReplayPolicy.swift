internal import Autoscaling
internal import Controller
internal import KubernetesTypes
internal import Manifests
internal import Replay
internal import Schedules

/// A policy that is replayed, as its manifest has it.
struct ReplayPolicy {
    /// Tells it from the others of a call.
    var name: String
    /// By which a trace knows it.
    var key: TraceReplay.Key
    var spec: AutoscalerSpec
    /// Of its schedules.
    var calendar: ScheduleCalendar
    var object: HorizontalPodAutoscaler
    /// What only a HorizontalAutoscaler can say; `nil` for a HorizontalPodAutoscaler.
    var extensions: HorizontalAutoscaler.Extensions?
    /// As YAML, with all defaults.
    var manifest: String

    private init?(_ written: AutoscalerManifest, name: String? = nil) throws {
        guard let autoscaler = Autoscaler(written) else { return nil }
        self.name = name ?? "\(autoscaler.key)"
        object = written.autoscaler
        extensions = written.extensions
        key = TraceReplay.Key(namespace: autoscaler.key.namespace, name: autoscaler.key.name)
        spec = autoscaler.spec
        calendar = ZoneFiles().calendar(of: spec)
        if let problem = calendar.problems.first {
            throw CommandFailure(
                .no, "\(written.file): schedule '\(problem.name)' cannot be followed: \(problem.problem)")
        }
        manifest = try Self.yaml(object, extensions)
    }

    /// A policy as it is written into a manifest.
    static func yaml(_ object: HorizontalPodAutoscaler, _ extensions: HorizontalAutoscaler.Extensions?) throws -> String
    {
        guard let extensions else {
            var object = object
            object.status = nil
            return try YAMLEncoder().encode(object)
        }
        return try YAMLEncoder().encode(
            HorizontalAutoscaler(
                metadata: object.metadata,
                spec: HorizontalAutoscaler.Spec(autoscaling: object.spec ?? .init(), extensions: extensions)))
    }

    /// The policy against a past, by the options of a command.
    ///
    /// - Throws: ``UsageError`` for an option with a value that cannot be.
    func run(_ mode: ReplayRun.Mode, _ arguments: Arguments, command: String) throws(UsageError) -> ReplayRun {
        var run = ReplayRun(
            name: name, spec: spec, mode: mode, flags: try ControllerFlags(arguments),
            syncPeriod: try ReplayOptions.syncPeriod(arguments, of: spec, command: command),
            neededUtilization: try arguments[ReplayOptions.needAt], calendar: calendar)
        run.namespace = key.namespace
        run.isPaused = extensions?.mode == .known(.paused)
        return run
    }

    /// What a reader of its replay should know.
    var note: String? {
        guard extensions?.mode == .known(.shadow) else { return nil }
        return "mode is Shadow: a controller would write none of these sizes. The replay shows what they would lead to."
    }

    /// The policies of the files, named as objects.
    static func read(_ paths: [String], _ arguments: Arguments, _ console: Console) throws -> [ReplayPolicy] {
        try AutoscalerFiles(arguments, console).read(paths).autoscalers.compactMap { try ReplayPolicy($0) }
    }

    /// The policies of the files, named by file, and by line where a file has several: what is compared mostly has one
    /// object name.
    ///
    /// - Throws: ``UsageError`` where two would have one name, and be taken for one policy.
    static func readNamed(_ paths: [String], _ arguments: Arguments, _ console: Console) throws -> [ReplayPolicy] {
        let manifests = try AutoscalerFiles(arguments, console).read(paths).autoscalers
        let policies = try manifests.compactMap { manifest in
            let isAlone = manifests.count { $0.file == manifest.file } == 1
            return try ReplayPolicy(
                manifest, name: isAlone ? manifest.file : "\(manifest.file):\(manifest.mark.line)")
        }
        guard Set(policies.map(\.name)).count == policies.count else {
            throw UsageError("a manifest is written twice: \(paths.joined(separator: ", "))", command: "compare")
        }
        return policies
    }
}
