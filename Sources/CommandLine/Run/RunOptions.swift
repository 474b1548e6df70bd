internal import Autoscaling
internal import Controller

/// The options of `swiftlet run` that no other command has.
enum RunOptions {
    /// Where autoscalers come from.
    enum Source: String, CaseIterable, Sendable {
        case crd, hpa, file
    }

    static let source = Option<Source?>(
        "source", value: .init("crd|hpa|file", .words(Source.allCases.map(\.rawValue))),
        summary: "HorizontalAutoscalers of the cluster, its HorizontalPodAutoscalers (the built-in controller must be "
            + "off, or use --shadow), or manifests that -f names",
        defaultText: "file with -f, else crd"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return nil }
        guard let source = Source(rawValue: text) else {
            throw UsageError("'\(text)' is none of \(Source.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return source
    }
    static let files = Option<[String]>.list(
        "filename", letter: "f", "PATH", completes: .files,
        "A manifest or a folder of them, read again when it changes; may be written several times")
    static let watchNamespaces = Option<[String]>.list(
        "watch-namespace", "NAME",
        "Work in this namespace alone, with rights to no other; may be written several times")
    static let syncPeriod = Option<Duration>.duration(
        "sync-period", aliases: ["horizontal-pod-autoscaler-sync-period"], default: .seconds(15),
        "From the start of one round of decisions to the next")
    static let shadow = Option<Bool>.flag(
        "shadow", "Decide and report, and write nothing; with --source=hpa compare with the controller in charge")
    static let shadowLog = Option<String?>.text(
        "shadow-log", "FILE", completes: .files,
        "With --shadow --source=hpa: where differences are written, for 'swiftlet shadow-report'", defaultText: "none")
    static let foreignWriteBackoff = Option<Duration>.duration(
        "foreign-write-backoff", default: .seconds(300),
        "The longest that a size is left alone after somebody else has set it; 0s to take over at once")
    static let bindAddress = Option<String?>.text(
        "metrics-bind-address", "ADDRESS:PORT",
        "Where /metrics, /healthz and /readyz are served; 'off' for nowhere",
        defaultText: "127.0.0.1:9095")
    static let statusPage = Option<String?>.text(
        "status-page", "ADDRESS:PORT",
        "Where the status page and its API are, for everybody who reaches that address to read; 'off' for nowhere",
        defaultText: "that of --metrics-bind-address")
    static let logFormat = Option<EventLog.Format>.choice("log-format", default: .text, "How log lines look")
    static let logLevel = Option<EventLog.Level>.choice("log-level", default: .info, "The least that is logged")
    static let stateFile = Option<String?>.text(
        "state-file", "FILE", completes: .files,
        "Where windows are kept, so that a restart goes on with them; autoscalers in the cluster keep them in "
            + "their status by themselves",
        defaultText: "none")
    static let journal = Option<String?>.text(
        "journal", "FILE", completes: .files,
        "Write what is seen, decided and done, for 'swiftlet replay'; when it is full it becomes FILE.1, and so on",
        defaultText: "none")
    static let journalMaxBytes = Option<Int>(
        "journal-max-bytes", value: .init("QUANTITY"), summary: "How large a file of the journal grows, e.g. 64Mi",
        defaultText: "64Mi"
    ) { (texts) throws(UsageError) in
        guard let text = texts.last else { return 64 << 20 }
        guard let nano = (try? Quantity(text))?.nanoValue, nano >= 65_536_000_000_000,
            nano <= 1_000_000_000_000_000_000_000
        else { throw UsageError("'\(text)' is no quantity of bytes from 64Ki to 1T, write one like 64Mi") }
        return Int(nano / 1_000_000_000)
    }
    static let journalFiles = Option<Int>.integer(
        "journal-files", default: 8, in: 1...1_000, "How many files of the journal are kept, the present one included")
    static let all: [OptionSpec] =
        [source.spec, files.spec, watchNamespaces.spec] + ServerOptions.all
        + MetricOptions.all + [syncPeriod.spec] + HPAFlags.all
        + [shadow.spec, shadowLog.spec, foreignWriteBackoff.spec, stateFile.spec]
        + [journal.spec, journalMaxBytes.spec, journalFiles.spec] + ElectionOptions.all + RequestOptions.all
        + [bindAddress.spec, statusPage.spec, logFormat.spec, logLevel.spec]

    /// An address and a port: `127.0.0.1:9095`, `[::1]:9095`, or `:9095` for every interface.
    ///
    /// - Returns: `nil` for `off`.
    static func endpoint(_ text: String) throws(UsageError) -> (address: String, port: Int)? {
        if text == "off" { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last, let port = UInt16(last) else {
            throw UsageError("'\(text)' is no ADDRESS:PORT, e.g. 127.0.0.1:9095, and not 'off'", command: "run")
        }
        var address = String(text.dropLast(last.count + 1))
        if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
        return (address.isEmpty ? "0.0.0.0" : address, Int(port))
    }
}
