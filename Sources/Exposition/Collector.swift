/// A source of families whose numbers are read when the page is written, such as those of the process.
public protocol Collector: Sendable {
    /// Every family this may write, so that none is written twice.
    var families: [FamilyDescription] { get }

    /// Writes whole families: a header and its samples each.
    func collect(into writer: inout ExpositionWriter)
}

/// What a registry holds: anything that writes a family.
protocol ExposedFamily: Sendable {
    /// One; of a collector all that it may write.
    var families: [FamilyDescription] { get }
    /// Refused label sets so far; `nil` where there are no labels.
    var droppedLabelSets: UInt64? { get }

    /// Writes the header and the samples.
    func emit(into writer: inout ExpositionWriter)
}

/// A family of one metric without labels.
struct SingleMetric<Member: Metric>: ExposedFamily {
    let family: FamilyDescription
    let metric: Member

    var families: [FamilyDescription] { [family] }
    var droppedLabelSets: UInt64? { nil }

    func emit(into writer: inout ExpositionWriter) {
        writer.header(family)
        metric.emit(family.name, labels: .none, into: &writer)
    }
}

/// The families of a collector.
struct CollectedFamilies<Source: Collector>: ExposedFamily {
    let collector: Source

    var families: [FamilyDescription] { collector.families }
    var droppedLabelSets: UInt64? { nil }

    func emit(into writer: inout ExpositionWriter) {
        collector.collect(into: &writer)
    }
}
