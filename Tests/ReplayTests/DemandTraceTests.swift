import Autoscaling
import Manifests
import Testing

@testable import Replay

@Suite struct DemandTraceTests {
    private func read(
        _ text: String, _ options: DemandTrace.Options = .init()
    ) throws -> (samples: [DemandSample], reader: DemandReader) {
        var reader = try DemandTrace(name: "t", source: .bytes(Array(text.utf8)), options: options).open()
        var samples: [DemandSample] = []
        while let sample = try reader.next() { samples.append(sample) }
        return (samples, reader)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var zone = ZoneOffset.utc
        var column: String?
    }

    /// Three samples, 1, 2 and 3, a minute apart from 2026-01-02T03:04:00Z on.
    @Test(arguments: [
        Case(
            testDescription: "header, wall time",
            text: "timestamp,value\n2026-01-02 03:04:00,1\n2026-01-02 03:05:00,2\n2026-01-02 03:06:00,3\n"),
        Case(
            testDescription: "no header, ISO 8601 with zones, no last line break",
            text: "2026-01-02T03:04:00Z,1\n2026-01-02T04:05:00+01:00,2\n2026-01-02T02:06:00.000-0100,3"),
        Case(
            testDescription: "byte-order mark, CRLF, quotes, blank lines and comments",
            text:
                "\u{FEFF}time,\"value\"\r\n\r\n# night\r\n\"2026-01-02 03:04\",1\r\n2026-01-02 03:05, 2\r\n2026-01-02 03:06,3\r\n"
        ),
        Case(testDescription: "epoch seconds", text: "ts;v\n1767323040;1\n1767323100;2\n1767323160;3\n"),
        Case(testDescription: "epoch milliseconds", text: "1767323040000,1\n1767323100000,2\n1767323160000,3\n"),
        Case(
            testDescription: "wide, with a zone",
            text: "a,time,b\n9,2026-01-02 05:04:00,1\n9,2026-01-02 05:05:00,2\n9,2026-01-02 05:06:00,3\n",
            zone: ZoneOffset(seconds: 7200), column: "b"),
        Case(
            testDescription: "without a value, and repeated",
            text: "2026-01-02 03:04:00,1\n2026-01-02 03:04:30,NaN\n2026-01-02 03:05:00,2\n2026-01-02 03:05:00,2\n"
                + "2026-01-02 03:05:30,\n2026-01-02 03:06:00,3\n"),
        Case(
            testDescription: "Prometheus, two series summed",
            text: #"{"status":"success","data":{"resultType":"matrix","result":["#
                + #"{"metric":{"pod":"a"},"values":[[1767323040,"1"],[1767323100,"0.5"],[1767323160,"3"]]},"#
                + #"{"metric":{"pod":"b"},"values":[[1767323100,"1.5"]]}]}}"#),
    ])
    func readsTheSameSamples(_ test: Case) throws {
        var options = DemandTrace.Options()
        options.zone = test.zone
        options.column = test.column
        let (samples, reader) = try read(test.text, options)
        #expect(samples.map(\.value) == [1, 2, 3])
        #expect(samples.map(\.time.nanoseconds) == [0, 60, 120].map { (1_767_323_040 + $0) * 1_000_000_000 })
        #expect(reader.intervalNanoseconds == 60_000_000_000)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var text: String
        var message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        Fault(text: "", message: "t: is empty"),
        Fault(text: "time,value\n", message: "t: has no sample"),
        Fault(text: "1,1\n2,x\n", message: "t:2:3: 'x' is no number"),
        Fault(text: "1,1\n2,-1\n", message: "t:2:1: the value -1.0 is negative"),
        Fault(text: "1,1\n2,inf\n", message: "t:2:1: the value inf is infinite"),
        Fault(
            text: "5,1\n2,1\n",
            message: "t:2:1: 1970-01-01 00:00:02 comes after 1970-01-01 00:00:05, samples must be in order of time"),
        Fault(text: "5,1\n5,2\n", message: "t:2:1: 1970-01-01 00:00:05 is there twice, with 1.0 and 2.0"),
        Fault(
            text: "1,1\n2",
            message: "t:2:1: has 1 fields, not 2; it is the last line and has no line break, so it may be cut off"),
        Fault(
            text: "1,1\n2\u{0},1\n",
            message: "t:2:2: has the byte 0x00, which no text has; is this file binary or compressed?"),
        Fault(text: "time,a,b\n1,2,3\n", message: "t:1:1: has the columns a, b; say which one holds the values"),
        Fault(
            text: "{\"status\":", message: "t:1:11: no answer of Prometheus: the answer ends early at byte 10"),
    ])
    func namesTheLineOfAFault(_ fault: Fault) {
        let error = #expect(throws: Diagnostic.self) { try read(fault.text) }
        #expect(error?.description == fault.message)
    }

    @Test func aLineWithoutEndIsRefused() {
        let error = #expect(throws: Diagnostic.self) { try read("1,1\n" + String(repeating: "7", count: 200_000)) }
        #expect(error?.mark?.line == 2)
    }

    @Test func skippingLeavesFaultsOutAndCountsThem() throws {
        var options = DemandTrace.Options()
        options.faults = .skip
        let (samples, reader) = try read("1,1\nx,y\n3,2\n2,9\n4,3\n", options)
        #expect(samples.map(\.value) == [1, 2, 3])
        #expect(reader.omissions.faults == 2)
        #expect(reader.omissions.examples.compactMap(\.mark?.line) == [2, 4])
    }
}
