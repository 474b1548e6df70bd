internal import Manifests

/// What a search found, and how sure it is of it.
package struct TuningOutcome: Sendable {
    package let tuning: Tuning
    /// The policy that it began with.
    package let base: TuningTrial
    /// Whether all candidates were tried, or random ones and the neighbours of the best.
    package var triesAll: Bool { method == .grid }
    /// Without the base, in the order tried.
    package private(set) var trials: [TuningTrial] = []
    /// Candidates that make no policy, such as more pods at least than at most.
    package internal(set) var impossible = 0
    /// Whether it was stopped before its end.
    package internal(set) var isCut = false
    /// The choice and the base on what was held out; empty where nothing was.
    package private(set) var heldOutChoice: TuningTrial?
    package private(set) var heldOutBase: TuningTrial?
    /// Tried neighbours of the choice, one step in one field, and those of them that are good enough as well.
    package private(set) var neighbours: (tried: Int, goodEnough: Int) = (0, 0)
    /// Other seeds of the model that the choice was tried with, and those with which it is good enough; `nil` where
    /// nothing in the model is random.
    package private(set) var seeds: (tried: Int, goodEnough: Int)?

    /// Other seeds that the choice is tried with.
    private static let otherSeeds: UInt64 = 5

    let method: TuningSearch.Method
    private(set) var candidates: [TuningSearch.Candidate] = []

    init(tuning: Tuning, base: TuningTrial, method: TuningSearch.Method) {
        self.tuning = tuning
        self.base = base
        self.method = method
    }

    mutating func add(_ new: [TuningTrial?], of batch: [TuningSearch.Candidate]) {
        for (trial, candidate) in zip(new, batch) {
            guard let trial else { continue }
            trials.append(trial)
            candidates.append(candidate)
        }
    }

    /// The trials that no other one beats in cost, deficit and reversals, the cheapest first. The base may be one.
    package var front: [TuningTrial] { ([base] + trials).front }

    /// Whether a trial is good enough to be chosen: it holds to the expectations, or without any is at least as good as
    /// the base in deficit and reversals.
    package func isGoodEnough(_ trial: TuningTrial) -> Bool {
        tuning.expectations != nil
            ? trial.failureCount == 0 : trial.deficit <= base.deficit && trial.reversals <= base.reversals
    }

    /// The cheapest that is good enough; else the one that fails the fewest expectations.
    package var choice: TuningTrial { choiceIndex.map { trials[$0] } ?? base }

    /// Whether the choice is good enough.
    package var isFound: Bool { isGoodEnough(choice) }

    /// `nil` for the base.
    private var choiceIndex: Int? {
        var best: Int?
        var present = base
        for (index, trial) in trials.enumerated() where isBetter(trial, present) {
            best = index
            present = trial
        }
        return best
    }

    var choiceCandidate: TuningSearch.Candidate? { choiceIndex.map { candidates[$0] } }

    private func isBetter(_ left: TuningTrial, _ right: TuningTrial) -> Bool {
        let (mine, theirs) = (isGoodEnough(left), isGoodEnough(right))
        if mine != theirs { return mine }
        if !mine, left.failureCount != right.failureCount { return left.failureCount < right.failureCount }
        return TuningTrial.isCheaper(left, right)
    }

    /// Indices of the trials to refine: the choice, then the good enough ones by cost, then the rest of the front.
    var best: [Int] {
        let order = trials.indices.sorted { first, second in
            if isBetter(trials[first], trials[second]) { return true }
            return isBetter(trials[second], trials[first]) ? false : first < second
        }
        let front = trials.front.compactMap { member in trials.firstIndex { $0.values == member.values } }
        var result: [Int] = []
        for index in order.prefix(4) + front where !result.contains(index) { result.append(index) }
        return result
    }

    /// Tries the choice on what was held out, beside its neighbours, and with other seeds.
    mutating func judge(neighbours candidates: [TuningSearch.Candidate]) throws(Diagnostic) {
        // Whoever stops a search waits for no more replays.
        if isCut { return }
        let choice = choice
        if !tuning.heldOut.isEmpty {
            heldOutChoice = try tuning.trial(object: choice.object, values: choice.values, tuning.heldOut)
            heldOutBase = try tuning.trial(object: base.object, values: nil, tuning.heldOut)
        }
        for (candidate, trial) in zip(self.candidates, trials) where candidates.contains(candidate) {
            neighbours.tried += 1
            if isGoodEnough(trial) { neighbours.goodEnough += 1 }
        }
        guard tuning.model.isRandom else { return }
        var held = 0
        for step in 1...TuningOutcome.otherSeeds {
            var model = tuning.model
            model.seed &+= step
            let other = try tuning.trial(object: choice.object, values: choice.values, tuning.traces, model: model)
            if isGoodEnough(other) { held += 1 }
        }
        seeds = (Int(TuningOutcome.otherSeeds), held)
    }

    /// Whether the choice is as good on what was held out as it is on what it was chosen by; `nil` where nothing was.
    package var holdsOut: Bool? {
        guard let chosen = heldOutChoice, let base = heldOutBase else { return nil }
        return tuning.expectations != nil
            ? chosen.failureCount == 0 : chosen.deficit <= base.deficit && chosen.reversals <= base.reversals
    }

    /// Fields of the choice that lie at an end of their range, and could be better beyond it.
    package var edges: [(parameter: TuningParameter, isUpper: Bool)] {
        guard let values = choice.values else { return [] }
        return zip(tuning.ranges.dimensions, values).compactMap { dimension, value in
            guard dimension.values.count > 1 else { return nil }
            if value == dimension.values.first, value > dimension.parameter.bounds.lowerBound {
                return (dimension.parameter, false)
            }
            return value == dimension.values.last ? (dimension.parameter, true) : nil
        }
    }
}

extension WorkloadModel {
    /// Whether runs of different seeds differ.
    var isRandom: Bool {
        func isFixed(_ delay: DelayDistribution) -> Bool { if case .fixed = delay { true } else { false } }
        return noise > 0 || !isFixed(startUp) || !isFixed(readiness)
    }
}
