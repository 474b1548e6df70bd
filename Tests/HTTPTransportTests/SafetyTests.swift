import HTTPTransport
import Testing

/// What a caller may not do, and what nobody may read in a log.
@Suite(.timeLimit(.minutes(1))) struct SafetyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var request: HTTPRequest
        var description: String
    }

    @Test(arguments: [
        Case(
            testDescription: "line end in a value",
            request: HTTPRequest(url: "http://a.test/", headers: ["X-A": "secret\r\nX-B: c"]),
            description: "http://a.test/: the header 'X-A' is not valid"),
        Case(
            testDescription: "line end in a name",
            request: HTTPRequest(url: "http://a.test/", headers: ["X-A\r\nX-B": "c"]),
            description: "http://a.test/: the header 'X-A??X-B' is not valid"),
        Case(
            testDescription: "a length of its own",
            request: HTTPRequest(url: "http://a.test/", headers: ["content-length": "5"]),
            description: "http://a.test/: the header 'content-length' is the client's to set"),
        Case(
            testDescription: "another scheme", request: HTTPRequest(url: "file:///etc/passwd"),
            description: "file:///etc/passwd: is not an http or https URL"),
        Case(
            testDescription: "a port that is none", request: HTTPRequest(url: "http://u:secret@a.test:x/?t=secret"),
            description: "http://a.test:x/?t=…: URL using bad/illegal format or missing URL"),
    ])
    func requestIsRefused(_ test: Case) async throws {
        try await withClient { client in
            let error = await transportError { try await client.send(test.request) }
            #expect(error?.kind == .invalidRequest)
            #expect(error?.description == test.description)
        }
    }

    struct Setting: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var configuration: HTTPClient.Configuration
        var description: String
    }

    @Test(arguments: [
        Setting(
            testDescription: "no places", configuration: HTTPClient.Configuration(maximumRequests: 0),
            description: "maximumRequests: must be at least 1, is 0"),
        Setting(
            testDescription: "line end in a token",
            configuration: HTTPClient.Configuration(credentials: .bearer("secret\n")),
            description: "credentials: a token or password has a control character"),
        Setting(
            testDescription: "missing file",
            configuration: HTTPClient.Configuration(
                tls: TLSConfiguration(certificateAuthorities: .file("/nowhere/ca.pem"))),
            description: "/nowhere/ca.pem: cannot be read: No such file or directory"),
        Setting(
            testDescription: "server name that is none",
            configuration: HTTPClient.Configuration(tls: TLSConfiguration(serverName: "a:1")),
            description: "serverName: 'a:1' is not a host name"),
        Setting(
            testDescription: "unknown kind of proxy",
            configuration: HTTPClient.Configuration(proxy: .url("ftp://user:secret@h")),
            description: "ftp://h: is not the URL of a proxy"),
    ])
    func configurationIsRefused(_ test: Setting) {
        let error = #expect(throws: TransportError.self) { try HTTPClient(configuration: test.configuration) }
        #expect(error?.description == test.description)
    }

    @Test(arguments: [HTTPCredentials.bearer("secret"), .basic(user: "u", password: "secret")])
    func credentialsAreNotPrinted(_ credentials: HTTPCredentials) {
        var dumped = ""
        dump(HTTPClient.Configuration(credentials: credentials), to: &dumped)
        #expect(!"\(credentials) \(String(reflecting: credentials)) \(dumped)".contains("secret"))
        #expect(credentials.authorization != nil)
    }
}
