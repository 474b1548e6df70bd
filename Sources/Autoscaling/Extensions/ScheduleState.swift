/// The schedules of a spec at the time of an observation.
public struct ScheduleState: Hashable, Sendable, Codable {
    /// A schedule that is in force.
    public struct Active: Hashable, Sendable, Codable {
        /// As in ``SchedulePolicy/name``.
        public var name: String
        /// Fewest replicas; `nil` leaves the minimum alone.
        public var minReplicas: Int32?
        /// Most replicas; `nil` leaves the maximum alone.
        public var maxReplicas: Int32?
        /// When it ends; `nil` while one time of it follows another without a break.
        public var until: Timestamp?

        /// A schedule in force.
        public init(name: String, minReplicas: Int32? = nil, maxReplicas: Int32? = nil, until: Timestamp? = nil) {
            self.name = name
            self.minReplicas = minReplicas
            self.maxReplicas = maxReplicas
            self.until = until
        }
    }

    /// A schedule that cannot be followed: nobody knows whether it is in force.
    public struct Unknown: Hashable, Sendable, Codable {
        /// As in ``SchedulePolicy/name``.
        public var name: String
        /// Why, in words that go on after "schedule 'dinner' cannot be followed: ".
        public var problem: String

        /// A schedule that cannot be followed.
        public init(name: String, problem: String) {
            self.name = name
            self.problem = problem
        }
    }

    /// In the order of the spec.
    public var active: [Active]
    /// In the order of the spec.
    public var unknown: [Unknown]

    /// What is in force, and what is not known.
    public init(active: [Active] = [], unknown: [Unknown] = []) {
        self.active = active
        self.unknown = unknown
    }

    /// Reads the recorded form, in which what is empty is absent.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        active = try container.decodeIfPresent([Active].self, forKey: .active) ?? []
        unknown = try container.decodeIfPresent([Unknown].self, forKey: .unknown) ?? []
    }

    /// Writes the recorded form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !active.isEmpty { try container.encode(active, forKey: .active) }
        if !unknown.isEmpty { try container.encode(unknown, forKey: .unknown) }
    }

    private enum CodingKeys: String, CodingKey {
        case active, unknown
    }

    /// What is not known may be in force: the size then never gets smaller than it might have to be.
    var hold: Hold? {
        guard let first = unknown.first else { return nil }
        return Hold(
            .down, reason: "ScheduleUnknown",
            message: "schedule '\(first.name)' cannot be followed: \(first.problem)")
    }
}

extension AutoscalerSpec {
    /// The spec with the bounds that are in force: schedules raise them, and never lower them.
    ///
    /// A minimum above the maximum counts as the maximum: what may be spent has the last word.
    public func raised(by schedules: ScheduleState?) -> AutoscalerSpec {
        guard let active = schedules?.active, !active.isEmpty else { return self }
        var spec = self
        spec.maxReplicas = active.compactMap(\.maxReplicas).reduce(maxReplicas, max)
        let fewest = active.compactMap(\.minReplicas).reduce(minReplicas, max)
        spec.minReplicas = max(minReplicas, min(fewest, spec.maxReplicas))
        return spec
    }
}

extension Decision {
    /// The schedule that makes the minimum what it is; `nil` when the spec does.
    func scheduleOfMinimum(_ spec: AutoscalerSpec) -> ScheduleState.Active? {
        schedules?.active.filter { ($0.minReplicas ?? .min) > spec.minReplicas }
            .max { ($0.minReplicas ?? .min) < ($1.minReplicas ?? .min) }
    }

    /// The schedule that makes the maximum what it is; `nil` when the spec does.
    func scheduleOfMaximum(_ spec: AutoscalerSpec) -> ScheduleState.Active? {
        schedules?.active.filter { ($0.maxReplicas ?? .min) > spec.maxReplicas }
            .max { ($0.maxReplicas ?? .min) < ($1.maxReplicas ?? .min) }
    }

    /// The condition `ScheduleActive`; `nil` when no schedule says anything.
    var scheduleCondition: Condition? {
        guard let schedules else { return nil }
        if let unknown = schedules.unknown.first {
            return Condition(
                .scheduleActive, false, "ScheduleUnknown",
                "schedule '\(unknown.name)' cannot be followed: \(unknown.problem)")
        }
        return Condition(
            .scheduleActive, true, "ScheduleInForce", schedules.active.map { $0.text() }.joined(separator: "; "))
    }
}

extension ScheduleState.Active {
    /// What it does, and until when.
    func text(_ until: (Timestamp) -> String = { ", until \(NumberText.timeOfDay($0)) UTC" }) -> String {
        let bounds = [
            minReplicas.map { "minReplicas to at least \($0)" }, maxReplicas.map { "maxReplicas to at least \($0)" },
        ]
        return "schedule '\(name)' raises \(bounds.compactMap(\.self).joined(separator: " and "))"
            + (self.until.map(until) ?? "")
    }
}
