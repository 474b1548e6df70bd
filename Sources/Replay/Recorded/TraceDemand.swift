internal import Autoscaling
internal import Journal
internal import Manifests

/// The demand in a trace: its demand lines, or where it has none the cores that its pods use together.
///
/// Usage is the sum of the pods' cpu samples; an observation in which a pod that runs has none says nothing.
struct TraceDemand: SampleRows {
    private var reader: TraceReader
    private let chosen: String?
    private let unit: TraceHeader.DemandUnit?
    /// The autoscaler whose demand is read, and which of its readings is cpu.
    private var key: TraceReplay.Key?
    private var cpuIndex = 0

    init(_ lines: LineReader, first: Range<Int>, options: DemandTrace.Options) throws(Diagnostic) {
        reader = TraceReader(lines, first: first)
        chosen = options.autoscaler
        guard case .header(let header) = try reader.next(unless: nil) else { throw reader.fault("is no header") }
        unit = header.demand
    }

    var meaning: DemandTrace.Meaning? { unit == .rate ? .rate : .cores }

    mutating func next() throws(Diagnostic) -> DemandSample? {
        while let entry = try reader.next(unless: nil, where: isOfUse) {
            guard case .line(let line) = entry else {
                guard case .header(let header) = entry, header.demand != unit else { continue }
                throw reader.fault("is a header with another unit of demand than the first one")
            }
            guard try isChosen(TraceReplay.Key(namespace: line.namespace, name: line.name)) else { continue }
            switch line.body {
            case .demand(let demand): return DemandSample(time: demand.time, value: demand.value)
            case .spec(let spec): cpuIndex = spec.metrics.firstIndex { $0.source.isCPU } ?? 0
            case .observation(let observation) where unit == nil: return sample(of: observation)
            case .observation, .history, .decision, .scaled: continue
            }
        }
        return nil
    }

    func fault(_ message: String) -> Diagnostic { reader.fault(message) }

    /// Whether a line can say something of the demand, to its looks: decisions need not be decoded.
    private var isOfUse: (ArraySlice<UInt8>) -> Bool {
        { line in !line.starts(with: TraceDemand.decision) }
    }

    private static let decision = Array("{\"decision\":".utf8)

    private mutating func isChosen(_ found: TraceReplay.Key) throws(Diagnostic) -> Bool {
        if let chosen { return chosen == found.description || chosen == found.name }
        guard let key else {
            self.key = found
            return true
        }
        if key == found { return true }
        throw reader.fault("is of \(found), and lines before it are of \(key): say which with --autoscaler")
    }

    private func sample(of observation: Observation) -> DemandSample {
        var sample = DemandSample(time: observation.time, value: .nan)
        if case .found(let scale) = observation.target { sample.replicas = scale.statusReplicas }
        guard observation.readings.indices.contains(cpuIndex), case .pods(let readings) = observation.readings[cpuIndex]
        else { return sample }
        var milli: Int64 = 0
        for (pod, reading) in zip(observation.pods.states, readings.samples) {
            if reading.isMissing, pod.phase == .running, pod.readiness == .true { return sample }
            if !reading.isMissing { milli = milli.addingSaturating(reading.value) }
        }
        sample.value = Double(max(milli, 0)) / 1000
        return sample
    }
}
