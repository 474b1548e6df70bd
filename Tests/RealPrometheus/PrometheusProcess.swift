internal import FoundationEssentials
internal import Glibc

/// The installed `prometheus`, started for a test on a free port with a directory of its own.
///
///     try await PrometheusProcess.run(scraping: [.init(job: "pods", address: "127.0.0.1:\(port)")]) { prometheus in
///         // ask prometheus.url
///     }
///
/// The directory with configuration, data and log is removed afterwards, and kept when the body throws.
public struct PrometheusProcess: Sendable {
    /// Something to scrape.
    public struct Target: Sendable {
        public var job: String
        /// Host and port, e.g. `127.0.0.1:8080`; `/metrics` is asked for.
        public var address: String

        public init(job: String, address: String) {
            self.job = job
            self.address = address
        }
    }

    /// Why it did not run.
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    /// The name of the program, looked up on `PATH`.
    static let program = "prometheus"
    /// How long it may take until it answers, in steps of a look at its log.
    private static let startLooks = 1000
    private static let lookInterval = Duration.milliseconds(20)

    /// Where it answers: `http://127.0.0.1:41234`.
    public let url: String
    /// Holds `prometheus.yml`, `prometheus.log` and `data`.
    public let directory: String
    private let identifier: pid_t

    /// Whether the program is installed: a test is skipped visibly without.
    public static var isInstalled: Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    /// What it has logged so far.
    public var log: String { Self.log(in: directory) }

    /// Starts it, waits until it is ready, runs the body, and stops it whatever happens.
    ///
    /// - Parameters:
    ///   - rules: A rule file's text; evaluated as often as targets are scraped.
    ///   - data: A folder of blocks to serve in place of an empty one; it is left there.
    ///   - arguments: Further command line arguments, e.g. `--query.max-samples=20`.
    public static func run<Result: Sendable>(
        scraping targets: [Target],
        interval: Duration = .seconds(1),
        rules: String? = nil,
        data: String? = nil,
        arguments: [String] = [],
        _ body: (PrometheusProcess) async throws -> Result
    ) async throws -> Result {
        let process = try await start(
            scraping: targets, interval: interval, rules: rules, data: data, arguments: arguments)
        do {
            let result = try await body(process)
            await process.stop()
            try? FileManager.default.removeItem(atPath: process.directory)
            return result
        } catch {
            await process.stop()
            throw error
        }
    }

    /// Asks it to end and waits; killed when it does not.
    public func stop() async {
        kill(identifier, SIGTERM)
        for look in 0... {
            var status: CInt = 0
            let ended = waitpid(identifier, &status, WNOHANG)
            if ended == identifier || (ended < 0 && errno != EINTR) { return }
            if look == 250 { kill(identifier, SIGKILL) }
            // Not the test's own cancellation: the process must be gone in any case.
            usleep(20_000)
        }
    }

    // MARK: - Start

    private static func start(
        scraping targets: [Target], interval: Duration, rules: String?, data: String?, arguments: [String]
    ) async throws -> PrometheusProcess {
        let directory = try makeDirectory()
        let configuration = directory + "/prometheus.yml"
        var settings = text(scraping: targets, interval: interval)
        if let rules {
            try rules.write(toFile: directory + "/rules.yml", atomically: false, encoding: .utf8)
            settings += "rule_files: [rules.yml]\n"
        }
        try settings.write(toFile: configuration, atomically: false, encoding: .utf8)
        let words =
            [
                program, "--config.file=\(configuration)", "--storage.tsdb.path=\(data ?? directory + "/data")",
                "--web.listen-address=127.0.0.1:0",
            ] + arguments
        let identifier = try spawn(words, output: directory + "/prometheus.log")
        do {
            let address = try await address(in: directory, of: identifier)
            return PrometheusProcess(url: "http://\(address)", directory: directory, identifier: identifier)
        } catch {
            await PrometheusProcess(url: "", directory: directory, identifier: identifier).stop()
            throw error
        }
    }

    /// Waits for the two lines of the log that say where it listens and that it is ready.
    private static func address(in directory: String, of identifier: pid_t) async throws -> String {
        for _ in 0..<startLooks {
            let log = log(in: directory)
            if log.contains("Server is ready to receive web requests"),
                let line = log.split(separator: "\n").first(where: { $0.contains("msg=\"Listening on\"") }),
                let address = line.split(separator: "address=").last
            {
                return String(address)
            }
            var status: CInt = 0
            if waitpid(identifier, &status, WNOHANG) == identifier {
                throw Failure(description: "prometheus ended while starting: \(log.suffix(2000))")
            }
            try await Task.sleep(for: lookInterval)
        }
        throw Failure(description: "prometheus is not ready: \(log(in: directory).suffix(2000))")
    }

    private static func text(scraping targets: [Target], interval: Duration) -> String {
        let milliseconds = max(
            interval.components.seconds * 1000 + interval.components.attoseconds / 1_000_000_000_000_000, 1)
        var text = "global:\n  scrape_interval: \(milliseconds)ms\n  scrape_timeout: \(milliseconds)ms\n"
        text += "  evaluation_interval: \(milliseconds)ms\n"
        text += "scrape_configs:\n"
        for target in targets {
            text += "  - job_name: \(target.job)\n    static_configs:\n      - targets: ['\(target.address)']\n"
        }
        return targets.isEmpty ? text.replacing("scrape_configs:\n", with: "") : text
    }

    private static func makeDirectory() throws -> String {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let path = folder + "/swiftlet-prometheus-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private static func log(in directory: String) -> String {
        (try? String(contentsOfFile: directory + "/prometheus.log", encoding: .utf8)) ?? ""
    }

    private static func spawn(_ arguments: [String], output: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var identifier = pid_t()
        let code = posix_spawnp(&identifier, program, &actions, nil, &words, environ)
        guard code == 0 else {
            throw Failure(description: "\(program) could not be started: \(String(cString: strerror(code)))")
        }
        return identifier
    }
}
