/// The series of one answer, with the bytes that their labels were written in.
///
/// Prometheus answers a question tick after tick with the same series in the same order, and writes the labels of each in
/// the same bytes. What stands there byte for byte as it did in the answer before is neither read nor looked up again; and
/// when that is all of it, this very instance is handed on, which tells whoever works with the series that they are the
/// same.
final class KnownSeries: Sendable {
    /// The labels of a series as places in the table.
    struct Place: Sendable {
        var start: UInt32
        var end: UInt32

        var range: Range<Int> { Int(start)..<Int(end) }
    }

    /// Which labels were asked for.
    let selection: LabelSelection
    let table: LabelTable
    /// One for each series.
    let places: [Place]
    /// The labels of all series as they were written, end to end.
    let texts: [UInt8]
    /// Where the text of each series ends.
    let ends: [UInt32]

    init(selection: LabelSelection, table: LabelTable, places: [Place], texts: [UInt8], ends: [UInt32]) {
        self.selection = selection
        self.table = table
        self.places = places
        self.texts = texts
        self.ends = ends
    }

    /// Whether most of the table is of series that are gone: what is new is added to it, and nothing taken away.
    var isWorn: Bool {
        let used = places.reduce(0) { $0 + $1.range.count }
        return table.pairs.count > 2 * used + 4_096
    }

    /// Whether another answer has the same series, written in the same bytes, in the same order.
    func isWritten(as other: KnownSeries) -> Bool {
        self === other || (selection == other.selection && ends == other.ends && texts == other.texts)
    }

    func text(of index: Int) -> Range<Int> { (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index]) }
}

/// What a question remembers of its last answer. It changes how an answer is read, and nothing of what is asked.
struct AnswerMemory: Sendable, Hashable {
    var series: KnownSeries?

    static func == (left: AnswerMemory, right: AnswerMemory) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}

/// Finds the series of an answer among those of the one before, while it is read.
///
/// Series come in an order. After one that is new, the next is the one that was expected in its place, or one of those a
/// little further on, where some are gone.
struct SeriesRecollection {
    /// How many series may be gone at one place, and still the ones after them are found.
    private static let reach = 16
    /// After so many new ones on end nothing is looked for any more: it is another answer.
    private static let patience = 64

    private let selection: LabelSelection
    private let known: KnownSeries?
    /// Of the known ones, the one that is expected.
    private var next = 0
    private var misses = 0
    /// Series so far. Until the first that differs they are the first of the known ones.
    private var count = 0
    private var fresh: Fresh?

    /// The series of this answer, from when it is known to have others.
    private struct Fresh {
        var places: [KnownSeries.Place] = []
        var texts: [UInt8] = []
        var ends: [UInt32] = []

        mutating func append(_ text: ArraySlice<UInt8>, _ place: KnownSeries.Place) {
            texts.append(contentsOf: text)
            ends.append(UInt32(truncatingIfNeeded: texts.count))
            places.append(place)
        }
    }

    init(_ memory: AnswerMemory, _ selection: LabelSelection) {
        self.selection = selection
        known = memory.series.flatMap { $0.selection == selection && !$0.isWorn ? $0 : nil }
    }

    /// How many series there were.
    var expectedCount: Int? { known?.ends.count }

    /// What the table of the answer begins with.
    var table: LabelTable? { known?.table }

    /// The labels that are written at a place of the answer, when they are known, and how many bytes they take.
    mutating func find(_ bytes: [UInt8], at offset: Int) -> (labels: Range<Int>, length: Int)? {
        guard let known, misses < Self.patience else { return nil }
        for candidate in next..<min(next + Self.reach, known.ends.count) {
            let text = known.text(of: candidate)
            guard Self.isEqual(known.texts, text, bytes, at: offset) else { continue }
            if candidate != next { begin() }
            fresh?.append(known.texts[text], known.places[candidate])
            (next, misses) = (candidate + 1, 0)
            count += 1
            return (known.places[candidate].range, text.count)
        }
        misses += 1
        return nil
    }

    /// Takes labels that were read.
    mutating func add(_ text: ArraySlice<UInt8>, _ labels: Range<Int>) {
        begin()
        fresh?.append(
            text,
            .init(
                start: UInt32(truncatingIfNeeded: labels.lowerBound), end: UInt32(truncatingIfNeeded: labels.upperBound)
            ))
        count += 1
    }

    /// The series of the whole answer; `nil` for one that is too large to be remembered.
    mutating func finish(_ table: LabelTable) -> KnownSeries? {
        if fresh == nil, let known, count == known.ends.count { return known }
        begin()
        guard let fresh, fresh.texts.count <= UInt32.max, table.pairs.count <= UInt32.max else { return nil }
        return KnownSeries(
            selection: selection, table: table, places: Self.fitted(fresh.places), texts: Self.fitted(fresh.texts),
            ends: Self.fitted(fresh.ends))
    }

    /// A copy without the room for more that growing has left.
    private static func fitted<Element>(_ array: [Element]) -> [Element] {
        array.capacity > array.count + array.count / 8 ? Array(array[...]) : array
    }

    private mutating func begin() {
        guard fresh == nil else { return }
        var new = Fresh()
        if let known, count > 0 {
            new.places = Array(known.places[..<count])
            new.ends = Array(known.ends[..<count])
            new.texts = Array(known.texts[..<Int(known.ends[count - 1])])
        }
        fresh = new
    }

    @inline(__always)
    private static func isEqual(_ texts: [UInt8], _ text: Range<Int>, _ bytes: [UInt8], at offset: Int) -> Bool {
        let length = text.count
        guard length <= bytes.count - offset else { return false }
        // Names differ at their ends: what stands before the last quote mostly says it at once.
        let last = max(length - 3, 0)
        guard length > 0, texts[text.lowerBound + last] == bytes[offset + last] else { return false }
        let (left, right) = (texts.span.extracting(text), bytes.span.extracting(offset..<offset + length))
        // All of it without a way out in between: the compiler then takes many bytes at once.
        var difference: UInt8 = 0
        for index in 0..<length { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}
