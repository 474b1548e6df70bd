/// All that is needed to reach one API server as one identity, whichever way it was found.
public struct ClusterAccess: Sendable, Hashable {
    /// Scheme, host, port and perhaps a path prefix, without a slash at the end: `https://10.0.0.1:6443`.
    public var server: String
    public var tls: TLSSettings
    /// A proxy's URL, which may hold a password.
    public var proxyURL: Secret?
    public var credential: Credential
    /// The namespace to work in where none is named.
    public var namespace: String

    public init(
        server: String, tls: TLSSettings = TLSSettings(), proxyURL: Secret? = nil, credential: Credential = .none,
        namespace: String = "default"
    ) {
        self.server = server
        self.tls = tls
        self.proxyURL = proxyURL
        self.credential = credential
        self.namespace = namespace
    }
}

/// Whom to trust and what to show in the TLS handshake.
public struct TLSSettings: Sendable, Hashable {
    /// Trusted instead of the system's authorities; `nil` trusts those.
    public var certificateAuthority: PEM?
    /// Accepts any certificate. Only ever true because somebody wrote so.
    public var skipsVerification: Bool
    /// The name that the server's certificate must have, where it is not the host of the URL.
    public var serverName: String?
    public var client: ClientCertificate?

    public init(
        certificateAuthority: PEM? = nil, skipsVerification: Bool = false, serverName: String? = nil,
        client: ClientCertificate? = nil
    ) {
        self.certificateAuthority = certificateAuthority
        self.skipsVerification = skipsVerification
        self.serverName = serverName
        self.client = client
    }
}

/// A certificate and its private key.
public struct ClientCertificate: Sendable, Hashable {
    public var certificate: PEM
    public var key: PEM

    public init(certificate: PEM, key: PEM) {
        self.certificate = certificate
        self.key = key
    }
}

/// Certificates or a key in PEM form, by place or by content. The content is never printed.
public enum PEM: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// An absolute path.
    case file(String)
    case bytes([UInt8])

    public var description: String {
        switch self {
        case .file(let path): path
        case .bytes(let bytes): "<\(bytes.count) bytes of PEM>"
        }
    }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// How a request proves who sends it, beyond the client certificate.
public enum Credential: Sendable, Hashable {
    case none
    case token(Secret)
    /// A file that is written anew when the token rotates. The fallback serves until the file can be read.
    case tokenFile(path: String, fallback: Secret?)
    case basic(username: String, password: Secret)
}
