internal import Files
internal import FoundationEssentials
internal import HTTPTransport

/// The identity that Kubernetes gives to a pod: a ServiceAccount token in a volume, and the server in the environment.
///
/// - Source: Kubernetes documentation, "Accessing the Kubernetes API from a Pod".
package enum InClusterIdentity {
    /// Where the kubelet mounts `token`, `ca.crt` and `namespace`.
    package static let directory = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Whether this process runs in a pod that has been told of an API server.
    package static func isPresent(in environment: [String: String]) -> Bool {
        environment["KUBERNETES_SERVICE_HOST"].map { !$0.isEmpty } ?? false
    }

    /// - Parameter directory: The mounted volume; another one in tests.
    /// - Throws: ``CredentialError`` when the environment or the volume is incomplete.
    package static func load(
        environment: [String: String], directory: String = directory
    ) throws(CredentialError) -> ClusterAccess {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"].flatMap({ UInt16($0) }), port > 0
        else {
            throw CredentialError(
                path: directory,
                problem: "this is no pod of a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
        }
        for name in ["token", "ca.crt"] where !FileManager.default.isReadableFile(atPath: directory + "/" + name) {
            throw CredentialError(
                path: directory + "/" + name,
                problem: "cannot be read; check automountServiceAccountToken of the pod and its ServiceAccount")
        }
        // An IPv6 address needs brackets, or its last group reads as the port.
        let authority = host.contains(":") ? "[\(host)]" : host
        return ClusterAccess(
            server: "https://\(authority):\(port)",
            tls: TLSConfiguration(certificateAuthorities: .file(directory + "/ca.crt")),
            credential: .tokenFile(path: directory + "/token", fallback: nil),
            namespace: namespace(in: directory + "/namespace") ?? "default")
    }

    private static func namespace(in path: String) -> String? {
        guard let bytes = try? WholeFile.read(path, limit: 64 << 10) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }.first.map(String.init)
    }
}
