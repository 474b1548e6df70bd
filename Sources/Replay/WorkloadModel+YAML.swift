internal import Autoscaling
package import Manifests

extension WorkloadModel {
    /// Reads a model from YAML, as `docs/replay.md` describes it.
    ///
    /// - Throws: The first fault, with its place.
    package init(yaml bytes: [UInt8], file: String) throws(Diagnostic) {
        self = try YAMLDecoder().decode(WorkloadDocument.self, from: bytes, file: file).model
    }
}

/// A duration as it is written in YAML.
struct DurationValue: Decodable {
    var duration: Duration

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let parsed = DurationText.parse(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "is no duration such as 15s, 5m or 1h30m")
        }
        duration = parsed
    }
}

/// The model as it is written.
private struct WorkloadDocument: Decodable {
    var model: WorkloadModel

    private enum Keys: String, CodingKey {
        case coresPerUnit, pod, overload, metrics, initialReplicas, seed
    }

    private enum PodKeys: String, CodingKey {
        case request, limit, idle, starting, memory, startUp, readiness
    }

    private enum MetricKeys: String, CodingKey {
        case scrapeInterval, lag, window, noise, series
    }

    init(from decoder: any Decoder) throws {
        let top = try decoder.container(keyedBy: Keys.self)
        let pod = try top.nestedContainer(keyedBy: PodKeys.self, forKey: .pod)
        model = WorkloadModel(
            coresPerUnit: try top.cores(.coresPerUnit, above: 0), requestCores: try pod.cores(.request, above: 0))
        if pod.contains(.limit) { model.limitCores = try pod.cores(.limit, above: 0) }
        if pod.contains(.idle) { model.idleCores = try pod.cores(.idle) }
        if pod.contains(.starting) { model.startingCores = try pod.cores(.starting) }
        model.memory = try pod.decodeIfPresent(WorkloadModel.Memory.self, forKey: .memory)
        if model.idleCores >= model.limitCores {
            throw DecodingError.dataCorruptedError(
                forKey: .idle, in: pod, debugDescription: "must be below the limit, or no pod can serve anything")
        }
        model.startUp = try pod.decodeIfPresent(DelayDistribution.self, forKey: .startUp) ?? model.startUp
        model.readiness = try pod.decodeIfPresent(DelayDistribution.self, forKey: .readiness) ?? model.readiness
        model.overload = try top.decodeIfPresent(WorkloadModel.Overload.self, forKey: .overload) ?? model.overload
        model.seed = try top.decodeIfPresent(UInt64.self, forKey: .seed) ?? model.seed
        if let replicas = try top.decodeIfPresent(Int32.self, forKey: .initialReplicas) {
            guard (0...100_000).contains(replicas) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .initialReplicas, in: top, debugDescription: "must be from 0 to 100000")
            }
            model.initialReplicas = replicas
        }
        if top.contains(.metrics) {
            try readMetrics(top.nestedContainer(keyedBy: MetricKeys.self, forKey: .metrics))
        }
    }

    private mutating func readMetrics(_ metrics: KeyedDecodingContainer<MetricKeys>) throws {
        func duration(_ key: MetricKeys, _ fallback: Duration) throws -> Duration {
            try metrics.decodeIfPresent(DurationValue.self, forKey: key)?.duration ?? fallback
        }
        model.scrapeInterval = try duration(.scrapeInterval, model.scrapeInterval)
        model.lag = try duration(.lag, model.lag)
        model.window = try duration(.window, model.window)
        model.noise = try metrics.decodeIfPresent(Double.self, forKey: .noise) ?? 0
        model.series = try metrics.decodeIfPresent([String: WorkloadModel.Series].self, forKey: .series) ?? [:]
        func refuse(_ key: MetricKeys, _ message: String) -> DecodingError {
            .dataCorruptedError(forKey: key, in: metrics, debugDescription: message)
        }
        if model.scrapeInterval < .seconds(1) { throw refuse(.scrapeInterval, "must be at least 1s") }
        if model.lag > .seconds(3600) { throw refuse(.lag, "must be at most 1h") }
        if model.window < model.scrapeInterval * 2 + model.lag {
            throw refuse(.window, "must be at least two scrape intervals and the lag, or no rate can be taken")
        }
        if model.window > .seconds(3600) { throw refuse(.window, "must be at most 1h") }
        if !model.capacity.isFinite, model.series.values.contains(where: { $0.measures == .latency }) {
            throw refuse(.series, "one measures Latency, which needs a pod.limit: without one nothing ever waits")
        }
        if !(0...1).contains(model.noise) { throw refuse(.noise, "must be from 0 to 1") }
    }
}

extension KeyedDecodingContainer {
    /// Cores, as a quantity.
    fileprivate func cores(_ key: Key, above least: Int64 = -1) throws -> Double {
        let quantity = try decode(Quantity.self, forKey: key)
        let milli = quantity.nanoValue
        guard milli > Int128(least), milli < 1_000_000_000_000_000 else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self,
                debugDescription: "must be \(least < 0 ? "at least 0" : "above 0") and below 1M cores, e.g. 250m or 1.5"
            )
        }
        return Double(milli) / 1e9
    }
}

extension WorkloadModel.Memory: Decodable {
    private enum Keys: String, CodingKey {
        case request, idle, perUnit
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        func bytes(_ key: Keys, above least: Int128 = -1) throws -> Double {
            let nano = try container.decode(Quantity.self, forKey: key).nanoValue
            guard nano > least, nano < 1_000_000_000_000_000_000_000_000 else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container,
                    debugDescription: "must be \(least < 0 ? "at least 0" : "above 0") and below 1P, e.g. 256Mi")
            }
            return Double(nano) / 1e9
        }
        self.init(requestBytes: try bytes(.request, above: 0))
        if container.contains(.idle) { idleBytes = try bytes(.idle) }
        if container.contains(.perUnit) { bytesPerUnit = try bytes(.perUnit) }
    }
}

extension DelayDistribution: Decodable {
    private enum Keys: String, CodingKey {
        case fixed, uniform, lognormal
    }

    private struct Lognormal: Decodable {
        var median: DurationValue
        var p95: DurationValue
    }

    /// A duration alone is a fixed one; else `{uniform: [2s, 8s]}` or `{lognormal: {median: 5s, p95: 12s}}`.
    package init(from decoder: any Decoder) throws {
        if let fixed = try? DurationValue(from: decoder) {
            self = .fixed(fixed.duration)
            return
        }
        let container = try decoder.container(keyedBy: Keys.self)
        func refuse(_ key: Keys, _ message: String) -> DecodingError {
            .dataCorruptedError(forKey: key, in: container, debugDescription: message)
        }
        if let fixed = try container.decodeIfPresent(DurationValue.self, forKey: .fixed) {
            self = .fixed(fixed.duration)
        } else if let bounds = try container.decodeIfPresent([DurationValue].self, forKey: .uniform) {
            guard bounds.count == 2, bounds[0].duration <= bounds[1].duration else {
                throw refuse(.uniform, "must be two durations, the shorter one first")
            }
            self = .uniform(from: bounds[0].duration, to: bounds[1].duration)
        } else if let shape = try container.decodeIfPresent(Lognormal.self, forKey: .lognormal) {
            guard shape.median.duration > .zero, shape.p95.duration >= shape.median.duration else {
                throw refuse(.lognormal, "needs a median above 0 and a p95 that is no less")
            }
            self = .lognormal(median: shape.median.duration, p95: shape.p95.duration)
        } else {
            throw refuse(.fixed, "is missing; write a duration, or one of fixed, uniform and lognormal")
        }
    }
}

extension WorkloadModel.Overload: Decodable {
    private enum Keys: String, CodingKey {
        case queue
    }

    private enum QueueKeys: String, CodingKey {
        case limit
    }

    /// `Loss`, or `{queue: {limit: 1000}}`.
    package init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            guard word == "Loss" else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "is not known, write Loss or {queue: {limit: 1000}}"))
            }
            self = .loss
            return
        }
        let queue = try decoder.container(keyedBy: Keys.self)
            .nestedContainer(keyedBy: QueueKeys.self, forKey: .queue)
        let limit = try queue.decode(Double.self, forKey: .limit)
        guard limit >= 0, limit <= 1e12 else {
            throw DecodingError.dataCorruptedError(
                forKey: .limit, in: queue, debugDescription: "must be from 0 to 1e12 units")
        }
        self = .queue(limit: limit)
    }
}

extension WorkloadModel.Series: Decodable {
    private enum Keys: String, CodingKey {
        case measures, factor
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        self.init(
            measures: try container.decode(WorkloadModel.Measure.self, forKey: .measures),
            factor: try container.decodeIfPresent(Double.self, forKey: .factor) ?? 1)
        guard factor >= 0, factor <= 1e12 else {
            throw DecodingError.dataCorruptedError(
                forKey: .factor, in: container, debugDescription: "must be from 0 to 1e12")
        }
    }
}
