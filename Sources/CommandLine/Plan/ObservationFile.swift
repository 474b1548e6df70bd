internal import Autoscaling
internal import Controller
internal import Files
internal import FoundationEssentials

/// Recorded observations: what `plan --save` writes and `plan --observation` reads.
///
/// It holds names, sizes, requests and samples, and nothing secret: it can go into a bug report.
struct ObservationFile: Codable, Sendable {
    struct Item: Codable, Sendable {
        var namespace: String
        var name: String
        /// What each reading is of, parallel to the readings: another policy may have other metrics.
        var metrics: [String]
        var observation: Observation
        /// What the autoscaler's object had kept of decisions before; `nil` for nothing.
        var history: History?
    }

    static let version = "swiftlet.dev/v1alpha1"
    static let kind = "ObservationList"
    /// A file beyond this is none of ours.
    static let largestBytes = 256 << 20

    var apiVersion = Self.version
    var kind = Self.kind
    var items: [Item]

    init(_ plans: [Plan]) {
        items = plans.map {
            Item(
                namespace: $0.autoscaler.key.namespace, name: $0.autoscaler.key.name,
                metrics: $0.autoscaler.spec.metrics.map(\.shortName), observation: $0.observation,
                history: $0.history.isStarted ? $0.history : nil)
        }
    }

    /// - Throws: ``CommandFailure`` that names the file and what is wrong with it.
    init(reading path: String) throws {
        let bytes: [UInt8]
        do {
            bytes = try WholeFile.read(path, limit: Self.largestBytes)
        } catch {
            throw CommandFailure(error, of: path, advice: "--observation takes a file that --save wrote")
        }
        do {
            self = try JSONDecoder().decode(ObservationFile.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw CommandFailure(.no, "\(path): not an \(Self.kind): \(error.place)")
        }
        guard apiVersion == Self.version, kind == Self.kind else {
            throw CommandFailure(.no, "\(path): \(apiVersion) \(kind) is not \(Self.version) \(Self.kind)")
        }
        for item in items where !item.observation.isConsistent {
            throw CommandFailure(
                .no, "\(path): \(item.namespace)/\(item.name): samples and requests do not match its pods")
        }
    }

    func write(to path: String) throws {
        do {
            try Data(try JSONText.pretty(self).utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandFailure(.no, "\(path): cannot be written: \(error)")
        }
    }

    /// The observation of an autoscaler by its name; the only one there is serves any single autoscaler.
    ///
    /// Readings are matched by what they are of. A metric that was not observed fails, as one without data does.
    func observation(
        of autoscaler: Autoscaler, among count: Int
    ) throws -> (observation: Observation, history: History) {
        let key = autoscaler.key
        let named = items.first { $0.namespace == key.namespace && $0.name == key.name }
        guard let item = named ?? (items.count == 1 && count == 1 ? items[0] : nil) else {
            throw CommandFailure(.no, "the file of observations has none of \(key)")
        }
        var observation = item.observation
        observation.readings = autoscaler.spec.metrics.map { metric in
            guard let index = item.metrics.firstIndex(of: metric.shortName), index < item.observation.readings.count
            else { return .failed(.source("the recorded observation has no reading of it")) }
            return item.observation.readings[index]
        }
        return (observation, item.history ?? History())
    }
}

extension Observation {
    /// Whether every array that stands beside the pods has an entry for each.
    fileprivate var isConsistent: Bool {
        readings.allSatisfy { reading in
            guard case .pods(let readings) = reading else { return true }
            let requests = readings.requests.milliValues.count
            return readings.samples.count == pods.count && (requests == 0 || requests == pods.count)
        }
    }
}

extension DecodingError {
    /// Where in the document, and what.
    var place: String {
        let context: Context? =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        guard let context else { return "it cannot be decoded" }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return path.isEmpty ? context.debugDescription : "\(path.drop { $0 == "." }): \(context.debugDescription)"
    }
}
