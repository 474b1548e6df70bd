/// The directories of the batches of late, by the question that they are the answer to. Not every tick is of all
/// autoscalers: those of a few rounds are kept.
struct DirectoryShelf {
    private struct Entry {
        var directory: PodDirectory
        var round: Int
    }

    /// Rounds that a directory is kept for without being used.
    private static let patience = 16

    private var entries: [String: Entry] = [:]
    private var round = 0

    mutating func beginRound() {
        round += 1
        if entries.values.contains(where: { round - $0.round > Self.patience }) {
            entries = entries.filter { round - $0.value.round <= Self.patience }
        }
    }

    func directory(of question: String) -> PodDirectory? { entries[question]?.directory }

    mutating func keep(_ directory: PodDirectory, of question: String) {
        entries[question] = Entry(directory: directory, round: round)
    }
}
