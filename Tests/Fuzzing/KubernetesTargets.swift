import Autoscaling
import Controller
import FoundationEssentials
import KubernetesClient
import KubernetesTypes
import Manifests

extension FuzzTarget {
    /// Objects as the API server sends them. The first byte chooses the kind. What is read is written and read the same.
    static let apiObjects = FuzzTarget("api-objects") { bytes in
        var bytes = bytes
        let kinds: [([UInt8]) throws -> Void] = [
            { try roundTrip(HorizontalPodAutoscaler.self, $0, then: decideOn) },
            { bytes in
                try roundTrip(HorizontalAutoscaler.self, bytes) { object in
                    for error in object.validate() { try require(!error.message.isEmpty, "a fault without words") }
                    let plain = HorizontalPodAutoscaler(object)
                    try decideOn(plain)
                    var spec = AutoscalerSpec(plain.spec ?? .init())
                    spec.extensions = ScalingExtensions(object.spec?.extensions ?? .init())
                    try AnyDecision.check(spec)
                }
            },
            { try roundTrip(Pod.self, $0) { _ in } }, { try roundTrip(Deployment.self, $0) { _ in } },
            { try roundTrip(Scale.self, $0) { _ in } }, { try roundTrip(Lease.self, $0) { _ in } },
            { try roundTrip(Status.self, $0) { _ in } }, { try roundTrip(Event.self, $0) { _ in } },
            { _ = try JSONDecoder().decode(PartialObjectMetadata.self, from: Data($0)) },
            { _ = try JSONDecoder().decode([ReadObject<Pod>].self, from: Data($0)) },
        ]
        try kinds[Int(bytes.takeByte()) % kinds.count](bytes)
    }

    /// An object that nobody validated is decided on all the same.
    private static func decideOn(_ object: HorizontalPodAutoscaler) throws {
        for error in object.validate() { try require(!error.message.isEmpty, "a fault without words") }
        guard let wire = object.spec else { return }
        try AnyDecision.check(AutoscalerSpec(wire))
    }

    private static func roundTrip<Object: Codable & Hashable>(
        _ type: Object.Type, _ bytes: [UInt8], then body: (Object) throws -> Void
    ) throws {
        let object = try JSONDecoder().decode(type, from: Data(bytes))
        let written = try again("what was read cannot be written") { try JSONEncoder().encode(object) }
        let back = try again("what was written cannot be read: \(String(decoding: written, as: UTF8.self))") {
            try JSONDecoder().decode(type, from: written)
        }
        let second = try again("it cannot be written again") { try sorted.encode(back) }
        try require(
            try sorted.encode(object) == second,
            "written and read it is another: \(String(decoding: second, as: UTF8.self))"
        )
        try body(object)
    }

    private static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return encoder
    }

    /// The bytes of a watch, in pieces as the first byte says: lines do not depend on how the network cuts them, and no
    /// line passes the limit.
    static let watchFrames = FuzzTarget("watch-frames") { bytes in
        var bytes = bytes
        let size = Int(bytes.takeByte() % 64) + 1
        let whole = WatchLines([bytes])
        let cut = WatchLines(
            stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) })
        try require(
            whole.lines == cut.lines && whole.isTooLong == cut.isTooLong, "pieces of \(size) bytes give other lines")
        try require(
            whole.lines.allSatisfy { $0.count <= WatchLines.limit && !$0.contains(10) }, "a line passes the limit")
        for line in whole.lines {
            _ = try? JSONDecoder().decode(WatchEvent<Pod>.self, from: Data(line))
            _ = try? JSONDecoder().decode(WatchEvent<HorizontalAutoscaler>.self, from: Data(line))
        }
    }

    /// Any JSON: written and read it is the same, and the patch between two documents makes one of the other.
    static let jsonValue = FuzzTarget("json-value") { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1).map(Array.init)
        guard let first = parts.first else { return }
        let value = try JSONValue(parsing: first)
        let back = try again("what was written cannot be read") { try JSONValue(parsing: value.serialized()) }
        try require(isSame(back, value), "written and read it is another")
        guard parts.count == 2 else { return }
        let other = try JSONValue(parsing: parts[1])
        if hasNoNull(other), case .object = other {
            try require(
                isSame(value.mergePatched(by: other.mergePatch(from: value)), other), "its patch does not lead to it")
        }
    }

    /// A whole number above 2^53 that was written with a fraction comes back without one.
    private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy(isSame)
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { key, value in right[key].map { isSame(value, $0) } ?? false }
        case (.int, .double), (.double, .int): left.doubleValue == right.doubleValue
        default: left == right
        }
    }

    private static func hasNoNull(_ value: JSONValue) -> Bool {
        switch value {
        case .null: false
        case .array(let items): items.allSatisfy(hasNoNull)
        case .object(let members): members.values.allSatisfy(hasNoNull)
        case .bool, .int, .double, .string: true
        }
    }

    /// A kubeconfig, and what is to be known of each of its contexts; no plugin is run, no file of it read.
    static let kubeconfig = FuzzTarget("kubeconfig") { bytes in
        let config = try Kubeconfig.read(bytes, file: "/kube/config")
        for context in [nil] + config.contextNames.map(Optional.some) {
            guard let access = try? config.access(context: context) else { continue }
            try require(!access.server.isEmpty, "a cluster without a server")
        }
    }

    /// What a credential plugin prints.
    static let execCredential = FuzzTarget("exec-credential", longestInput: 1_024) { bytes in
        let credential = try ExecCredential(
            answer: bytes, apiVersion: "client.authentication.k8s.io/v1",
            at: Timestamp(nanoseconds: 1_795_486_017_734_000_000))
        try require(credential.token != nil || credential.identity != nil, "a credential without any")
    }

    /// The state that a controller has left behind, in its file and in annotations of objects.
    static let state = FuzzTarget("state") { bytes in
        if let text = bytes.text { _ = HistoryAnnotation.read([HistoryAnnotation.name: text]) }
        let document = try StateDocument(reading: bytes)
        let written = try again("it cannot be written") { try StateDocument(document.store).encoded() }
        let back = try again("what was written cannot be read") { try StateDocument(reading: written) }
        try require(try StateDocument(back.store).encoded() == written, "written and read it is another")
    }
}

/// The lines of a watch, from pieces of it.
private struct WatchLines {
    static let limit = 512
    var lines: [[UInt8]] = []
    var isTooLong = false

    init(_ pieces: [[UInt8]]) {
        var splitter = LineSplitter(limit: Self.limit)
        do throws(LineSplitter.LineTooLong) {
            for piece in pieces {
                splitter.append(piece)
                while let line = try splitter.next() { lines.append(Array(line)) }
            }
        } catch {
            isTooLong = true
        }
    }
}
