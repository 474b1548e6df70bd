package import Autoscaling
package import Manifests

/// Several autoscalers of one controller in a closed loop: each has a workload of its own, of the same model and with the same
/// demand, and all have the guards of the controller in common.
///
/// They are decided on in one tick, so that all have one sync period.
package struct FleetReplay: Sendable {
    /// One for each autoscaler, in a closed loop.
    private let runs: [ReplayRun]
    private let guards: FleetPolicy?

    /// - Parameter guards: What is allowed over all of them; `nil` allows everything.
    package init(_ runs: [ReplayRun], guards: FleetPolicy?) {
        self.guards = guards
        self.runs = runs.map { run in
            var run = run
            run.fleet = guards
            return run
        }
    }

    /// Replays a trace from its beginning to its end; it is opened once for each autoscaler.
    ///
    /// - Parameter onTick: Is handed each decision and the index of its run.
    /// - Returns: An outcome for each run.
    /// - Throws: The first fault of the trace, with its line; when the task is cancelled, that it was stopped.
    package func run(
        _ trace: DemandTrace, onTick: (Int, ReplayTick) -> Void = { _, _ in }
    ) throws(Diagnostic) -> [ReplayOutcome] {
        var workloads: [Workload] = []
        for run in runs {
            guard case .closed(let model) = run.mode else { continue }
            let cursor = try DemandCursor(trace)
            workloads.append(Workload(try ClosedLoop(run: run, model: model, trace: trace, cursor: cursor)))
        }
        var fleet = FleetState()
        while try decide(workloads, &fleet) {
            for (index, workload) in workloads.enumerated() {
                try workload.loop.act(on: &workload.tick) { onTick(index, $0) }
            }
        }
        return workloads.map { $0.loop.finish() }
    }

    /// Makes the decisions of a tick, with what the guards hold of them.
    ///
    /// - Returns: False when the trace is over, which it is for all at once.
    private func decide(_ workloads: [Workload], _ fleet: inout FleetState) throws(Diagnostic) -> Bool {
        for workload in workloads {
            guard try workload.loop.decide(&workload.tick) else { return false }
        }
        guard let first = workloads.first else { return false }
        guard let guards else { return true }
        let now = first.tick.time
        let members = workloads.map { $0.loop.member($0.tick.decision) }
        for (index, hold) in fleet.judge(members, guards, at: now).holds.enumerated() {
            if let hold { workloads[index].loop.decide(&workloads[index].tick, held: hold) }
        }
        for (member, workload) in zip(members, workloads) {
            let decision = workload.tick.decision
            fleet.record(
                .init(
                    time: now, namespace: member.namespace, pods: decision.desiredReplicas - decision.currentReplicas))
        }
        return true
    }

    /// A closed loop in an array, and its last decision.
    private final class Workload {
        var loop: ClosedLoop
        var tick: ReplayTick

        init(_ loop: consuming ClosedLoop) {
            tick = ReplayTick(undecidedAt: loop.start)
            self.loop = loop
        }
    }
}
