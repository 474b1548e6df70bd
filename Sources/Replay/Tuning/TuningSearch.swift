/// Which candidates are tried, and in what order: all of them where there are few, else random ones and then the
/// neighbours of the best.
///
/// A pure state machine: the same ranges, seed and results give the same candidates, whoever works them out and in
/// whatever order.
struct TuningSearch {
    /// How candidates are found.
    enum Method: Hashable, Sendable {
        /// All of them.
        case grid
        /// Random ones for half of the tries, then neighbours of the best.
        case random
    }

    /// For each dimension the index of its value.
    typealias Candidate = [Int]

    /// The share of the tries that random candidates get, the rest is for refinement.
    private static let randomShare = 0.5
    /// Of the best, whose neighbours are tried next.
    private static let elite = 8
    /// Random draws in vain after which there is nothing left to find.
    private static let patience = 1_000

    let method: Method
    /// Candidates at most.
    let limit: Int
    private let sizes: [Int]
    private let isPossible: (Candidate) -> Bool
    private var random: ModelRandom
    private var seen: Set<Candidate> = []
    private(set) var issued = 0
    /// Candidates that make no policy, such as more pods at least than at most.
    private(set) var impossible = 0
    private var isGridDone = false

    /// - Parameter isPossible: Whether a candidate is a policy at all.
    init(sizes: [Int], count: Int, limit: Int, seed: UInt64, isPossible: @escaping (Candidate) -> Bool) {
        self.sizes = sizes
        self.limit = max(limit, 1)
        self.isPossible = isPossible
        method = count <= self.limit ? .grid : .random
        random = ModelRandom(seed: seed)
    }

    /// The next candidates to work out; empty when the search is over.
    ///
    /// - Parameter best: Those that were worked out, the best first: candidates of the front before others.
    mutating func next(best: [Candidate]) -> [Candidate] {
        if method == .grid { return grid() }
        let forRandom = Int(Double(limit) * TuningSearch.randomShare)
        if issued < forRandom { return draw(forRandom - issued) }
        if issued >= limit { return [] }
        var batch: [Candidate] = []
        for candidate in best.prefix(TuningSearch.elite) {
            for neighbour in neighbours(of: candidate) where issued < limit {
                if take(neighbour) { batch.append(neighbour) }
            }
        }
        return batch.isEmpty ? draw(min(limit - issued, max(sizes.count * 2, 8))) : batch
    }

    /// One step along each dimension, those outside the ranges left out.
    func neighbours(of candidate: Candidate) -> [Candidate] {
        candidate.indices.flatMap { index in
            [-1, 1].compactMap { step in
                var neighbour = candidate
                neighbour[index] += step
                return neighbour[index] >= 0 && neighbour[index] < sizes[index] ? neighbour : nil
            }
        }
    }

    private mutating func grid() -> [Candidate] {
        if isGridDone { return [] }
        isGridDone = true
        var batch: [Candidate] = []
        var candidate = Array(repeating: 0, count: sizes.count)
        while true {
            if take(candidate) { batch.append(candidate) }
            // Counts up, the last dimension fastest.
            var index = sizes.count - 1
            while index >= 0 {
                candidate[index] += 1
                if candidate[index] < sizes[index] { break }
                candidate[index] = 0
                index -= 1
            }
            if index < 0 { return batch }
        }
    }

    private mutating func draw(_ count: Int) -> [Candidate] {
        var batch: [Candidate] = []
        var failures = 0
        while batch.count < count, failures < TuningSearch.patience {
            let candidate = sizes.map { min(Int(random.unit() * Double($0)), $0 - 1) }
            if take(candidate) { batch.append(candidate) } else { failures += 1 }
        }
        return batch
    }

    /// Whether a candidate is new and possible; counts it then.
    private mutating func take(_ candidate: Candidate) -> Bool {
        guard seen.insert(candidate).inserted else { return false }
        guard isPossible(candidate) else {
            impossible += 1
            return false
        }
        issued += 1
        return true
    }
}
