package import Autoscaling

extension HorizontalAutoscaler {
    /// What a status can say beyond `autoscaling/v2`.
    package struct StatusExtensions: Hashable, Sendable, Codable {
        /// What `kubectl get` shows of the target and of the metrics: ``HorizontalPodAutoscaler/referenceText`` and
        /// ``HorizontalPodAutoscaler/targetsText``.
        package var reference: String?
        package var targets: String?
        /// Which pods counted, as the text form of a label selector.
        package var selector: String?
        /// Pods under the target's selector that the target does not own, by name: at most ``mostForeignPods``.
        package var foreignPods: [String]?
        /// What past decisions leave to later ones.
        package var history: StoredHistory?

        package static let mostForeignPods = 10

        package init(
            reference: String? = nil, targets: String? = nil, selector: String? = nil, foreignPods: [String]? = nil,
            history: StoredHistory? = nil
        ) {
            self.reference = reference
            self.targets = targets
            self.selector = selector
            self.foreignPods = foreignPods
            self.history = history
        }

        /// A history that cannot be read counts as none: windows then begin anew, and the autoscaler goes on.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            reference = try container.decodeIfPresent(String.self, forKey: .reference)
            targets = try container.decodeIfPresent(String.self, forKey: .targets)
            selector = try container.decodeIfPresent(String.self, forKey: .selector)
            foreignPods = try container.decodeIfPresent([String].self, forKey: .foreignPods)
            history = try? container.decodeIfPresent(StoredHistory.self, forKey: .history)
        }
    }

    /// A ``History`` in a status: compact, bounded and exact to the nanosecond, so that another process decides from it
    /// as this one would have.
    ///
    /// Names are of one letter where they repeat, since an object with its history is written at every tick that changes
    /// it.
    package struct StoredHistory: Hashable, Sendable, Codable {
        /// What one decision asked for, before stabilization.
        package struct Recommendation: Hashable, Sendable, Codable {
            package var time: PreciseTime
            package var replicas: Int32

            package init(time: PreciseTime, replicas: Int32) {
                self.time = time
                self.replicas = replicas
            }

            enum CodingKeys: String, CodingKey {
                case time = "t"
                case replicas = "r"
            }
        }

        /// A change of size that was written.
        package struct ScaleEvent: Hashable, Sendable, Codable {
            package var time: PreciseTime
            /// Pods added or removed, above 0.
            package var change: Int32

            package init(time: PreciseTime, change: Int32) {
                self.time = time
                self.change = change
            }

            enum CodingKeys: String, CodingKey {
                case time = "t"
                case change = "d"
            }
        }

        /// A write that was begun, and whose outcome is not known yet.
        package struct PendingScale: Hashable, Sendable, Codable {
            package var time: PreciseTime
            package var from: Int32
            package var to: Int32

            package init(time: PreciseTime, from: Int32, to: Int32) {
                self.time = time
                self.from = from
                self.to = to
            }

            enum CodingKeys: String, CodingKey {
                case time = "t"
                case from, to
            }
        }

        /// Metrics that fail.
        package struct Failure: Hashable, Sendable, Codable {
            /// Since when.
            package var since: PreciseTime
            package var lastGood: Recommendation?

            package init(since: PreciseTime, lastGood: Recommendation? = nil) {
                self.since = since
                self.lastGood = lastGood
            }
        }

        /// The UID of the target that this is about; a history of another object counts for nothing.
        package var target: String?
        /// Absent for an autoscaler that no decision was made for yet.
        package var recommendations: [Recommendation]?
        package var scaleUps: [ScaleEvent]?
        package var scaleDowns: [ScaleEvent]?
        package var failure: Failure?
        /// Since when there has been nothing to do.
        package var idleSince: PreciseTime?
        package var pending: PendingScale?
        /// Times at which the size turned from growing to shrinking or back, while a flap budget is in force.
        package var turns: [PreciseTime]?
        /// Which way it went last.
        package var wentUp: Bool?

        /// - Parameter history: What to store; it is written as it is, so compact it before.
        package init(
            _ history: History, target: String?, pending: PendingScale? = nil,
            turns: DirectionChanges = DirectionChanges()
        ) {
            self.turns = turns.times.isEmpty ? nil : turns.times.map { PreciseTime($0) }
            wentUp = turns.lastIsUp
            func stored(_ events: [History.ScaleEvent]) -> [ScaleEvent]? {
                events.isEmpty ? nil : events.map { ScaleEvent(time: PreciseTime($0.time), change: $0.change) }
            }
            self.target = target
            recommendations =
                history.isStarted
                ? history.recommendations.map { Recommendation(time: PreciseTime($0.time), replicas: $0.replicas) }
                : nil
            scaleUps = stored(history.scaleUpEvents)
            scaleDowns = stored(history.scaleDownEvents)
            failure = history.failure.map { failure in
                Failure(
                    since: PreciseTime(failure.since),
                    lastGood: failure.lastGood.map { .init(time: PreciseTime($0.time), replicas: $0.replicas) })
            }
            idleSince = history.idleSince.map(PreciseTime.init)
            self.pending = pending
        }

        /// What a flap budget is counted by.
        package var directionChanges: DirectionChanges {
            DirectionChanges(lastIsUp: wentUp, times: (turns ?? []).map(\.timestamp))
        }

        /// The history that decisions are made from.
        package var history: History {
            func events(_ stored: [ScaleEvent]?) -> [History.ScaleEvent] {
                (stored ?? []).map { History.ScaleEvent(time: $0.time.timestamp, change: $0.change) }
            }
            return History(
                recommendations: recommendations?.map { .init(time: $0.time.timestamp, replicas: $0.replicas) },
                scaleUpEvents: events(scaleUps), scaleDownEvents: events(scaleDowns),
                failure: failure.map { failure in
                    .init(
                        since: failure.since.timestamp,
                        lastGood: failure.lastGood.map { .init(time: $0.time.timestamp, replicas: $0.replicas) })
                },
                idleSince: idleSince?.timestamp)
        }
    }
}
