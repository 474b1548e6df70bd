/// What a decision looks at in a pod, flat: no strings, no references, so that a thousand of them are one block.
///
/// The names stand beside them in ``PodSet/names``.
public struct PodState: Hashable, Sendable {
    /// `status.phase`. An empty or new phase counts as ``unknown``, which is neither pending nor failed.
    public enum Phase: UInt8, Hashable, Sendable {
        case unknown, pending, running, succeeded, failed
    }

    /// Status of the `Ready` condition.
    public enum Readiness: UInt8, Hashable, Sendable {
        /// There is no such condition.
        case absent
        case `true`, `false`, unknown
    }

    /// `status.phase`.
    public var phase: Phase
    /// Status of the `Ready` condition.
    public var readiness: Readiness
    /// Whether a deletion timestamp is set.
    public var isDeleted: Bool
    /// Last transition of the `Ready` condition; the distant past when it is not set.
    public var readyTransition: Timestamp
    /// `status.startTime`; the distant past when it is not set.
    public var startTime: Timestamp

    /// A pod as the API shows it; times that are not set are the distant past.
    public init(
        phase: Phase,
        readiness: Readiness,
        isDeleted: Bool = false,
        readyTransition: Timestamp = .distantPast,
        startTime: Timestamp = .distantPast
    ) {
        self.phase = phase
        self.readiness = readiness
        self.isDeleted = isDeleted
        self.readyTransition = readyTransition
        self.startTime = startTime
    }

    /// Running and ready: what Object and External values are multiplied by, a deletion under way or not.
    var isRunningAndReady: Bool { phase == .running && readiness == .true }
}

/// The pods that a target's selector finds, in the order they were listed.
public struct PodSet: Hashable, Sendable {
    /// Name of each pod, parallel to ``states``. Only errors and explanations read them.
    public private(set) var names: [String]
    /// What decisions look at, in the order listed.
    public private(set) var states: [PodState]

    /// No pods.
    public init() {
        self.names = []
        self.states = []
    }

    /// How many pods there are.
    public var count: Int { states.count }
    /// Whether there are none.
    public var isEmpty: Bool { states.isEmpty }

    /// Makes room for so many pods in one allocation.
    public mutating func reserveCapacity(_ count: Int) {
        names.reserveCapacity(count)
        states.reserveCapacity(count)
    }

    /// Adds a pod at the end.
    public mutating func append(_ state: PodState, named name: String) {
        names.append(name)
        states.append(state)
    }
}
