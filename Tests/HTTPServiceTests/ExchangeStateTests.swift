import Testing

@testable import HTTPService

/// The orders in which MHD's thread and the handler's task can meet, one by one.
@Suite struct ExchangeStateTests {
    /// A reference to the state, because `#expect` takes no calls that change a value.
    private final class Machine {
        var state = ExchangeState()

        func suspend() -> Bool { state.suspendIfNothingToDo() }
        func wake() -> Bool { state.wake() }
        func answer(_ response: ServiceResponse) -> Bool { state.answer(response) }
        func offer(_ bytes: [UInt8], limit: Int) -> ExchangeState.Offer { state.offer(bytes, limit: limit) }
        func finishesQuietly() -> Bool { state.finish().isEmpty }
        func abandon() -> Bool { state.abandon() }
        func access() -> ExchangeState.Access { state.access(limit: 10) }
    }

    private func handling() -> Machine {
        let state = Machine()
        guard case .startHandler(let body) = state.access() else {
            Issue.record("the handler is started when the request is whole")
            return state
        }
        #expect(body.isEmpty)
        return state
    }

    @Test func anAnswerAfterTheSuspensionResumesOnce() {
        let state = handling()
        #expect(state.suspend())
        #expect(state.answer(.text("done")))
        #expect(!state.state.isSuspended)
        #expect(!state.wake())
        guard case .send(let response) = state.access() else {
            Issue.record("the answer is sent")
            return
        }
        #expect(response.status == 200)
    }

    @Test func anAnswerBeforeTheSuspensionPreventsIt() {
        let state = handling()
        #expect(!state.answer(.text("done")))
        #expect(!state.suspend())
    }

    @Test func aHeartbeatBringsTheConnectionBackToWaiting() {
        let state = handling()
        #expect(state.suspend())
        #expect(state.wake())
        guard case .wait = state.access() else {
            Issue.record("there is no answer yet")
            return
        }
        #expect(state.suspend())
    }

    @Test func whatComesAfterTheEndIsIgnored() {
        let state = handling()
        #expect(state.suspend())
        #expect(state.finishesQuietly())
        #expect(!state.answer(.text("late")))
        #expect(state.offer([1], limit: 10) == .closed)
        #expect(!state.suspend())
        #expect(!state.abandon())
    }

    @Test func aStreamTellsItsWriterWhenToWait() {
        let state = handling()
        _ = state.answer(ServiceResponse(body: .stream { _ in }))
        _ = state.access()
        #expect(state.suspend())
        #expect(state.offer([1, 2, 3], limit: 4) == .taken(resume: true))
        #expect(!state.suspend())
        #expect(state.offer([4, 5], limit: 4) == .full(resume: false))
        var target = [UInt8](repeating: 0, count: 2)
        var read: [UInt8] = []
        for expected in [2, 1, 2] {
            let (outcome, _) = target.withUnsafeMutableBytes { state.state.read(into: $0, limit: 4) }
            guard case .bytes(expected) = outcome else {
                Issue.record("\(outcome) instead of \(expected) bytes: a write is not mixed with the next")
                return
            }
            read += target.prefix(expected)
        }
        #expect(read == [1, 2, 3, 4, 5])
    }

    @Test func whatWaitsIsSentBeforeTheEnd() {
        var buffer = StreamBuffer()
        buffer.append([1])
        buffer.finish(.complete)
        buffer.append([2])
        buffer.finish(.broken)
        var target = [UInt8](repeating: 0, count: 8)
        let count = target.withUnsafeMutableBytes { buffer.read(into: $0) }
        #expect(count == 1)
        #expect(buffer.count == 0)
        #expect(buffer.end == .complete)
    }

    @Test func aBodyFarBeyondTheLimitIsCutOff() {
        let state = Machine()
        let bytes = [UInt8](repeating: 0, count: 40)
        let outcomes = (0..<3).map { _ in bytes.withUnsafeBytes { state.state.receive($0, limit: 10) } }
        #expect(outcomes == [true, true, false])
        guard case .refuseOversized = state.access() else {
            Issue.record("the rest of the request is refused")
            return
        }
    }

    @Test func abandoningWakesAWaitingConnectionSoThatItCanBeClosed() {
        let state = handling()
        #expect(state.suspend())
        #expect(state.abandon())
        guard case .cut = state.access() else {
            Issue.record("nothing is sent any more")
            return
        }
    }
}
