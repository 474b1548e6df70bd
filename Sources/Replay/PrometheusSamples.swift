internal import Autoscaling
internal import Manifests
internal import PrometheusClient

/// Reads the answer to a `query_range` (or a `query` of a range) as curl saves it: all chosen series, summed at each time.
///
/// A series that has no sample at a time adds nothing there. Unlike CSV this is read at once.
struct PrometheusSamples: SampleRows {
    /// Prometheus answers at most 11,000 points for each series; this is room for a thousand such series.
    private static let largestAnswer = 512 << 20

    private let samples: [DemandSample]
    private let name: String
    private var position = 0

    init(_ beginning: [UInt8], rest: ByteSource, options: DemandTrace.Options) throws(Diagnostic) {
        name = rest.name
        var body = beginning
        if body.starts(with: [0xEF, 0xBB, 0xBF]) { body.removeFirst(3) }
        body += try rest.all(limit: PrometheusSamples.largestAnswer)
        samples = try PrometheusSamples.sum(try PrometheusSamples.matrix(body, name: name), options, name: name)
    }

    mutating func next() -> DemandSample? {
        guard position < samples.count else { return nil }
        position += 1
        return samples[position - 1]
    }

    func fault(_ message: String) -> Diagnostic {
        Diagnostic(file: name, mark: nil, message: "sample \(position): \(message)")
    }

    private static func matrix(_ body: [UInt8], name: String) throws(Diagnostic) -> SampleMatrix {
        do throws(AnswerFormatError) {
            switch try VectorReader.read(body) {
            case .failure(let failure):
                throw .init(.missingKey("data (Prometheus answered with an error: \(failure.error))"), at: 0)
            case .success(let answer):
                guard case .matrix(let matrix) = answer.result else {
                    throw .init(.unknownResultType("\(answer.result.typeName); ask with query_range"), at: 0)
                }
                return matrix
            }
        } catch {
            let line = 1 + body.prefix(max(error.offset, 0)).count { $0 == 0x0A }
            let start = body.prefix(max(error.offset, 0)).lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            throw Diagnostic(
                file: name, mark: Mark(line: line, column: error.offset - start + 1),
                message: "no answer of Prometheus: \(error)")
        }
    }

    private static func sum(
        _ matrix: SampleMatrix, _ options: DemandTrace.Options, name: String
    ) throws(Diagnostic) -> [DemandSample] {
        let chosen = matrix.filter { series in options.labels.allSatisfy { series.labels[$0.key] == $0.value } }
        if chosen.isEmpty {
            let found = matrix.prefix(5).map { "\($0.labels)" }.joined(separator: ", ")
            throw Diagnostic(
                file: name, mark: nil,
                message: matrix.isEmpty
                    ? "the answer has no series" : "no series has the labels asked for; there are \(found)")
        }
        if chosen.count == 1, let only = chosen.first {
            return only.points.map { DemandSample(time: $0.time, value: $0.value) }
        }
        var sums: [Timestamp: Double] = [:]
        for series in chosen {
            for point in series.points where !point.value.isNaN { sums[point.time, default: 0] += point.value }
        }
        return sums.map { DemandSample(time: $0.key, value: $0.value) }.sorted { $0.time < $1.time }
    }
}
