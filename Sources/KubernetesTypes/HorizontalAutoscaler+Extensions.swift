extension HorizontalAutoscaler {
    /// What a spec can say beyond `autoscaling/v2`. Everything is optional, and nothing changes a decision unless it is
    /// written, but ``PodSelection``.
    ///
    /// A new field is one property here, its coding key, its place in the custom resource's schema and, when it has
    /// rules, its lines in ``unknownChoices`` or the validation.
    package struct Extensions: Hashable, Sendable, Codable {
        /// Whether it decides and acts; `Active` when absent.
        package var mode: Choice<Mode>?
        /// Which pods count; `Owner` when absent.
        package var podSelection: Choice<PodSelection>?
        /// Which way it may scale while the target rolls out; `Scale` when absent.
        package var duringRollout: Choice<DuringRollout>?
        /// Keeps the size until it is taken out or expires.
        package var hold: Hold?
        /// Raise the bounds at their times.
        package var schedules: [Schedule]?
        /// Seconds from one decision to the next; the controller's sync period when absent.
        package var syncPeriodSeconds: Int32?
        /// What is done while metrics fail; the size is kept when absent.
        package var fallback: Fallback?
        /// When the target goes to zero and comes back, where `minReplicas` is 0.
        package var scaleToZero: ScaleToZero?
        /// The size over the metrics, in place of the highest proposal.
        package var formula: String?
        /// Raises the size by what is foreseen.
        package var prediction: Prediction?

        package init(
            mode: Mode? = nil, podSelection: PodSelection? = nil, duringRollout: DuringRollout? = nil,
            hold: Hold? = nil, schedules: [Schedule]? = nil, syncPeriodSeconds: Int32? = nil,
            fallback: Fallback? = nil, scaleToZero: ScaleToZero? = nil, formula: String? = nil,
            prediction: Prediction? = nil
        ) {
            self.mode = mode.map(Choice.known)
            self.podSelection = podSelection.map(Choice.known)
            self.duringRollout = duringRollout.map(Choice.known)
            self.hold = hold
            self.schedules = schedules
            self.syncPeriodSeconds = syncPeriodSeconds
            self.fallback = fallback
            self.scaleToZero = scaleToZero
            self.formula = formula
            self.prediction = prediction
        }

        /// The names of the fields, for a kind that does not have them.
        package static var fieldNames: [String] { CodingKeys.allCases.map(\.rawValue) }

        /// What the fields say for what a HorizontalPodAutoscaler does.
        package static let asHPA = [
            CodingKeys.mode.rawValue: Mode.active.rawValue,
            CodingKeys.podSelection.rawValue: PodSelection.selector.rawValue,
            CodingKeys.duringRollout.rawValue: DuringRollout.scale.rawValue,
        ]

        enum CodingKeys: String, CodingKey, CaseIterable {
            case mode, podSelection, duringRollout, hold, schedules, syncPeriodSeconds, fallback, scaleToZero
            case formula, prediction
        }
    }

    /// Whether an autoscaler decides and acts.
    package enum Mode: String, CaseIterable, Hashable, Sendable {
        /// Decides and scales.
        case active = "Active"
        /// Decides, records, says what it would do, and writes no scale.
        case shadow = "Shadow"
        /// Decides nothing; the target keeps its size.
        case paused = "Paused"
    }

    /// Which pods count as the target's.
    package enum PodSelection: String, CaseIterable, Hashable, Sendable {
        /// Those of the target's selector that the target owns, through a ReplicaSet or directly; others are named in
        /// the status.
        case owner = "Owner"
        /// All of the target's selector, as a HorizontalPodAutoscaler counts.
        case selector = "Selector"
    }

    /// Which way an autoscaler may scale while its target replaces its pods.
    package enum DuringRollout: String, CaseIterable, Hashable, Sendable {
        /// Both ways, as ever.
        case scale = "Scale"
        /// Up, never down.
        case scaleUpOnly = "ScaleUpOnly"
        /// Down, never up.
        case scaleDownOnly = "ScaleDownOnly"
        /// The size is kept.
        case hold = "Hold"
    }
}

extension HorizontalAutoscaler.Extensions {
    /// A field whose text this version does not know.
    package struct UnknownChoice: Hashable, Sendable {
        /// Its path below `spec`.
        package var field: String
        package var text: String
        /// What the field may say.
        package var supported: [String]
    }

    /// The fields that say what this version does not know. Such an autoscaler must not be acted on.
    package var unknownChoices: [UnknownChoice] {
        [
            mode?.unknown("mode"), podSelection?.unknown("podSelection"), duringRollout?.unknown("duringRollout"),
            hold?.direction?.unknown("hold.direction"),
        ].compactMap { $0 }
            + (fallback?.steps ?? []).enumerated().compactMap { index, step in
                step.action?.unknown("fallback.steps[\(index)].action")
            }
            + unknownSeasons
    }
}

extension HorizontalAutoscaler.Extensions {
    private var unknownSeasons: [UnknownChoice] {
        (prediction?.seasons ?? []).enumerated().compactMap { index, season in
            season.unknown("prediction.seasons[\(index)]")
        }
    }
}

extension Choice {
    fileprivate func unknown(_ field: String) -> HorizontalAutoscaler.Extensions.UnknownChoice? {
        guard case .unknown(let text) = self else { return nil }
        return .init(field: field, text: text, supported: Value.allCases.map(\.rawValue))
    }
}
