/// The `process_…` families that every Prometheus client has, from `/proc` of Linux.
///
/// Reading files is left to the caller, so that this target needs nothing but the standard library. A family whose
/// file cannot be read is left out rather than written as zero.
public struct ProcessCollector: Collector {
    /// Reads a whole file; `nil` if it cannot be read.
    public typealias ReadFile = @Sendable (_ path: String) -> [UInt8]?
    /// Counts the names in a directory; `nil` if it cannot be read.
    public typealias CountEntries = @Sendable (_ directory: String) -> Int?

    /// The unit of times in `/proc/self/stat`: `USER_HZ` is 100 on every architecture Swift runs on.
    private static let ticksPerSecond = 100.0

    private static let cpu = FamilyDescription(
        "process_cpu_seconds_total", .counter, help: "User and system CPU time spent, in seconds.")
    private static let memory = FamilyDescription(
        "process_resident_memory_bytes", .gauge, help: "Resident memory, in bytes.")
    private static let descriptors = FamilyDescription("process_open_fds", .gauge, help: "Open file descriptors.")
    private static let start = FamilyDescription(
        "process_start_time_seconds", .gauge, help: "Start time of the process, in seconds since the Unix epoch.")

    private let readFile: ReadFile
    private let countEntries: CountEntries

    /// - Parameter readFile: The whole file, or `nil` if it cannot be read.
    /// - Parameter countEntries: The number of names in a directory, or `nil` if it cannot be read.
    public init(readFile: @escaping ReadFile, countEntries: @escaping CountEntries) {
        self.readFile = readFile
        self.countEntries = countEntries
    }

    public var families: [FamilyDescription] { [Self.cpu, Self.memory, Self.descriptors, Self.start] }

    public func collect(into writer: inout ExpositionWriter) {
        let times = text("/proc/self/stat").flatMap(Self.times)
        let booted = text("/proc/stat").flatMap { Self.number(in: $0, after: "btime") }
        let resident = text("/proc/self/status").flatMap { Self.number(in: $0, after: "VmRSS:") }
        write(Self.cpu, times?.cpuSeconds, &writer)
        write(Self.memory, resident.map { $0 * 1024 }, &writer)
        write(Self.descriptors, countEntries("/proc/self/fd").map(Double.init), &writer)
        write(Self.start, booted.flatMap { booted in times.map { booted + $0.startedAfterBootSeconds } }, &writer)
    }

    private func write(_ family: FamilyDescription, _ value: Double?, _ writer: inout ExpositionWriter) {
        guard let value else { return }
        writer.header(family)
        writer.sample(family.name, value: value)
    }

    private func text(_ path: String) -> String? {
        readFile(path).map { String(decoding: $0, as: UTF8.self) }
    }

    private struct Times {
        var cpuSeconds: Double
        var startedAfterBootSeconds: Double
    }

    /// Fields 14, 15 and 22 of proc(5) `stat`. The second field is the program's name in parentheses and may hold
    /// spaces and parentheses itself, so counting starts after the last one.
    private static func times(in stat: String) -> Times? {
        guard let close = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: close)...].split { $0 == " " || $0 == "\n" }
        guard fields.count > 19,
            let user = Double(fields[11]), let system = Double(fields[12]), let start = Double(fields[19])
        else { return nil }
        return Times(cpuSeconds: (user + system) / ticksPerSecond, startedAfterBootSeconds: start / ticksPerSecond)
    }

    /// The number that follows a key at the beginning of a line.
    private static func number(in text: String, after key: String) -> Double? {
        for line in text.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            if words.count > 1, words[0] == key { return Double(words[1]) }
        }
        return nil
    }
}
