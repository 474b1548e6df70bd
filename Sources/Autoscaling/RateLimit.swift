/// The bounds of an autoscaler's spec. A plain pair: an invalid spec can have them the wrong way round.
package struct ReplicaBounds {
    var minReplicas: Int32
    var maxReplicas: Int32

    package init(minReplicas: Int32, maxReplicas: Int32) {
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
    }
}

/// A stabilised recommendation brought within the rate limits and the bounds.
public struct Limitation: Hashable, Sendable, Codable {
    /// Which limit decided, or would have.
    public enum Reason: String, Hashable, Sendable, Codable {
        case desiredWithinRange
        case scaleUpLimit
        case scaleDownLimit
        case tooManyReplicas
        case tooFewReplicas
    }

    /// The size after all limits.
    public var replicas: Int32
    /// Which limit decided; `desiredWithinRange` when none did.
    public var reason: Reason
    /// Whether the stabilised recommendation was changed: the status of condition `ScalingLimited`.
    public var isLimited: Bool
    /// The most, or on the way down the fewest, replicas that the policies allow now; `nil` where none applies.
    public var rateLimit: Int32?
    /// When the oldest change that uses up a policy's allowance leaves its period; `nil` when no policy limits.
    public var limitedUntil: Timestamp?
}

extension Limitation {
    /// Without `behavior`: at most twice the present size or 4, whichever is more.
    ///
    /// - Source: `horizontal.go` v1.36, `convertDesiredReplicasWithRules`, `calculateScaleUpLimit`.
    static func withoutBehavior(_ desired: Int32, current: Int32, bounds: ReplicaBounds) -> Limitation {
        let scaleUpLimit = Int32(saturating: max(2 * Double(current), 4), ifNaN: current)
        let isRate = bounds.maxReplicas > scaleUpLimit
        let highest = isRate ? scaleUpLimit : bounds.maxReplicas
        if desired < bounds.minReplicas {
            return Limitation(replicas: bounds.minReplicas, reason: .tooFewReplicas, isLimited: true)
        }
        if desired > highest {
            return Limitation(
                replicas: highest, reason: isRate ? .scaleUpLimit : .tooManyReplicas, isLimited: true,
                rateLimit: scaleUpLimit)
        }
        return Limitation(replicas: desired, reason: .desiredWithinRange, isLimited: false)
    }

    /// With `behavior`: the policies of the direction, then the bound of that direction.
    ///
    /// - Source: `horizontal.go` v1.36, `convertDesiredReplicasWithBehaviorRate`.
    package static func withBehavior(
        _ desired: Int32, current: Int32, bounds: ReplicaBounds, behavior: ScalingBehavior, history: History,
        now: Timestamp
    ) -> Limitation {
        if desired > current {
            let allowance = PolicyAllowance.scaleUp(from: current, rules: behavior.scaleUp, history: history, now: now)
            let rate = max(allowance.replicas, current)
            let isRate = bounds.maxReplicas > rate
            let highest = isRate ? rate : bounds.maxReplicas
            if desired > highest {
                return Limitation(
                    replicas: highest, reason: isRate ? .scaleUpLimit : .tooManyReplicas, isLimited: true,
                    rateLimit: rate, limitedUntil: isRate ? allowance.growsAt : nil)
            }
        } else if desired < current {
            let allowance = PolicyAllowance.scaleDown(
                from: current, rules: behavior.scaleDown, history: history, now: now)
            let rate = min(allowance.replicas, current)
            let isRate = bounds.minReplicas < rate
            let lowest = isRate ? rate : bounds.minReplicas
            if desired < lowest {
                return Limitation(
                    replicas: lowest, reason: isRate ? .scaleDownLimit : .tooFewReplicas, isLimited: true,
                    rateLimit: rate, limitedUntil: isRate ? allowance.growsAt : nil)
            }
        }
        return Limitation(replicas: desired, reason: .desiredWithinRange, isLimited: false)
    }
}

/// The size that the policies of one direction allow, given the changes inside their periods.
///
/// Sums that pass 32 bits wrap around, as in Go. The limit is then on the wrong side of the present size, and what
/// follows is that the size is kept: the safe outcome.
struct PolicyAllowance {
    var replicas: Int32
    /// When the policy that decided allows more: its oldest change leaves the period. `nil` without such a change.
    var growsAt: Timestamp?

    /// - Source: `calculateScaleUpLimitWithScalingRules`. Percentages round up, so that a small target can grow.
    static func scaleUp(from current: Int32, rules: ScalingRules, history: History, now: Timestamp) -> PolicyAllowance {
        limit(from: current, rules: rules, history: history, now: now, picksLargest: rules.selectPolicy == .max) {
            base, policy in
            switch policy.kind {
            case .pods: return base &+ policy.value
            case .percent:
                let exact = (Double(base) * (1 + Double(policy.value) / 100)).rounded(.up)
                return Int32(saturating: exact, ifNaN: base)
            }
        }
    }

    /// - Source: `calculateScaleDownLimitWithBehaviors`. Percentages truncate; the policy that allows the smallest
    ///   change leaves the most replicas.
    static func scaleDown(from current: Int32, rules: ScalingRules, history: History, now: Timestamp)
        -> PolicyAllowance
    {
        limit(from: current, rules: rules, history: history, now: now, picksLargest: rules.selectPolicy == .min) {
            base, policy in
            switch policy.kind {
            case .pods: return base &- policy.value
            case .percent:
                let exact = Double(base) * (1 - Double(policy.value) / 100)
                return Int32(saturating: exact.rounded(.towardZero), ifNaN: base)
            }
        }
    }

    private static func limit(
        from current: Int32, rules: ScalingRules, history: History, now: Timestamp, picksLargest: Bool,
        proposal: (Int32, ScalingPolicy) -> Int32
    ) -> PolicyAllowance {
        if rules.selectPolicy == .disabled { return PolicyAllowance(replicas: current, growsAt: nil) }
        var result = PolicyAllowance(replicas: picksLargest ? .min : .max, growsAt: nil)
        var period: Int32?
        var (added, removed) = ((total: Int32(0), oldest: Timestamp.never), (total: Int32(0), oldest: Timestamp.never))
        for policy in rules.policies {
            // Policies mostly have one period in common: the changes in it are summed once.
            if policy.periodSeconds != period {
                period = policy.periodSeconds
                added = change(in: policy.periodSeconds, of: history.scaleUpEvents, now: now)
                removed = change(in: policy.periodSeconds, of: history.scaleDownEvents, now: now)
            }
            let base = current &- added.total &+ removed.total
            let proposed = proposal(base, policy)
            if picksLargest ? proposed > result.replicas : proposed < result.replicas {
                let oldest = min(added.oldest, removed.oldest)
                result = PolicyAllowance(
                    replicas: proposed,
                    growsAt: oldest == .never ? nil : oldest.advanced(bySeconds: Int64(policy.periodSeconds)))
            }
        }
        return result
    }

    /// The pods changed within a period; a change whose age equals the period does not count.
    ///
    /// - Source: `getReplicasChangePerPeriod`.
    private static func change(
        in periodSeconds: Int32, of events: [History.ScaleEvent], now: Timestamp
    ) -> (total: Int32, oldest: Timestamp) {
        let cutoff = now.advanced(bySeconds: -Int64(periodSeconds))
        var total: Int32 = 0
        var oldest = Timestamp.never
        for event in events where event.time > cutoff {
            total &+= event.change
            oldest = min(oldest, event.time)
        }
        return (total, oldest)
    }
}

extension Timestamp {
    /// After every other instant.
    fileprivate static let never = Timestamp(nanoseconds: .max)
}
