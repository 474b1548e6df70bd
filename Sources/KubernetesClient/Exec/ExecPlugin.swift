internal import Autoscaling
internal import FoundationEssentials
internal import HTTPTransport
internal import KubernetesTypes

/// A program that gives credentials, as a kubeconfig names it.
///
/// - Source: Kubernetes documentation, "client-go credential plugins"; `client.authentication.k8s.io` `v1`, `v1beta1`.
struct ExecPlugin: Sendable {
    /// What the user is called and where this stands, for errors.
    var place: String
    /// `client.authentication.k8s.io/v1` or `…/v1beta1`.
    var apiVersion: String
    /// As written, with what it means: a path where it has a slash, else a name to look for.
    var command: String
    var arguments: [String]
    /// All that the program gets but `KUBERNETES_EXEC_INFO`.
    var environment: [String: String]
    /// Those of the environment that the kubeconfig itself sets: they may be secrets.
    var ownVariables: [String: String] = [:]
    /// What to do where there is no such program, in the words of whoever wrote the kubeconfig.
    var installHint: String?
    /// The cluster that the credentials are for; `nil` where it is not to be told.
    var cluster: JSONValue?
    /// How long it may take. A login at a cloud takes seconds; nobody is there to answer a question.
    var limit: Duration = .seconds(60)

    /// Most characters of what the program says about its failure.
    private static let maximumErrorLength = 1_000

    /// Runs the program.
    ///
    /// - Throws: ``CredentialError``. What the program wrote as its answer is in none of them.
    func run(at now: Timestamp) async throws(CredentialError) -> ExecCredential {
        guard let path = Self.find(command, path: environment["PATH"] ?? "") else {
            throw error("there is no such program" + (command.contains("/") ? "" : " on the PATH") + hint)
        }
        var environment = environment
        environment["KUBERNETES_EXEC_INFO"] = info
        let program = ChildProgram(path: path, arguments: arguments, environment: environment, limit: limit)
        let result = await program.run()
        switch result.ending {
        case .exited(status: 0): break
        case .exited(let status): throw error("it ended with status \(status)\(said(result.errors))\(hint)")
        case .killed(let signal): throw error("it was ended by signal \(signal)\(said(result.errors))")
        case .timedOut: throw error("it did not end within \(limit.components.seconds) s\(said(result.errors))")
        case .wroteTooMuch: throw error("it wrote more than \(ChildProgram.outputLimit >> 20) MiB")
        case .notStarted(let reason): throw error("it cannot be run: \(reason)\(hint)")
        }
        do {
            return try ExecCredential(answer: result.output, apiVersion: apiVersion, at: now)
        } catch {
            throw self.error("\(error.problem)\(said(result.errors))")
        }
    }

    /// The value of `KUBERNETES_EXEC_INFO`.
    var info: String {
        var spec: JSONValue = ["interactive": false]
        spec["cluster"] = cluster
        let info: JSONValue = ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": spec]
        return info.description
    }

    private func error(_ problem: String) -> CredentialError {
        CredentialError(path: place, problem: "exec plugin '\(command)': \(problem)")
    }

    private var hint: String { installHint.map { "; " + Self.oneLine($0.utf8) } ?? "" }

    /// What the program says of its failure, without the values of variables that the kubeconfig gives it.
    private func said(_ errors: [UInt8]) -> String {
        let text = Self.oneLine(Array(Redaction(ownVariables.values)(String(decoding: errors, as: UTF8.self)).utf8))
        return text.isEmpty ? "" : ": " + text
    }

    private static func oneLine(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.split { $0.isWhitespace || $0.isNewline || ($0.asciiValue ?? 0x20) < 0x20 }
        return String(words.joined(separator: " ").prefix(maximumErrorLength))
    }

    /// The first file of that name on the path that may be run. As Go has it, the working directory is not looked at.
    private static func find(_ command: String, path: String) -> String? {
        let files = FileManager.default
        if command.contains("/") { return files.isExecutableFile(atPath: command) ? command : nil }
        let folders = path.split(separator: ":").filter { $0.hasPrefix("/") }
        return folders.map { "\($0)/\(command)" }.first { files.isExecutableFile(atPath: $0) }
    }
}

extension ExecPlugin: CustomStringConvertible, CustomReflectable {
    /// Arguments and environment may hold secrets.
    var description: String { "exec plugin '\(command)'" }
    var customMirror: Mirror { Mirror(self, children: ["command": command]) }
}
