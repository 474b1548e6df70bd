import Testing

@testable import HTTPTransport

@Suite struct TransferAdmissionTests {
    @Test func waitingTransfersRunInTheirOrder() {
        var admission = TransferAdmission<Int>(requests: 2, streams: 1)
        #expect([1, 2, 3, 4].map { admission.submit($0, lane: .request) } == [true, true, false, false])
        #expect(admission.finish(2) == 3)
        #expect(admission.finish(3) == 4)
        #expect(admission.finish(1) == nil)
        #expect(admission.finish(4) == nil)
        #expect(admission.runningCount == 0)
    }

    @Test func lanesDoNotShareTheirPlaces() {
        var admission = TransferAdmission<Int>(requests: 1, streams: 1)
        #expect(admission.submit(1, lane: .stream) == true)
        #expect(admission.submit(2, lane: .stream) == false)
        #expect(admission.submit(3, lane: .request) == true)
        #expect(admission.submit(4, lane: .request) == false)
        #expect(admission.finish(3) == 4)
        #expect(admission.finish(1) == 2)
    }

    @Test func withdrawnTransferIsPassedOver() {
        var admission = TransferAdmission<Int>(requests: 1, streams: 1)
        for id in 1...4 { _ = admission.submit(id, lane: .request) }
        #expect(admission.withdraw(2) == true)
        #expect(admission.withdraw(2) == false)
        #expect(admission.withdraw(1) == false, "a running transfer does not wait")
        #expect(admission.finish(1) == 3)
    }

    @Test func unknownTransferFreesNoPlace() {
        var admission = TransferAdmission<Int>(requests: 1, streams: 1)
        _ = admission.submit(1, lane: .request)
        _ = admission.submit(2, lane: .request)
        #expect(admission.finish(7) == nil)
        #expect(admission.finish(2) == nil)
        #expect(admission.withdraw(7) == false)
        #expect(admission.finish(1) == 2)
    }

    /// Against a plain model: two arrays a lane.
    @Test(arguments: [1, 2, 3] as [UInt64]) func agreesWithAPlainModel(_ seed: UInt64) {
        var random = SeededRandom(state: seed)
        let limits = [TransferAdmission<Int>.Lane.request: 3, .stream: 5]
        var admission = TransferAdmission<Int>(requests: 3, streams: 5)
        var running: [TransferAdmission<Int>.Lane: [Int]] = [.request: [], .stream: []]
        var waiting = running
        for id in 0..<5000 {
            let lane: TransferAdmission<Int>.Lane = Bool.random(using: &random) ? .request : .stream
            let mayRun = running[lane, default: []].count < limits[lane, default: 0]
            #expect(admission.submit(id, lane: lane) == mayRun)
            if mayRun { running[lane]?.append(id) } else { waiting[lane]?.append(id) }
            for lane in limits.keys where Int.random(in: 0..<3, using: &random) > 0 {
                if let victim = waiting[lane]?.randomElement(using: &random), Bool.random(using: &random) {
                    #expect(admission.withdraw(victim) == true)
                    waiting[lane]?.removeAll { $0 == victim }
                } else if let done = running[lane]?.randomElement(using: &random) {
                    let next = waiting[lane]?.first
                    #expect(admission.finish(done) == next)
                    running[lane]?.removeAll { $0 == done }
                    if let next {
                        waiting[lane]?.removeFirst()
                        running[lane]?.append(next)
                    }
                }
            }
        }
        #expect(admission.waitingCount == waiting.values.reduce(0) { $0 + $1.count })
        #expect(admission.runningCount == running.values.reduce(0) { $0 + $1.count })
    }
}

/// SplitMix64: small, and the same on every machine.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
