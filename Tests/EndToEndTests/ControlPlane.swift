import FoundationEssentials
import Glibc
import KubernetesClient
import KubernetesTypes
import LoopbackClient
import Testing

/// A real `etcd` and `kube-apiserver` with TLS and RBAC, and no controllers, as controller-runtime's envtest starts them.
enum ControlPlane {
    /// The folder that `KUBEBUILDER_ASSETS` names; `nil` when it names none.
    static let assets: String? = {
        let folder = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"] ?? ""
        return folder.isEmpty ? nil : folder
    }()

    static func run(in folder: String, _ body: (ClusterUnderTest) async throws -> Void) async throws {
        let assets = try #require(Self.assets)
        for program in ["etcd", "kube-apiserver"] {
            try #require(
                FileManager.default.isExecutableFile(atPath: "\(assets)/\(program)"),
                "KUBEBUILDER_ASSETS=\(assets) has no \(program) to run")
        }
        let bash = try #require(ChildProcess.find("bash"))
        let certificates = try await ChildProcess.run(bash, ["-c", certificateScript, "bash", folder])
        try #require(certificates.status == 0, "\(certificates.errors)")
        let ports = try FreePorts.take(3)
        let server = "https://127.0.0.1:\(ports[2])"
        try await withThrowingTaskGroup(of: Void.self) { group in
            let etcd = BackgroundProgram("\(assets)/etcd", etcdFlags(folder, ports), in: folder, named: "etcd")
            let apiServer = BackgroundProgram(
                "\(assets)/kube-apiserver", apiServerFlags(folder, ports), in: folder, named: "kube-apiserver")
            // Both end when they are told to, below.
            group.addTask { _ = try await etcd.run() }
            group.addTask { _ = try await apiServer.run() }
            let outcome: Result<Void, any Error>
            do {
                try await waitUntilReady(server, folder)
                let entry = "{\"server\": \"\(server)\", \"certificate-authority\": \"\(folder)/ca.crt\"}"
                try await ClusterUnderTest.run(
                    .kubeAPIServer, in: folder, kubeconfig: administrator(folder, entry), serverEntry: entry,
                    token: requestToken, body)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            apiServer.end()
            etcd.end()
            try await group.waitForAll()
            if case .failure = outcome { Issue.record("kube-apiserver said: \(apiServer.lastLines)") }
            try outcome.get()
        }
    }

    private static func etcdFlags(_ folder: String, _ ports: [Int]) -> [String] {
        let (client, peer) = ("http://127.0.0.1:\(ports[0])", "http://127.0.0.1:\(ports[1])")
        return [
            "--data-dir=\(folder)/etcd-data", "--listen-client-urls=\(client)", "--advertise-client-urls=\(client)",
            "--listen-peer-urls=\(peer)", "--initial-advertise-peer-urls=\(peer)", "--initial-cluster=default=\(peer)",
            "--unsafe-no-fsync",
        ]
    }

    private static func apiServerFlags(_ folder: String, _ ports: [Int]) -> [String] {
        [
            "--etcd-servers=http://127.0.0.1:\(ports[0])", "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1", "--secure-port=\(ports[2])", "--service-cluster-ip-range=10.0.0.0/24",
            "--cert-dir=\(folder)", "--tls-cert-file=\(folder)/server.crt",
            "--tls-private-key-file=\(folder)/server.key", "--client-ca-file=\(folder)/ca.crt",
            "--authorization-mode=RBAC", "--service-account-issuer=https://127.0.0.1:\(ports[2])/",
            "--service-account-key-file=\(folder)/accounts.crt",
            "--service-account-signing-key-file=\(folder)/accounts.key",
            // Nobody makes the accounts that its admission waits for.
            "--disable-admission-plugins=ServiceAccount", "--allow-privileged=true",
        ]
    }

    private static func administrator(_ folder: String, _ entry: String) -> String {
        """
        {"apiVersion": "v1", "kind": "Config", "current-context": "c", "clusters": [{"name": "k", "cluster": \(entry)}],
         "users": [{"name": "u", "user": {"client-certificate": "\(folder)/admin.crt", "client-key": "\(folder)/admin.key"}}],
         "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}]}
        """
    }

    private static func waitUntilReady(_ server: String, _ folder: String) async throws {
        let openssl = try #require(ChildProcess.find("openssl"))
        let endpoint = String(server.dropFirst("https://".count))
        for _ in 0..<600 {
            let answer = try await ChildProcess.run(
                openssl,
                [
                    "s_client", "-quiet", "-connect", endpoint, "-CAfile", folder + "/ca.crt", "-cert",
                    folder + "/admin.crt", "-key", folder + "/admin.key",
                ], input: "GET /readyz HTTP/1.0\r\n\r\n")
            if answer.output.hasPrefix("HTTP/1.0 200") { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw NotReady()
    }

    struct NotReady: Error {}

    /// A token of a service account, as a pod of it would have.
    private static func requestToken(_ client: KubernetesClient, _ account: String) async throws -> String {
        let parts = account.split(separator: ":").map(String.init)
        let accounts = Resource(group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount")
        let path = ResourcePath.object(accounts, namespace: parts[0], name: parts[1], subresource: "token")
        let request: JSONValue = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": ["expirationSeconds": 3600],
        ]
        let answer = try await client.create(request, in: path)
        return try #require(answer[path: ["status", "token"]]?.stringValue)
    }

    /// An authority, a server and an administrator of it, and the key that service accounts' tokens are signed with.
    private static let certificateScript = #"""
        set -euo pipefail
        cd "$1"
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=e2e -keyout ca.key -out ca.crt \
            -addext keyUsage=critical,keyCertSign,cRLSign
        sign() {
            openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr"
            printf '%s\n' "$3" > "$1.ext"
            openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.crt"
        }
        sign server /CN=kube-apiserver 'subjectAltName = IP:127.0.0.1, DNS:localhost'
        sign admin /O=system:masters/CN=administrator 'extendedKeyUsage = clientAuth'
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=accounts -keyout accounts.key -out accounts.crt
        """#
}

/// Ports that were free a moment ago.
enum FreePorts {
    struct NoneFree: Error {}

    static func take(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard isBound else { throw NoneFree() }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
