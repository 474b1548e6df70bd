internal import Autoscaling
internal import Controller
internal import Journal
internal import KubernetesTypes
internal import PrometheusClient
internal import Replay

/// Records a stretch of the past, piece by piece.
struct RecordRun {
    let autoscalers: [Autoscaler]
    let start: Timestamp
    let end: Timestamp
    let step: Duration
    /// PromQL of the demand, if it is recorded.
    let demand: String?
    /// How metrics are asked and read.
    let configuration: ControllerConfiguration
    let console: Console
    let file: RecordFile
    /// The last step that an earlier run has written.
    var last: Timestamp?

    /// Steps of one piece: four hours at 15 s, and below the 11,000 that Prometheus answers.
    private static let largestPiece = 1_000
    /// How often a server that fails is asked again, each time after twice as long.
    private static let retries = 4

    private var total: Int { Int(end.nanoseconds(since: start) / step.nanoseconds) + 1 }

    /// Where a run is.
    private struct Progress {
        /// The next step; below 0 are those that are only looked at.
        var next: Int
        var piece = RecordRun.largestPiece
        var failures = 0
        var written = 0
        /// Autoscalers whose size was known at least once.
        var found: Set<AutoscalerKey> = []
        let begun = ContinuousClock.now
        let first: Int
    }

    func run(_ collector: RangeCollector, _ state: PastState) async throws -> ExitCode {
        var state = state
        let first = last.map { Int($0.nanoseconds(since: start) / step.nanoseconds) + 1 } ?? 0
        var progress = Progress(next: first - Int(state.lead.nanoseconds / step.nanoseconds), first: first)
        let observer = PastObserver(configuration: configuration)
        var plan = observer.plan(for: autoscalers)
        let asked = plan.expressions
        plan.expressions += state.expressions + [demand].compactMap(\.self)
        if last == nil { try begin() }
        while progress.next < total {
            try Task.checkCancellation()
            guard let answers = try await ask(collector, plan, &progress) else { continue }
            for index in 0..<answers.count {
                let seen = state.look(answers, at: index, autoscalers)
                if progress.next >= first { try write(seen, answers, asked, at: index, observer, &progress) }
                progress.next += 1
            }
            show(progress)
        }
        return try finish(progress, state)
    }

    private func begin() throws {
        let header = TraceHeader(
            writtenBy: "swiftlet record \(Version.current)", syncPeriod: step, demand: demand == nil ? nil : .rate)
        try file.append(
            autoscalers.map { TraceLine(namespace: $0.key.namespace, name: $0.key.name, .spec($0.spec)) },
            header: header)
    }

    /// The next piece; `nil` to try again, a smaller one or later.
    private func ask(
        _ collector: RangeCollector, _ plan: SnapshotPlan, _ progress: inout Progress
    ) async throws -> RangeSnapshot? {
        let steps = min(progress.piece, total - progress.next)
        let time = start.advanced(byNanoseconds: step.nanoseconds * Int64(progress.next))
        do {
            let answers = try await collector.collect(plan, from: time, step: step, steps: steps)
            progress.failures = 0
            return answers
        } catch let error as PrometheusError {
            if error.asksForTooMuch, steps > 1 {
                progress.piece = steps / 2
            } else if error.isTransient, progress.failures < Self.retries {
                progress.failures += 1
                try await Task.sleep(for: .milliseconds(250 << progress.failures))
            } else {
                throw error
            }
            return nil
        }
    }

    private func write(
        _ seen: [(target: TargetState, pods: [Pod])], _ answers: RangeSnapshot, _ asked: [String], at index: Int,
        _ observer: PastObserver, _ progress: inout Progress
    ) throws {
        let (usage, time) = (answers.snapshot(at: index, answering: asked), answers.time(of: index))
        var lines: [TraceLine] = []
        if let demand, let value = try number(answers.vector(of: demand, at: index)), let only = autoscalers.first {
            lines.append(
                TraceLine(
                    namespace: only.key.namespace, name: only.key.name, .demand(.init(time: time, value: value))))
        }
        for (autoscaler, seen) in zip(autoscalers, seen) {
            let observation = observer.observation(
                of: autoscaler, among: autoscalers, target: seen.target, pods: seen.pods, usage: usage, at: time)
            if case .found = seen.target { progress.found.insert(autoscaler.key) }
            lines.append(
                TraceLine(namespace: autoscaler.key.namespace, name: autoscaler.key.name, .observation(observation)))
        }
        try file.append(lines)
        progress.written += 1
    }

    /// The one number of a moment; `nil` where there is none.
    private func number(_ vector: SampleVector) throws -> Double? {
        guard vector.count <= 1 else {
            throw CommandFailure(
                .no, "--demand has \(vector.count) series, e.g. \(vector[0].labels); it must be one: take a sum")
        }
        guard case .number(let value) = vector.first?.value, value.isFinite, value >= 0 else { return nil }
        return value
    }

    private func show(_ progress: Progress) {
        guard console.isTerminal else { return }
        let (done, all) = (max(progress.next - progress.first, 0), max(total - progress.first, 1))
        let elapsed = ContinuousClock.now - progress.begun
        let left = done > 0 ? elapsed / done * (all - done) : .zero
        let text =
            "\(done * 100 / all) %  \(TraceTime.text(start.advanced(byNanoseconds: step.nanoseconds * Int64(max(progress.next - 1, 0)))))"
            + " UTC  \(DurationText.text(.seconds(left.components.seconds))) left"
        try? console.errors.write("\r\u{1B}[K" + (progress.next < total ? text : ""))
    }

    private func finish(_ progress: Progress, _ state: PastState) throws -> ExitCode {
        console.complain(
            progress.written == 1 ? "swiftlet: 1 step recorded" : "swiftlet: \(progress.written) steps recorded")
        guard progress.written > 0 else { return .done }
        for autoscaler in autoscalers where !progress.found.contains(autoscaler.key) {
            throw CommandFailure(.no, "\(autoscaler.key): nothing is known of its size: \(state.hint(autoscaler))")
        }
        return .done
    }
}
