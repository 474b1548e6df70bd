internal import Autoscaling
internal import KubernetesTypes

/// The controller as the API shows it.
struct ControllerStatus: Sendable, Encodable {
    var version: String
    /// The controller's clock now.
    var time: Time
    /// Whether this process works. Of one that does not, nothing is known about autoscalers.
    var leads: Bool
    /// Who does; left out without an election, and while nobody does.
    var leader: String?
    /// Which part of the work is this process's; left out where it is not shared.
    var shards: Shards?
    /// `active`, or `shadow` for one that writes nothing.
    var mode: String
    var syncPeriodSeconds: Double
    var lastTick: Tick?
    var autoscalers: Int
    /// How many autoscalers stand how.
    var states: [String: Int]
    /// What is wrong beside the autoscalers.
    var problems: [String]
    /// What Prometheus warned of.
    var warnings: [String]
    var watches: [Watch]

    struct Shards: Sendable, Encodable {
        var count: Int
        /// Those of this process, ascending.
        var owned: [Int]
        /// Who owns each, as far as known.
        var owners: [String?]
    }

    struct Tick: Sendable, Encodable {
        var number: Int
        var time: Time
        var durationSeconds: Double
    }

    struct Watch: Sendable, Encodable {
        var resource: String
        var objects: Int?
        /// Since the server gave the last sign of life.
        var silenceSeconds: Double?
        var problem: String?
    }
}

extension ControllerStatus.Shards {
    /// For the head of the page.
    var text: String {
        if owned.isEmpty { return "stands by; owns none of \(count) shards" }
        let names = owned.map(String.init).joined(separator: ", ")
        return owned.count == 1 ? "owns shard \(names) of \(count)" : "owns shards \(names) of \(count)"
    }
}
