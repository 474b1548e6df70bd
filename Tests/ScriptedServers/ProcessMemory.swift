internal import Glibc

/// How much memory this process has taken.
public enum ProcessMemory {
    /// The most that was resident at once since the last call of ``reset()``, in bytes; 0 where the system does not say.
    public static var peak: Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("VmHWM:") else { continue }
            return (Int(text.filter(\.isNumber)) ?? 0) << 10
        }
        return 0
    }

    /// Begins a new peak at what is resident now.
    public static func reset() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    /// By how much the peak has grown while something was done, in bytes.
    public static func growth(_ body: () async throws -> Void) async rethrows -> Int {
        reset()
        let before = peak
        try await body()
        return peak - before
    }
}
