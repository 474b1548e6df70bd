internal import FoundationEssentials
package import Manifests

/// Clusters, users and contexts from one or several kubeconfig files.
///
/// - Source: Kubernetes documentation, "Organizing Cluster Access Using kubeconfig Files"; client-go `clientcmd`.
package struct Kubeconfig: Sendable {
    /// The files that were read, in order.
    package private(set) var files: [String] = []
    /// The name of the context to use where none is asked for.
    package private(set) var currentContext: String?

    private var clusters: [String: KubeconfigEntry] = [:]
    private var users: [String: KubeconfigEntry] = [:]
    private var contexts: [String: KubeconfigEntry] = [:]

    /// Names of the contexts, sorted.
    package var contextNames: [String] { contexts.keys.sorted() }

    /// Reads the files of a list and merges them: of entries of one name, and of current contexts, the first wins.
    ///
    /// - Parameter files: Those that do not exist are passed over, as kubectl does, but not all of them may be missing.
    package static func load(_ files: [String]) throws(Diagnostic) -> Kubeconfig {
        var merged = Kubeconfig()
        for file in files where exists(file) {
            merged.merge(try KubeconfigFile.read(KubeconfigPaths.absolute(file), named: file), named: file)
        }
        guard !merged.files.isEmpty else {
            throw Diagnostic(file: files.joined(separator: ":"), mark: nil, message: "there is no such file")
        }
        return merged
    }

    /// The files that `KUBECONFIG` lists, separated by colons, or else `~/.kube/config`.
    package static func defaultFiles(environment: [String: String]) -> [String] {
        let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        if !listed.isEmpty { return listed }
        guard let home = environment["HOME"], !home.isEmpty else { return [] }
        return [home + "/.kube/config"]
    }

    /// Whether a file is there; one that cannot be read counts as there and is an error later.
    static func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: file) }

    /// Reads one file that is at hand.
    ///
    /// - Parameter file: Its absolute path: files that it names lie beside it.
    package static func read(_ bytes: [UInt8], file: String) throws(Diagnostic) -> Kubeconfig {
        var config = Kubeconfig()
        config.merge(try KubeconfigFile.read(bytes, path: file, named: file), named: file)
        return config
    }

    private mutating func merge(_ file: KubeconfigFile, named name: String) {
        files.append(name)
        currentContext = currentContext ?? file.currentContext
        for cluster in file.clusters where clusters[cluster.name] == nil { clusters[cluster.name] = cluster }
        for user in file.users where users[user.name] == nil { users[user.name] = user }
        for context in file.contexts where contexts[context.name] == nil { contexts[context.name] = context }
    }

    /// How to reach the cluster of a context, as its user.
    ///
    /// - Parameter context: `nil` for the current one.
    /// - Parameter environment: What a plugin gets.
    package func access(
        context name: String? = nil, environment: [String: String] = [:]
    ) throws(Diagnostic) -> ClusterAccess {
        let context = try context(named: name)
        let cluster = try referenced("cluster", of: context, in: clusters)
        let user = try context.text("user") == nil ? nil : referenced("user", of: context, in: users)
        var credential = try user?.credential() ?? .none
        if let plugin = try user?.execPlugin(cluster: cluster, environment: environment) {
            credential = .exec(ExecCredentialSource(plugin))
        }
        return ClusterAccess(
            server: try cluster.server(),
            tls: try cluster.tls(identity: try user?.identity()),
            proxyURL: try cluster.secret("proxy-url"),
            credential: credential,
            namespace: try context.text("namespace") ?? "default",
            impersonation: try user?.impersonation())
    }

    private func context(named name: String?) throws(Diagnostic) -> KubeconfigEntry {
        let list = files.joined(separator: ":")
        guard let wanted = name ?? currentContext else {
            throw Diagnostic(
                file: list, mark: nil, path: "current-context", message: "is not set; set it or name a context")
        }
        guard let context = contexts[wanted] else {
            let known = contexts.isEmpty ? "there is none" : "there are " + contextNames.joined(separator: ", ")
            throw Diagnostic(
                file: list, mark: nil, path: name == nil ? "current-context" : "contexts",
                message: "there is no context '\(wanted)'; \(known)")
        }
        return context
    }

    private func referenced(
        _ field: String, of context: KubeconfigEntry, in entries: [String: KubeconfigEntry]
    ) throws(Diagnostic) -> KubeconfigEntry {
        guard let name = try context.text(field) else { throw context.error(field, "is not set") }
        guard let entry = entries[name] else { throw context.error(field, "there is no \(field) '\(name)'") }
        return entry
    }
}
