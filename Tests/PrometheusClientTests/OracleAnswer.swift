import Autoscaling
import FoundationEssentials

@testable import PrometheusClient

/// The answer as `JSONDecoder` reads it, which the reader must agree with.
struct OracleAnswer: Decodable {
    struct Content: Decodable {
        var resultType: String
        var series: [Series] = []
        var sample: Sample?
        var text: String?

        enum CodingKeys: String, CodingKey { case resultType, result }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            resultType = try container.decode(String.self, forKey: .resultType)
            switch resultType {
            case "vector", "matrix": series = try container.decode([Series].self, forKey: .result)
            case "scalar": sample = try container.decode(Sample.self, forKey: .result)
            default:
                var pair = try container.nestedUnkeyedContainer(forKey: .result)
                _ = try pair.decode(Double.self)
                text = try pair.decode(String.self)
            }
        }
    }

    struct Series: Decodable {
        var metric: [String: String]
        var value: Sample?
        var values: [Sample]?
        var histogram: HistogramSample?
        var histograms: [HistogramSample]?
    }

    struct Sample: Decodable {
        var milliseconds: Int64
        var value: Double

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            milliseconds = Int64((try pair.decode(Double.self) * 1000).rounded())
            let text = try pair.decode(String.self)
            guard let value = Double(text) else {
                throw DecodingError.dataCorruptedError(in: pair, debugDescription: text)
            }
            self.value = value
        }
    }

    struct HistogramSample: Decodable {
        var milliseconds: Int64

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            milliseconds = Int64((try pair.decode(Double.self) * 1000).rounded())
        }
    }

    var status: String
    var data: Content?
    var errorType: String?
    var error: String?
    var warnings: [String]?

    init(_ body: [UInt8]) throws {
        self = try JSONDecoder().decode(OracleAnswer.self, from: Data(body))
    }

    /// Everything of the answer as lines of text, to be compared whole.
    var lines: [String] {
        var lines = ["\(status) \(errorType ?? "") \(error ?? "")", "warnings \(warnings ?? [])"]
        guard status == "success", let data else { return lines }
        lines.append(data.resultType)
        if let sample = data.sample { lines.append(Self.line(sample.milliseconds, sample.value)) }
        if let text = data.text { lines.append(text) }
        for series in data.series {
            lines.append("\(series.metric.sorted { $0.key < $1.key })")
            let samples = (series.value.map { [$0] } ?? []) + (series.values ?? [])
            lines += samples.map { Self.line($0.milliseconds, $0.value) }
            let histograms = (series.histogram.map { [$0] } ?? []) + (series.histograms ?? [])
            if series.value == nil, let histogram = series.histogram {
                lines.append("histogram at \(histogram.milliseconds)")
            } else if series.values != nil || series.histograms != nil {
                lines.append("histograms \(histograms.count)")
            }
        }
        return lines
    }

    static func line(_ milliseconds: Int64, _ value: Double) -> String {
        "\(milliseconds) \(value.isNaN ? "nan" : String(value.bitPattern, radix: 16))"
    }
}

extension VectorReader.Answer {
    /// The answer unless its status is `error`.
    var success: QueryAnswer? {
        guard case .success(let answer) = self else { return nil }
        return answer
    }

    /// The same lines from what the reader found.
    var lines: [String] {
        switch self {
        case .failure(let failure):
            return ["error \(failure.errorType) \(failure.error)", "warnings []"]
        case .success(let answer):
            var lines = ["success  ", "warnings \(answer.warnings)", answer.result.typeName]
            switch answer.result {
            case .scalar(let time, let value):
                lines.append(OracleAnswer.line(time.nanoseconds / 1_000_000, value))
            case .string(_, let value):
                lines.append(value)
            case .vector(let vector):
                for element in vector {
                    lines.append(Self.labels(element.labels))
                    switch element.value {
                    case .number(let value):
                        lines.append(OracleAnswer.line(element.time.nanoseconds / 1_000_000, value))
                    case .histogram: lines.append("histogram at \(element.time.nanoseconds / 1_000_000)")
                    }
                }
            case .matrix(let matrix):
                for element in matrix {
                    lines.append(Self.labels(element.labels))
                    lines += element.points.map { OracleAnswer.line($0.time.nanoseconds / 1_000_000, $0.value) }
                    lines.append("histograms \(element.histogramCount)")
                }
            }
            return lines
        }
    }

    private static func labels(_ labels: SeriesLabels) -> String {
        "\(labels.map { (key: $0.name, value: $0.value) }.sorted { $0.key < $1.key })"
    }
}
