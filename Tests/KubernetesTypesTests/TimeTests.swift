import Autoscaling
import FoundationEssentials
import KubernetesTypes
import Recordings
import Testing

@Suite struct TimeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var nanoseconds: Int64
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(text: "1970-01-01T00:00:00Z", nanoseconds: 0),
        Case(text: "2026-11-24T02:06:17Z", nanoseconds: 1_795_485_977_000_000_000),
        Case(text: "2024-02-29T23:59:59.123456Z", nanoseconds: 1_709_251_199_123_456_000),
        Case(text: "2000-03-01T00:00:00+02:30", nanoseconds: 951_859_800_000_000_000),
        Case(text: "1969-12-31T23:59:59.999999999Z", nanoseconds: -1),
        Case(text: "2026-01-01T00:00:00.1234567899-00:01", nanoseconds: 1_767_225_660_123_456_789),
        Case(text: "0001-01-01T00:00:00Z", nanoseconds: .min),
        Case(text: "9999-12-31T23:59:59Z", nanoseconds: .max),
    ])
    func readsRFC3339ToTheNanosecond(_ test: Case) {
        #expect(RFC3339.parse(test.text)?.nanoseconds == test.nanoseconds)
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00Zx", "+026-01-01T00:00:00Z", "2026-01-01T00:00:00+0100",
    ])
    func refusesWhatIsNoTime(_ text: String) {
        #expect(RFC3339.parse(text) == nil)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func whatIsWrittenIsReadBack(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let timestamp = Timestamp(nanoseconds: Int64(truncatingIfNeeded: random.next()) / 2)
            let text = RFC3339.format(timestamp, fractionDigits: 9)
            #expect(RFC3339.parse(text) == timestamp, "\(text)")
        }
    }

    @Test func wireTimesHaveSecondsAndMicroseconds() throws {
        let timestamp = Timestamp(nanoseconds: 1_709_251_199_123_456_789)
        let written = try JSONEncoder().encode([Time(timestamp)]) + JSONEncoder().encode([MicroTime(timestamp)])
        #expect(String(decoding: written, as: UTF8.self) == #"["2024-02-29T23:59:59Z"]["2024-02-29T23:59:59.123456Z"]"#)
        let lease = Lease(spec: Lease.Spec(holderIdentity: "a", renewTime: MicroTime(timestamp)))
        let again = try JSONDecoder().decode(Lease.self, from: JSONEncoder().encode(lease))
        #expect(again.spec?.renewTime?.timestamp.nanoseconds == 1_709_251_199_123_456_000)
    }
}
