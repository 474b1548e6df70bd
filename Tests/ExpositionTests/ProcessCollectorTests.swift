import FoundationEssentials
import Testing

@testable import Exposition

@Suite struct ProcessCollectorTests {
    /// proc(5) text with a program name made to confuse: it holds a space and a closing parenthesis.
    private static let files = [
        "/proc/self/stat": """
        4242 (odd) name) S 1 4242 4242 0 -1 4194560 900 0 0 0 250 75 0 0 20 0 9 0 12345 300000000 5000 \
        18446744073709551615 1 1 0 0 0 0 0 4096 16384 0 0 0 17 1 0 0 0 0 0

        """,
        "/proc/stat": "cpu  1 2 3\nintr 5\nctxt 9\nbtime 1700000000\nprocesses 7\n",
        "/proc/self/status": "Name:\tswiftlet\nVmPeak:\t  90000 kB\nVmRSS:\t    1000 kB\n",
    ]

    private func text(_ collector: ProcessCollector) -> String {
        var writer = ExpositionWriter()
        collector.collect(into: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func numbersComeFromProc() {
        let collector = ProcessCollector(
            readFile: { Self.files[$0].map { Array($0.utf8) } }, countEntries: { $0 == "/proc/self/fd" ? 11 : nil })
        #expect(
            text(collector) == """
                # HELP process_cpu_seconds_total User and system CPU time spent, in seconds.
                # TYPE process_cpu_seconds_total counter
                process_cpu_seconds_total 3.25
                # HELP process_resident_memory_bytes Resident memory, in bytes.
                # TYPE process_resident_memory_bytes gauge
                process_resident_memory_bytes 1024000
                # HELP process_open_fds Open file descriptors.
                # TYPE process_open_fds gauge
                process_open_fds 11
                # HELP process_start_time_seconds Start time of the process, in seconds since the Unix epoch.
                # TYPE process_start_time_seconds gauge
                process_start_time_seconds 1700000123.45

                """)
    }

    @Test func whatCannotBeReadIsLeftOut() {
        let broken = [
            "/proc/self/stat": "4242 (x) S 1", "/proc/stat": "btime", "/proc/self/status": "VmRSS:\tnone kB\n",
        ]
        let collector = ProcessCollector(
            readFile: { broken[$0].map { Array($0.utf8) } }, countEntries: { _ in nil })
        #expect(text(collector) == "")
    }

    @Test func thisProcessHasPlausibleNumbers() throws {
        let collector = ProcessCollector(
            readFile: { (try? Data(contentsOf: URL(filePath: $0))).map { [UInt8]($0) } },
            countEntries: { try? FileManager.default.contentsOfDirectory(atPath: $0).count })
        let samples = Dictionary(
            uniqueKeysWithValues: text(collector).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
                let parts = line.split(separator: " ")
                return (String(parts[0]), Double(parts[1]) ?? .nan)
            })
        #expect(samples.count == 4)
        #expect(try #require(samples["process_resident_memory_bytes"]) > 1_000_000)
        #expect(try #require(samples["process_open_fds"]) >= 3)
        let started = try #require(samples["process_start_time_seconds"])
        let now = Date().timeIntervalSince1970
        #expect(started > now - 86_400 * 30 && started < now + 60)
    }
}
