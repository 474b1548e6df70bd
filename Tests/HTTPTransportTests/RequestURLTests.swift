import Testing

@testable import HTTPTransport

@Suite struct RequestURLTests {
    struct Parts: Sendable, CustomTestStringConvertible {
        var url: String
        var host: String
        var port: String
        var redacted: String
        /// With the host `k8s.test`.
        var renamed: String
        var testDescription: String { url }
    }

    @Test(arguments: [
        Parts(
            url: "http://a.test", host: "a.test", port: "80", redacted: "http://a.test", renamed: "http://k8s.test:80"),
        Parts(
            url: "HTTPS://a.test:6443/apis?x=1", host: "a.test", port: "6443", redacted: "HTTPS://a.test:6443/apis?x=…",
            renamed: "HTTPS://k8s.test:6443/apis?x=1"),
        Parts(
            url: "https://u:p@[::1]/x", host: "[::1]", port: "443", redacted: "https://[::1]/x",
            renamed: "https://u:p@k8s.test:443/x"),
        Parts(
            url: "https://[fe80::1%25eth0]:1?a=@b&flag&c=", host: "[fe80::1%25eth0]", port: "1",
            redacted: "https://[fe80::1%25eth0]:1?a=…&…&c=…", renamed: "https://k8s.test:1?a=@b&flag&c="),
        Parts(
            url: "http://u:p@w@h/p@q#frag", host: "h", port: "80", redacted: "http://h/p@q",
            renamed: "http://u:p@w@k8s.test:80/p@q#frag"),
    ])
    func partsOfURL(_ parts: Parts) throws {
        let url = try RequestURL(parts.url)
        #expect(url.host == parts.host)
        #expect(url.port == parts.port)
        #expect(RequestURL.redacted(parts.url) == parts.redacted)
        #expect(url.replacingHost(by: "k8s.test") == parts.renamed)
    }

    @Test(arguments: [
        "", "a.test/x", "//a.test", "ftp://a.test/", "file:///etc/passwd", "http://", "http:///x", "http://:80",
        "http://user@", "http://a b/", "http://a/\r\nX: y", "http://a/\u{7f}", "http://a\\b/", "gopher://a.test",
    ])
    func whatIsNoURLIsRefused(_ text: String) {
        #expect(throws: TransportError.self) { try RequestURL(text) }
    }

    @Test(arguments: [
        "Unsupported proxy scheme for 'foo://user:secret@h:1'": "Unsupported proxy scheme for 'foo://h:1'",
        "from http://secret@a/x to http://b": "from http://a/x to http://b",
        "no URL, a@b only": "no URL, a@b only",
    ])
    func userInfoIsTakenOutOfText(_ text: String, _ expected: String) {
        #expect(RequestURL.redactedUserInfo(in: text) == expected)
    }
}
