import Testing

@testable import HTTPTransport

/// Every order of reader, network and end, with numbers for readers.
@Suite struct BodyBufferTests {
    /// What happens to the buffer, and what it says.
    enum Event: Sendable {
        case receive([UInt8], says: String)
        case read(Int, says: String)
        case finish(says: String)
        case fail(says: String)
        case abandon(says: String)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var events: [Event]
    }

    static let cases = [
        Case(
            testDescription: "reader first",
            events: [.read(1, says: "wait"), .receive([7], says: "deliver to 1"), .read(1, says: "wait")]),
        Case(
            testDescription: "network first: chunks are joined",
            events: [.receive([7], says: "stored"), .receive([8], says: "stored"), .read(1, says: "[7, 8]")]),
        Case(
            testDescription: "full at its limit, resumed by a read",
            events: [
                .receive([1, 2, 3], says: "stored"), .receive([4, 5], says: "stored"), .receive([6], says: "full"),
                .read(1, says: "[1, 2, 3, 4, 5], resume"), .receive([6], says: "stored"), .read(1, says: "[6]"),
            ]),
        Case(
            testDescription: "end while a reader waits",
            events: [.read(1, says: "wait"), .finish(says: "tell 1"), .read(1, says: "complete")]),
        Case(
            testDescription: "bytes before an error",
            events: [
                .receive([7], says: "stored"), .fail(says: "tell nobody"), .read(1, says: "[7]"),
                .read(1, says: "failed"),
            ]
        ),
        Case(
            testDescription: "only the first end counts",
            events: [.finish(says: "tell nobody"), .fail(says: "tell nobody"), .read(1, says: "complete")]),
        Case(
            testDescription: "no resume after the end",
            events: [
                .receive([1, 2, 3, 4], says: "stored"), .receive([5], says: "full"), .fail(says: "tell nobody"),
                .read(1, says: "[1, 2, 3, 4]"), .read(1, says: "failed"),
            ]),
        Case(
            testDescription: "abandoned while a reader waits",
            events: [
                .read(1, says: "wait"), .abandon(says: "tell 1"), .receive([7], says: "refused"),
                .read(1, says: "failed"),
            ]
        ),
        Case(
            testDescription: "abandoned before the read",
            events: [.receive([7], says: "stored"), .abandon(says: "tell nobody"), .read(1, says: "failed")]),
        Case(
            testDescription: "end after it was abandoned",
            events: [.abandon(says: "tell nobody"), .finish(says: "tell nobody"), .read(1, says: "failed")]),
        Case(
            testDescription: "a second reader",
            events: [.read(1, says: "wait"), .read(2, says: "busy"), .receive([7], says: "deliver to 1")]),
    ]

    @Test(arguments: cases) func everyReaderIsToldOnce(_ test: Case) {
        var buffer = BodyBuffer<Int>(limit: 4)
        for event in test.events {
            switch event {
            case .receive(let bytes, let says): #expect(text(bytes.withUnsafeBytes { buffer.receive($0) }) == says)
            case .read(let reader, let says): #expect(text(buffer.read(reader)) == says)
            case .finish(let says): #expect(told(buffer.finish(.complete)) == says)
            case .fail(let says): #expect(told(buffer.finish(.failed(CancellationError()))) == says)
            case .abandon(let says): #expect(told(buffer.abandon(CancellationError())) == says)
            }
        }
    }

    private func told(_ reader: Int?) -> String { "tell \(reader.map { String($0) } ?? "nobody")" }

    private func text(_ reception: BodyBuffer<Int>.Reception) -> String {
        switch reception {
        case .stored: "stored"
        case .deliver(let reader): "deliver to \(reader)"
        case .full: "full"
        case .refused: "refused"
        }
    }

    private func text(_ reading: BodyBuffer<Int>.Reading) -> String {
        switch reading {
        case .bytes(let bytes, let resume): "\(bytes)" + (resume ? ", resume" : "")
        case .wait: "wait"
        case .ended(.complete): "complete"
        case .ended(.failed): "failed"
        case .busy: "busy"
        }
    }
}
