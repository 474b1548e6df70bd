internal import Autoscaling
internal import KubernetesTypes
internal import PrometheusClient

/// Turns one round of Prometheus answers into the readings of one autoscaler's metrics.
///
/// A pod counts only with samples of all its running containers, none of them too old: the kubelet's own metrics leave
/// out such pods too, and half a pod's usage would look like an idle one.
struct UsageReader {
    let snapshot: Snapshot
    let resources: [String: ResourceQuery]
    /// Samples older than this are missing.
    let ageLimit: Duration
    let now: Timestamp
    /// Metrics of the other types.
    let metrics: MetricReader

    func reading(of metric: MetricSpec, pods: PodInventory, for autoscaler: Autoscaler) -> MetricReading {
        let namespace = autoscaler.key.namespace
        switch metric.source {
        case .resource(let name): return reading(of: name, container: nil, pods, namespace)
        case .containerResource(let name, let container):
            return reading(of: name, container: container, pods, namespace)
        case .pods, .object, .external, .prometheus, .unknown:
            return metrics.reading(of: metric.source, pods: pods, for: autoscaler)
                ?? .failed(.source("this version reads no metrics of type \(metric.source.typeName)"))
        }
    }

    /// What the answers themselves keep back: at most one hold, for the first metric that is in doubt.
    func holds(on autoscaler: Autoscaler, _ policy: PartialAnswers) -> [Hold] {
        let doubt = autoscaler.spec.metrics.lazy.compactMap { self.doubt(about: $0, of: autoscaler) }.first
        return policy.hold(doubt).map { [$0] } ?? []
    }

    /// Why the answers that a metric is read from may be partial; `nil` where nothing says so.
    func doubt(about metric: MetricSpec, of autoscaler: Autoscaler) -> String? {
        if let resource = metric.source.resourceName {
            return snapshot.doubt(about: resource, namespace: autoscaler.key.namespace)
        }
        return metrics.doubt(about: metric.source, of: autoscaler)
    }

    /// What became of the samples of the pods, to say why there is no usable one.
    private struct Tally {
        var usable = 0
        var old = 0
        var unusable = 0
        /// The first of the unusable and old ones.
        var example = ""

        mutating func count(_ field: WritableKeyPath<Tally, Int>, _ pod: String) {
            self[keyPath: field] += 1
            if example.isEmpty { example = pod }
        }
    }

    private func reading(
        of resource: String, container: String?, _ pods: PodInventory, _ namespace: String
    ) -> MetricReading {
        guard resources[resource] != nil else {
            let known = resources.keys.sorted().joined(separator: ", ")
            return .failed(.source("no Prometheus query is configured for this resource; there are: \(known)"))
        }
        var samples: [PodSample] = []
        var tally = Tally()
        if !pods.pods.isEmpty {
            switch snapshot.resources[resource]?.reading(namespace: namespace) ?? .notAsked {
            case .failed(let error): return .failed(.source("unable to fetch metrics from Prometheus: \(error)"))
            case .notAsked: return .failed(.source("Prometheus was not asked for namespace \(namespace)"))
            case .usage(let usage):
                do throws(Unreadable) {
                    samples = try self.samples(of: pods, usage, resource, container: container, &tally)
                } catch {
                    return .failed(.source(error.text))
                }
            }
        }
        if tally.usable == 0, !pods.pods.isEmpty {
            return .failed(.source(reasonForNone(resource, namespace, pods, tally)))
        }
        return .pods(
            PodReadings(samples: samples, requests: pods.requests(of: resource, container: container)))
    }

    /// What fails a whole metric.
    private struct Unreadable: Error {
        var text: String
    }

    private func samples(
        of pods: PodInventory, _ usage: NamespaceUsage, _ resource: String, container: String?, _ tally: inout Tally
    ) throws(Unreadable) -> [PodSample] {
        let places = pods.places(in: usage, resource)
        let window = usage.window.nanoseconds
        var samples: [PodSample] = []
        samples.reserveCapacity(pods.templates.count)
        for index in pods.templates.indices {
            let reading =
                container.map { usage.usage(of: $0, at: index, of: places) }
                ?? usage.total(at: index, of: places, covering: pods.templates[index].runningContainers)
            if case .missing = reading {
                samples.append(.missing)
                continue
            }
            if let container, !pods.templates[index].runningContainers.contains(container) {
                // The HPA's words: a pod without the container fails the metric.
                let name = "\(usage.namespace)/\(pods.pods.names[index])"
                throw Unreadable(text: "container \(container) not present in metrics for pod \(name)")
            }
            samples.append(sample(reading, window, pods.pods.names[index], &tally))
        }
        return samples
    }

    private func sample(
        _ reading: NamespaceUsage.Reading, _ window: Int64, _ name: @autoclosure () -> String, _ tally: inout Tally
    ) -> PodSample {
        guard case .usage(let milliValue, let time) = reading else {
            tally.count(\.unusable, name())
            return .missing
        }
        guard now.nanoseconds(since: time) <= ageLimit.nanoseconds else {
            tally.count(\.old, name())
            return .missing
        }
        tally.usable += 1
        return PodSample(value: milliValue, time: time, windowNanoseconds: window)
    }

    /// The HPA's words for an empty answer, and then what Prometheus had instead. Says no ages: the text of a lasting
    /// problem stays the same from tick to tick.
    private func reasonForNone(
        _ resource: String, _ namespace: String, _ pods: PodInventory, _ tally: Tally
    ) -> String {
        var causes: [String] = []
        if tally.old > 0 {
            causes.append(
                "\(tally.old) pods have only samples older than \(ageLimit.components.seconds) s, e.g. \(tally.example)"
            )
        }
        if tally.unusable > 0 {
            causes.append("\(tally.unusable) pods lack a sample of one of their containers, e.g. \(tally.example)")
        }
        for (reason, dropped) in snapshot.resources[resource]?.dropped.sorted(by: { $0.key.rawValue < $1.key.rawValue })
            ?? []
        where reason != .ended && dropped.example.hasPrefix(namespace + "/") {
            causes.append("\(dropped.count) samples dropped: \(reason.rawValue), e.g. \(dropped.example)")
        }
        let words = "no metrics returned from resource metrics API"
        let metric = resources[resource]?.metric ?? resource
        if causes.isEmpty {
            return words + " (Prometheus has no \(metric) of the \(pods.pods.count) pods)"
        }
        return words + " (" + causes.joined(separator: "; ") + ")"
    }
}
