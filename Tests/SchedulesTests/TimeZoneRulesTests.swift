import FoundationEssentials
import LoopbackClient
import Recordings
import Testing

@testable import Schedules

@Suite(.timeLimit(.minutes(1))) struct TimeZoneRulesTests {
    static func zone(_ name: String) throws -> TimeZoneRules {
        try TimeZoneRules(tzif: [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/" + name))))
    }

    /// Clocks in all parts of the world, of rules of every form, against those of the C library.
    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk",
        "Asia/Kathmandu", "Pacific/Apia", "Europe/Dublin", "America/Sao_Paulo", "Asia/Tehran", "Etc/GMT+12",
        "America/Havana", "Pacific/Chatham",
    ])
    func theClocksAreThoseOfTheSystem(_ name: String) async throws {
        let zone = try Self.zone(name)
        var generator = SeededGenerator(seed: 7)
        // 1930 to 2200, and around each change of some years.
        var seconds = (0..<400).map { _ in Int64.random(in: -1_262_304_000...7_258_118_400, using: &generator) }
        for year in [1985, 2019, 2026, 2037, 2038, 2095] as [Int64] {
            var second = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch * 86_400
            for _ in 0..<6 {
                let segment = zone.segment(at: second)
                if segment.end == .max { break }
                seconds += [segment.end - 1, segment.end, segment.end + 3_599]
                second = segment.end
            }
        }
        let file = FileManager.default.temporaryDirectory.path + "/times-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(seconds.map { "@\($0)\n" }.joined().utf8).write(to: URL(filePath: file))
        let date = try #require(ChildProcess.find("date"))
        let run = try await ChildProcess.run(
            date, ["-f", file, "+%::z"], environment: ["TZ": name, "PATH": "/usr/bin:/bin"])
        #expect(run.status == 0, "\(run.errors)")
        let ours = seconds.map { Self.text(zone.offset(at: $0)) }
        let theirs = run.output.split(separator: "\n").map(String.init)
        #expect(ours.count == theirs.count)
        for (index, (mine, system)) in zip(ours, theirs).enumerated() where mine != system {
            Issue.record("\(name) at \(seconds[index]): \(mine), and the system's clock says \(system)")
            return
        }
    }

    private static func text(_ offset: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let size = abs(offset)
        return "\(offset < 0 ? "-" : "+")\(two(size / 3_600)):\(two(size / 60 % 60)):\(two(size % 60))"
    }

    /// Each byte of a file changed, and each length of it: an error or other rules, and always an answer.
    @Test func whateverStandsInAFileIsReadOrRefused() throws {
        let whole = [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
        var generator = SeededGenerator(seed: 1)
        var refused = 0
        func use(_ bytes: [UInt8]) {
            do {
                let zone = try TimeZoneRules(tzif: bytes)
                for second in [Int64.min / 4, -1, 1_773_424_800, 4_102_444_800, 9_000_000_000] {
                    let segment = zone.segment(at: second)
                    #expect(segment.start <= second && second < segment.end)
                }
                let daily = Occurrences(try CronExpression("30 2 * * *"), in: zone)
                #expect(daily.next(after: 1_773_424_800).map { $0 > 1_773_424_800 } ?? true)
            } catch {
                refused += 1
            }
        }
        for length in 0..<whole.count { use(Array(whole.prefix(length))) }
        #expect(refused == whole.count)
        for index in whole.indices {
            var bytes = whole
            bytes[index] = UInt8.random(in: 0...255, using: &generator)
            use(bytes)
        }
        #expect(refused < whole.count * 2)
        use(Array(repeating: 0x54, count: TimeZoneRules.largestFile + 1))
    }

    @Test(
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", 3_600, true), ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", -10_800, true),
            ("EST5EDT4,0/0,J365/25", -18_000, true), ("IST-1GMT0,M10.5.0,M3.5.0/1", 3_600, true),
            ("<+0545>-5:45", 20_700, false), ("AAA", nil, false), ("CET", nil, false), ("CET-1CEST", nil, false),
            ("CET-25", nil, false), ("CET-1CEST,M13.1.0,M10.5.0", nil, false), ("CET-1CEST,M3.5.0", nil, false),
            ("CET-1CEST,M3.5.0,M10.5.0/3x", nil, false), ("<CET-1", nil, false), ("C1", nil, false),
        ] as [(String, Int64?, Bool)])
    func rulesAreReadWhole(_ text: String, _ offset: Int64?, _ hasDaylight: Bool) {
        let rule = try? POSIXTimeZone(Array(text.utf8))
        #expect(rule?.standardOffset == offset)
        #expect((rule?.daylight != nil) == hasDaylight)
    }

    @Test(
        arguments: [
            ("Europe/Berlin", true), ("America/Argentina/Buenos_Aires", true), ("Etc/GMT+5", true), ("UTC", true),
            ("../etc/passwd", false), ("Europe/../UTC", false), ("/etc/localtime", false), ("", false),
            ("Local", false),
            ("Europe/", false), ("Europe/Berlin\0", false), (String(repeating: "a", count: 65), false),
        ])
    func aNameStaysBelowTheFolderOfTheZones(_ name: String, _ isValid: Bool) {
        #expect(TimeZoneName.isValid(name) == isValid)
    }
}
