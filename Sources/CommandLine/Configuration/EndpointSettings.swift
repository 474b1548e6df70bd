internal import HTTPTransport
internal import PrometheusClient

/// One Prometheus and how it is reached, as options or a file say it, checked.
struct EndpointSettings: Sendable, Hashable {
    /// As written in the options, or in one of `prometheus.endpoints`.
    struct Written: Sendable {
        var url = ""
        var username: String?
        var passwordFile: String?
        var bearerTokenFile: String?
        var headers: [(name: String, value: String)] = []
        var headerFiles: [(name: String, file: String)] = []
        var parameters: [(name: String, value: String)] = []
        var caFile: String?
        var certFile: String?
        var keyFile: String?
        var serverName: String?
        var insecureSkipVerify = false
    }

    /// What is wrong, and the field that it is about.
    struct Fault: Error {
        enum Field { case url, authentication, headers, parameters, tls }

        var field: Field
        var description: String
    }

    /// Without user and password.
    let url: String
    let headers: HTTPHeaders
    let secrets: [SecretFile]
    let parameters: [PrometheusConfiguration.Parameter]
    let tls: TLSConfiguration

    init(_ written: Written) throws(Fault) {
        let parts: PrometheusConfiguration
        do {
            parts = try PrometheusConfiguration(baseURL: written.url)
        } catch {
            throw Fault(field: .url, description: "\(error)")
        }
        url = parts.baseURL
        var (headers, secrets) = (parts.headers, try Self.authentication(written, inURL: parts.headers))
        for (name, value) in written.headers {
            try Self.check(header: name)
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw Fault(field: .headers, description: "the value of the header \(name) has a line break in it")
            }
            headers[name] = value
        }
        for (name, file) in written.headerFiles {
            try Self.check(header: name)
            secrets.append(SecretFile(header: name, path: file))
        }
        (self.headers, self.secrets) = (headers, secrets)
        var parameters: [PrometheusConfiguration.Parameter] = []
        for (name, value) in written.parameters {
            guard let parameter = PrometheusConfiguration.Parameter(name, value) else {
                throw Fault(
                    field: .parameters, description: "the parameter '\(name)' says what is asked, and cannot be set")
            }
            parameters.append(parameter)
        }
        self.parameters = parameters
        guard (written.certFile == nil) == (written.keyFile == nil) else {
            throw Fault(field: .tls, description: "a client certificate and its key go together")
        }
        var tls = TLSConfiguration(
            certificateAuthorities: written.caFile.map(PEMSource.file), serverName: written.serverName,
            insecureSkipTLSVerify: written.insecureSkipVerify)
        if let certificate = written.certFile, let key = written.keyFile {
            tls.identity = TLSIdentity(certificate: .file(certificate), privateKey: .file(key))
        }
        self.tls = tls
    }

    private static func authentication(
        _ written: Written, inURL headers: HTTPHeaders
    ) throws(Fault) -> [SecretFile] {
        func fault(_ text: String) -> Fault { Fault(field: .authentication, description: text) }
        guard (written.username == nil) == (written.passwordFile == nil) else {
            throw fault("a user and a password file go together")
        }
        if let user = written.username, user.isEmpty || user.contains(where: { $0 == ":" || $0.isNewline }) {
            throw fault("a user is not empty and has no ':' in it")
        }
        let ways = [written.username != nil, written.bearerTokenFile != nil, headers["Authorization"] != nil]
        guard ways.count(where: \.self) <= 1 else {
            throw fault("a user, a bearer token and a user in the URL exclude each other")
        }
        if let user = written.username, let file = written.passwordFile {
            return [SecretFile(user: user, password: file)]
        }
        return written.bearerTokenFile.map { [SecretFile(bearerToken: $0)] } ?? []
    }

    /// Headers that say what is sent, and are not a caller's to set.
    private static let reserved: Set<String> = [
        "accept", "content-length", "content-type", "host", "transfer-encoding",
    ]

    private static func check(header name: String) throws(Fault) {
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        guard isToken else { throw Fault(field: .headers, description: "'\(name)' is no name of a header") }
        guard !reserved.contains(name.lowercased()) else {
            throw Fault(field: .headers, description: "the header \(name) says what is sent, and cannot be set")
        }
    }
}
