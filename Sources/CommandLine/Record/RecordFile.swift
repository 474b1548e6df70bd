internal import Autoscaling
internal import Controller
internal import Glibc
internal import Journal
internal import Replay

/// The trace that `record` writes: whole steps, so that what is there is a usable trace whenever it ends.
final class RecordFile {
    private enum Place {
        case output(TextSink)
        case file
    }

    private let encoder = TraceEncoder()
    private let place: Place
    private var file: RotatingFile

    /// - Parameter path: `-` for the console's output.
    init(_ path: String, _ console: Console) {
        place = path == "-" ? .output(console.output) : .file
        file = RotatingFile(path: path, maximumBytes: .max, count: 1)
    }

    /// Writes the lines of a step, with the header before the first ones.
    func append(_ lines: [TraceLine], header: TraceHeader? = nil) throws {
        var bytes: [UInt8] = []
        if let header { bytes += try encoder.bytes(of: header) + [0x0A] }
        for line in lines { bytes += try encoder.bytes(of: line) + [0x0A] }
        if bytes.isEmpty { return }
        switch place {
        case .output(let sink): try sink.write(String(decoding: bytes, as: UTF8.self))
        case .file:
            do {
                _ = try file.open()
                try file.append(bytes)
            } catch {
                throw CommandFailure(.no, "\(error)")
            }
        }
    }

    /// What a file begins with that was cut off within its first bytes.
    private static let beginning = Array("{\"swiftletTrace\":".utf8)

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// How far a trace goes that was begun before, and cuts off what is behind its last whole step.
    ///
    /// - Returns: The time of that step; `nil` where there is none, and the file is then empty.
    /// - Throws: ``CommandFailure`` where it is no trace, or one of other autoscalers or policies.
    static func resume(_ path: String, _ autoscalers: [Autoscaler], hasDemand: Bool) throws -> Timestamp? {
        var last: (time: Timestamp, end: Int)?
        var seen: Set<AutoscalerKey> = []
        var hasSeenDemand = false
        var time: Timestamp?
        let source = try ByteSource(file: path)
        if try source.beginsAsTrace() {
            var reader = try TraceReader(source)
            while let entry = try reader.next() {
                guard case .line(let line) = entry else { continue }
                let key = AutoscalerKey(namespace: line.namespace, name: line.name)
                guard let autoscaler = autoscalers.first(where: { $0.key == key }) else {
                    throw CommandFailure(.no, "\(path): has \(key), which is not recorded now; write another file")
                }
                switch line.body {
                case .spec(let spec):
                    if spec == autoscaler.spec { continue }
                    throw CommandFailure(
                        .no, "\(path): was recorded for another policy of \(key); write another file")
                case .demand: hasSeenDemand = true
                case .observation(let observation):
                    if time != observation.time { seen = [] }
                    time = observation.time
                    seen.insert(key)
                    if seen.count == autoscalers.count, reader.isTerminated, !hasDemand || hasSeenDemand {
                        last = (observation.time, reader.offset)
                        hasSeenDemand = false
                    }
                case .history, .decision, .scaled: continue
                }
            }
        } else if let piece = try source.next(), !beginning.starts(with: piece) {
            throw CommandFailure(.no, "\(path): is no trace, and is left as it is; write another file")
        }
        guard truncate(path, last?.end ?? 0) == 0 else {
            throw CommandFailure(.no, "\(path): cannot be continued: \(String(cString: strerror(errno)))")
        }
        return last?.time
    }
}
