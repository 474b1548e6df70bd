/// A PEM document, by the name of its file or by its bytes (kubeconfig's `…-data` fields).
public enum PEMSource: Sendable, Hashable {
    /// Read again for every new connection, so that a rotated file is picked up.
    case file(String)
    case pem([UInt8])
}

/// The certificate and key that the client shows when the server asks (mutual TLS).
public struct TLSIdentity: Sendable, Hashable {
    /// The client's certificate, with intermediates after it.
    public var certificate: PEMSource
    /// The unencrypted private key. A key that needs a pass phrase is refused, never asked for.
    public var privateKey: PEMSource

    public init(certificate: PEMSource, privateKey: PEMSource) {
        self.certificate = certificate
        self.privateKey = privateKey
    }
}

/// How `https` connections are made. TLS 1.2 is the least that is spoken.
public struct TLSConfiguration: Sendable, Hashable {
    /// The certificate authorities to trust instead of the system's; `nil` for the system's.
    public var certificateAuthorities: PEMSource?
    public var identity: TLSIdentity?
    /// The name to ask for (SNI) and to verify instead of the URL's host: kubeconfig's `tls-server-name`.
    public var serverName: String?
    /// Believes any certificate. Only for what its name says; a server name is not verified either.
    public var insecureSkipTLSVerify: Bool

    public init(
        certificateAuthorities: PEMSource? = nil,
        identity: TLSIdentity? = nil,
        serverName: String? = nil,
        insecureSkipTLSVerify: Bool = false
    ) {
        self.certificateAuthorities = certificateAuthorities
        self.identity = identity
        self.serverName = serverName
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
    }
}
