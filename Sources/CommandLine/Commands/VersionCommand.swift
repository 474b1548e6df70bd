internal import HTTPService
internal import HTTPTransport
internal import Manifests

extension Command {
    /// `swiftlet version`.
    static let version = Command(
        CommandSpec(
            "version", "Print the version of swiftlet and of the libraries it runs with",
            examples: [.init("swiftlet version", "For a bug report")]),
        run: { _, console in
            try console.print("swiftlet \(Version.current)")
            try console.print(curlVersion())
            try console.print("libmicrohttpd/\(microHTTPDVersion())")
            try console.print("libyaml/\(yamlVersion())")
            return .done
        })
}
