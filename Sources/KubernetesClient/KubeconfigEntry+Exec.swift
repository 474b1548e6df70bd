internal import Files
internal import FoundationEssentials
internal import HTTPTransport
internal import KubernetesTypes
internal import Manifests

/// What a user's `exec` says.
extension KubeconfigEntry {
    private static let execVersions = ["v1", "v1beta1"].map { "client.authentication.k8s.io/" + $0 }

    /// The plugin, when there is one.
    ///
    /// - Parameter cluster: The entry of the cluster that the credentials are for.
    /// - Parameter environment: That of this process; the plugin gets it as well.
    func execPlugin(cluster: KubeconfigEntry, environment: [String: String]) throws(Diagnostic) -> ExecPlugin? {
        guard has("exec") else { return nil }
        let exec = nested("exec")
        for other in ["token", "tokenFile", "username"] where has(other) {
            throw error(other, "user '\(name)' has an exec plugin as well; keep one of them")
        }
        guard let version = try exec.text("apiVersion"), Self.execVersions.contains(version) else {
            throw exec.error("apiVersion", "must be \(Self.execVersions.joined(separator: " or "))")
        }
        guard let command = try exec.text("command") else { throw exec.error("command", "is not set") }
        try exec.checkInteractiveMode()
        let isTold = try exec.flag("provideClusterInfo")
        let own = try exec.execVariables()
        return ExecPlugin(
            place: "\(file): \(exec.field)", apiVersion: version,
            command: command.contains("/") ? KubeconfigPaths.absolute(command, besides: path) : command,
            arguments: try exec.texts("args"),
            environment: environment.merging(own) { $1 },
            ownVariables: own,
            installHint: try exec.text("installHint"),
            cluster: isTold ? try cluster.execClusterInfo() : nil)
    }

    /// Nobody is asked anything here, so a plugin that must ask cannot work.
    private func checkInteractiveMode() throws(Diagnostic) {
        switch try text("interactiveMode") {
        case nil, "Never", "IfAvailable": return
        case "Always":
            throw error("interactiveMode", "'Always' needs somebody to answer; use a plugin that does without")
        case .some(let mode):
            throw error("interactiveMode", "'\(mode)' is none of Never, IfAvailable, Always")
        }
    }

    private func execVariables() throws(Diagnostic) -> [String: String] {
        guard has("env"), let node = values?["env"] else { return [:] }
        guard let items = node.items else { throw error("env", "must be a list of names with values") }
        var variables: [String: String] = [:]
        for item in items {
            guard let name = item["name"]?.text, !name.isEmpty, !name.contains("="), let value = item["value"]?.text
            else { throw error("env", "must be a list of names with values") }
            variables[name] = value
        }
        return variables
    }

    /// `spec.cluster` of `KUBERNETES_EXEC_INFO`.
    private func execClusterInfo() throws(Diagnostic) -> JSONValue {
        var info: JSONValue = ["server": .string(try server())]
        info["tls-server-name"] = try text("tls-server-name").map { .string($0) }
        if try flag("insecure-skip-tls-verify") { info["insecure-skip-tls-verify"] = true }
        info["proxy-url"] = try text("proxy-url").map { .string($0) }
        switch try pem("certificate-authority") {
        case nil: break
        case .pem(let bytes): info["certificate-authority-data"] = .string(Data(bytes).base64EncodedString())
        case .file(let path):
            guard let bytes = try? WholeFile.read(path, limit: 16 << 20) else {
                throw error("certificate-authority", "'\(path)' cannot be read")
            }
            info["certificate-authority-data"] = .string(Data(bytes).base64EncodedString())
        }
        let extensions = values?["extensions"]?.items ?? []
        let ours = extensions.first { $0["name"]?.text == "client.authentication.k8s.io/exec" }
        info["config"] = ours?["extension"].map(JSONValue.init)
        return info
    }
}

extension JSONValue {
    /// The same in JSON. A number that has none there stays the text it was.
    fileprivate init(_ node: YAMLNode) {
        switch node.content {
        case .sequence(let items): self = .array(items.map(JSONValue.init))
        case .mapping(let entries):
            self = .object(Dictionary(entries.map { ($0.key, JSONValue($0.value)) }) { $1 })
        case .scalar(let scalar):
            switch scalar.value {
            case .null: self = .null
            case .bool(let value): self = .bool(value)
            case .integer(let value): self = .int(value)
            case .number(let value) where value.isFinite: self = .double(value)
            case .number, .ambiguousNumber, .text: self = .string(scalar.text)
            }
        }
    }
}
