package import HTTPTransport

/// All that is needed to reach one API server as one identity, whichever way it was found.
package struct ClusterAccess: Sendable, Hashable {
    /// Scheme, host, port and perhaps a path prefix, without a slash at the end: `https://10.0.0.1:6443`.
    package var server: String
    package var tls: TLSConfiguration
    /// A proxy's URL, which may hold a password; `nil` leaves it to the environment.
    package var proxyURL: Secret?
    package var credential: Credential
    /// The namespace to work in where none is named.
    package var namespace: String
    /// As whom to act; `nil` to act as who we are.
    package var impersonation: Impersonation?

    package init(
        server: String, tls: TLSConfiguration = TLSConfiguration(), proxyURL: Secret? = nil,
        credential: Credential = .none, namespace: String = "default", impersonation: Impersonation? = nil
    ) {
        self.server = server
        self.tls = tls
        self.proxyURL = proxyURL
        self.credential = credential
        self.namespace = namespace
        self.impersonation = impersonation
    }

    /// How an `HTTPClient` for this server is made: TLS and proxy. The credential is left out, because a token file
    /// must be followed; ``KubernetesClient`` adds it to each request.
    package var transportConfiguration: HTTPClient.Configuration {
        HTTPClient.Configuration(tls: tls, proxy: proxyURL.map { .url($0.revealed) } ?? .environment)
    }
}

extension ClusterAccess: CustomStringConvertible, CustomReflectable {
    /// Server and namespace only: keys and tokens lie all over the rest.
    package var description: String { "\(server) (namespace \(namespace))" }

    package var customMirror: Mirror { Mirror(self, children: ["server": server, "namespace": namespace]) }
}

/// How a request proves who sends it, beyond the client certificate.
package enum Credential: Sendable, Hashable {
    case none
    case token(Secret)
    /// A file that is written anew when the token rotates. The fallback serves until the file can be read.
    case tokenFile(path: String, fallback: Secret?)
    case basic(username: String, password: Secret)
    /// A program that gives tokens and client certificates.
    case exec(ExecCredentialSource)
}
