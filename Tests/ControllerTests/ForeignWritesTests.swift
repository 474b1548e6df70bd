import Autoscaling
import Testing

@testable import Controller

/// Somebody else writes the size: named, left alone for a while, and longer each time.
@Suite struct ForeignWritesTests {
    private let start = Timestamp(nanoseconds: 1_773_424_800_000_000_000)

    @Test func eachWriteIsLeftAloneForLonger() {
        var writes = ForeignWrites()
        var now = start
        var waits: [Int64] = []
        for _ in 0..<8 {
            writes.note(from: 5, to: 2, by: ReplicasWriter(manager: "argocd"), at: now, .init())
            guard let until = writes.hold(at: now)?.until else {
                Issue.record("no hold at \(now)")
                return
            }
            waits.append(until.nanoseconds(since: now) / 1_000_000_000)
            #expect(writes.hold(at: until) == nil)
            #expect(writes.hold(at: until.advanced(byNanoseconds: -1)) != nil)
            now = until.advanced(bySeconds: 15)
        }
        #expect(waits == [15, 30, 60, 120, 240, 300, 300, 300])
        // After an hour of peace it is as if there had been none.
        now = now.advanced(bySeconds: 3_700)
        writes.note(from: 5, to: 2, by: nil, at: now, .init())
        #expect(writes.hold(at: now)?.until == now.advanced(bySeconds: 15))
    }

    @Test func itIsNamedWithTimeAndWay() {
        var writes = ForeignWrites()
        let writer = ReplicasWriter(manager: "kubectl", subresource: "scale", time: start)
        writes.note(from: 5, to: 2, by: writer, at: start.advanced(bySeconds: 7), .init())
        writes.note(from: 4, to: 2, by: writer, at: start.advanced(bySeconds: 60), .init())
        let hold = writes.hold(at: start.advanced(bySeconds: 61))
        #expect(
            hold?.message
                == "kubectl (scale) changed spec.replicas from 4 to 2 at 2026-03-13T18:00:00Z, the 2nd time")
        #expect(hold?.direction == .both)
        #expect(hold?.reason == "ReplicasWrittenByOther")
    }

    @Test func aBackoffOfZeroHoldsNothing() {
        var writes = ForeignWrites()
        writes.note(from: 5, to: 2, by: nil, at: start, .init(longest: .zero))
        #expect(writes.count == 1)
        #expect(writes.hold(at: start) == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lastSize: Int32?
        var seen: Int32
        var writer: String?
        var foreign: Int
    }

    @Test(arguments: [
        Case(testDescription: "the first look", lastSize: nil, seen: 3, writer: "kubectl", foreign: 0),
        Case(testDescription: "as it was left", lastSize: 3, seen: 3, writer: "kubectl", foreign: 0),
        Case(testDescription: "a person", lastSize: 5, seen: 3, writer: "kubectl", foreign: 1),
        Case(testDescription: "nobody knows who", lastSize: 5, seen: 3, writer: nil, foreign: 1),
        Case(testDescription: "one of ours before this one", lastSize: 5, seen: 3, writer: "swiftlet", foreign: 0),
    ])
    func onlyChangesByOthersCount(_ one: Case) {
        var memory = AutoscalerMemory(target: .init(apiVersion: "apps/v1", kind: "Deployment", name: "web"))
        memory.lastSize = one.lastSize
        memory.compare(
            ObservedScale(specReplicas: one.seen, statusReplicas: one.seen),
            writer: one.writer.map { ReplicasWriter(manager: $0) }, at: start, .init())
        #expect(memory.foreignWrites.count == one.foreign)
        #expect(memory.lastSize == one.seen)
    }
}
