internal import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes

/// A change of size that may be written. There is none outside the autoscaler's bounds, whatever was decided.
struct ScaleWrite: Sendable {
    let place: ObservedAutoscaler.WritableScale
    let from: Int32
    let to: Int32

    /// Why a decision must not be carried out: a fault of this program, caught before it does harm.
    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    init(
        _ decision: Decision, spec: AutoscalerSpec, at place: ObservedAutoscaler.WritableScale
    ) throws(Refusal) {
        let wanted = decision.desiredReplicas
        let spec = spec.raised(by: decision.schedules)
        guard spec.minReplicas <= spec.maxReplicas, (spec.minReplicas...spec.maxReplicas).contains(wanted) else {
            throw Refusal(
                description: "\(wanted) replicas are not within \(spec.minReplicas) to \(spec.maxReplicas): not written"
            )
        }
        guard decision.currentReplicas == place.scale.wantedReplicas else {
            throw Refusal(description: "the decision is about another size than the scale it would change: not written")
        }
        self.place = place
        self.from = decision.currentReplicas
        self.to = wanted
    }
}

/// Carries out changes of size: under the lease alone, and each in bounded time.
struct ScaleWriter: Sendable {
    let client: KubernetesClient
    let view: any ClusterView
    let ownership: Ownership
    let limit: Duration
    let clock: any MonotonicClock

    func carryOut(_ write: ScaleWrite) async -> AutoscalerReport.Outcome {
        let place = write.place
        do {
            let outcome = try await ownership.write(in: place.target.namespace, within: limit, clock) {
                try await client.scale(place.target, to: write.to, decidedOn: place.scale)
            }
            switch outcome {
            case nil: return .failed("this process does not lead any more: not written", isCertain: true)
            case .scaled(let scale)?:
                view.noteWritten(scale, of: place.target)
                return .scaled(from: write.from, to: write.to)
            // This size was asked for and is there. The transport sends a request again whose first answer was lost, and
            // then finds its own change.
            case .unchanged?: return .scaled(from: write.from, to: write.to)
            case .superseded(let replicas)?: return .superseded(by: replicas)
            }
        } catch let error as KubernetesError {
            return .failed("\(error)", isCertain: error.kind.changedNothing)
        } catch {
            return .failed("\(error)", isCertain: false)
        }
    }
}

extension KubernetesError.Kind {
    /// Whether a write that was answered so has surely not been carried out.
    fileprivate var changedNothing: Bool {
        switch self {
        case .unauthorized, .forbidden, .notFound, .notServed, .alreadyExists, .conflict, .expired, .invalid,
            .tooManyRequests, .badRequest:
            true
        case .serverError, .unavailable, .serverTimeout, .truncated, .undecodable, .unreachable: false
        }
    }
}
