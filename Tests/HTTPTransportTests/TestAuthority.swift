import Glibc
import ScriptedServers

/// A certificate authority in a temporary directory, made by the `openssl` command, and servers that use it.
struct TestAuthority {
    let directory: String

    /// Runs `body` with a new authority; its files are removed afterwards.
    static func with(_ body: (TestAuthority) async throws -> Void) async throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/swiftlet-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? ChildProcess.run(["rm", "-rf", directory]) }
        let authority = TestAuthority(directory: directory)
        try authority.issue("ca", extensions: ["basicConstraints=critical,CA:TRUE"], by: nil)
        try authority.issue("server", extensions: ["subjectAltName=IP:127.0.0.1,DNS:kubernetes.test"], by: "ca")
        try await body(authority)
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    func contents(_ name: String) throws -> [UInt8] {
        let process = try ChildProcess(["cat", path(name)])
        defer { process.wait() }
        return Array(process.read().utf8)
    }

    /// Makes `name.pem` and `name.key`, signed by another name of this authority or by itself.
    func issue(_ name: String, extensions: [String], by issuer: String?) throws {
        var command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        command += ["-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout", path("\(name).key")]
        command += ["-out", path("\(name).pem")]
        if let issuer { command += ["-CA", path("\(issuer).pem"), "-CAkey", path("\(issuer).key")] }
        for text in extensions { command += ["-addext", text] }
        try ChildProcess.run(command)
    }

    /// Runs `body` with the port of a TLS server that shows `server.pem` and answers 200 to everything.
    func withServer(
        _ options: [String] = [], body: (Int) async throws -> Void
    ) async throws {
        let command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", path("server.pem")]
        let server = try ChildProcess(command + ["-key", path("server.key")] + options)
        defer { server.stop() }
        // "ACCEPT 127.0.0.1:40123"
        let output = server.read {
            $0.split(separator: "ACCEPT ").last?.contains("\n") == true && $0.contains("ACCEPT")
        }
        let address = output.split(separator: "ACCEPT ").last?.prefix { $0 != "\n" } ?? ""
        guard let port = address.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw ChildProcess.Failure(command: command, output: output)
        }
        try await body(port)
    }
}
