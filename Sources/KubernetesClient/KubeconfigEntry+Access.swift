internal import HTTPTransport
internal import Manifests

/// What a `cluster` says.
extension KubeconfigEntry {
    /// The server's URL, without a slash at the end.
    func server() throws(Diagnostic) -> String {
        guard var server = try text("server") else { throw error("server", "is not set") }
        while server.hasSuffix("/") { server.removeLast() }
        let rest =
            if server.hasPrefix("https://") {
                server.dropFirst("https://".count)
            } else if server.hasPrefix("http://") {
                server.dropFirst("http://".count)
            } else {
                Substring()
            }
        guard !rest.isEmpty, !rest.contains(where: { "?#@".contains($0) || $0.isWhitespace }) else {
            throw error("server", "must be an http or https URL of a host, such as https://10.0.0.1:6443")
        }
        return server
    }

    /// Whom to trust. A server is trusted blindly only where that is written, and not together with an authority.
    func tls(identity: TLSIdentity?) throws(Diagnostic) -> TLSConfiguration {
        let authorities = try pem("certificate-authority")
        let insecure = try flag("insecure-skip-tls-verify")
        if insecure, authorities != nil {
            throw error("insecure-skip-tls-verify", "contradicts certificate-authority; remove one of them")
        }
        return TLSConfiguration(
            certificateAuthorities: authorities, identity: identity, serverName: try text("tls-server-name"),
            insecureSkipTLSVerify: insecure)
    }

    /// A PEM document; the `…-data` field goes before the one that names a file.
    func pem(_ name: String) throws(Diagnostic) -> PEMSource? {
        if let bytes = try bytes(name + "-data") { return .pem(bytes) }
        return try filePath(name).map(PEMSource.file)
    }
}

/// What a `user` says.
extension KubeconfigEntry {
    /// The client certificate with its key, when there is one.
    func identity() throws(Diagnostic) -> TLSIdentity? {
        let certificate = try pem("client-certificate")
        let key = try pem("client-key")
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return TLSIdentity(certificate: certificate, privateKey: key)
        case (_?, nil): throw error("client-key", "is not set, but client-certificate is")
        case (nil, _?): throw error("client-certificate", "is not set, but client-key is")
        }
    }

    /// As whom to act: `as` and what belongs to it.
    func impersonation() throws(Diagnostic) -> Impersonation? {
        let groups = try texts("as-groups")
        let extra = try textLists("as-user-extra")
        let uid = try text("as-uid")
        guard let user = try text("as") else {
            for name in ["as-groups", "as-uid", "as-user-extra"] where has(name) {
                throw error(name, "needs a user to act as; set 'as'")
            }
            return nil
        }
        let named = [("as", [user]), ("as-uid", uid.map { [$0] } ?? []), ("as-groups", groups)]
        for (name, values) in named + extra.map({ ("as-user-extra", $0.value) }) {
            guard values.allSatisfy(Impersonation.isValid) else {
                throw error(name, "is empty or has a control character in it")
            }
        }
        let lowercased = extra.map { ($0.key.lowercased(), $0.value) }
        return Impersonation(
            user: user, uid: uid, groups: groups, extra: Dictionary(lowercased, uniquingKeysWith: +))
    }

    /// What goes into the `Authorization` header. A token file goes before a token, which serves until it is there.
    func credential() throws(Diagnostic) -> Credential {
        // Passing over it would act as somebody else, or as nobody.
        if has("auth-provider") {
            throw error(
                "auth-provider",
                "user '\(name)': auth providers are not supported, as Kubernetes itself has removed them; use exec")
        }
        let token = try secret("token")
        let tokenFile = try filePath("tokenFile")
        let username = try text("username")
        if let username {
            guard token == nil, tokenFile == nil else {
                throw error("username", "user '\(name)' has a token as well; keep one of them")
            }
            return .basic(username: username, password: try secret("password") ?? Secret(""))
        }
        if let tokenFile { return .tokenFile(path: tokenFile, fallback: token) }
        return token.map(Credential.token) ?? .none
    }
}
