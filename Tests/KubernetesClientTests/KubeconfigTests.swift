import FoundationEssentials
import HTTPTransport
import Manifests
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct KubeconfigTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let ordinary = """
        apiVersion: v1
        kind: Config
        current-context: dev
        preferences: {}
        clusters:
        - name: one
          cluster:
            server: https://10.0.0.1:6443/
            certificate-authority: pki/ca.crt
            tls-server-name: kubernetes
        - name: two
          cluster:
            server: https://two.test/k8s/clusters/c-1
            certificate-authority-data: Q0E=
            certificate-authority: /ignored
            proxy-url: http://u:p@proxy.test:3128
        - name: blind
          cluster: {server: "http://127.0.0.1:8080", insecure-skip-tls-verify: true}
        users:
        - name: cert
          user: {client-certificate: c.crt, client-key-data: S0VZ}
        - name: token
          user: {token: "planted"}
        - name: rotating
          user: {tokenFile: token, token: "planted"}
        - name: basic
          user: {username: u, password: p}
        - name: plugin
          user:
            exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}
        contexts:
        - name: dev
          context: {cluster: one, user: cert, namespace: shop}
        - {name: prod, context: {cluster: two, user: token}}
        - {name: rotate, context: {cluster: two, user: rotating}}
        - {name: basic, context: {cluster: blind, user: basic}}
        - {name: anonymous, context: {cluster: blind}}
        - {name: plugin, context: {cluster: one, user: plugin}}
        - {name: nowhere, context: {cluster: three, user: cert}}
        - {name: nobody, context: {cluster: one, user: ghost}}

        """

    private func load(_ text: String) throws -> Kubeconfig {
        try folder.write(text, to: "config")
        return try Kubeconfig.load([folder.path + "/config"])
    }

    @Test func theCurrentContextIsUsedAndPathsStartFromTheFile() throws {
        let access = try load(Self.ordinary).access()
        let identity = TLSIdentity(
            certificate: .file(folder.path + "/c.crt"), privateKey: .pem(Array("KEY".utf8)))
        #expect(
            access
                == ClusterAccess(
                    server: "https://10.0.0.1:6443",
                    tls: TLSConfiguration(
                        certificateAuthorities: .file(folder.path + "/pki/ca.crt"), identity: identity,
                        serverName: "kubernetes"),
                    namespace: "shop"))
    }

    @Test func dataGoesBeforeFilesAndAProxyIsKept() throws {
        let access = try load(Self.ordinary).access(context: "prod")
        #expect(access.server == "https://two.test/k8s/clusters/c-1")
        #expect(access.tls == TLSConfiguration(certificateAuthorities: .pem(Array("CA".utf8))))
        #expect(access.proxyURL == Secret("http://u:p@proxy.test:3128"))
        #expect(access.transportConfiguration.proxy == .url("http://u:p@proxy.test:3128"))
        #expect(access.credential == .token(Secret("planted")))
        #expect(access.namespace == "default")
    }

    @Test func everyKindOfCredentialIsUnderstood() throws {
        let config = try load(Self.ordinary)
        #expect(
            try config.access(context: "rotate").credential
                == .tokenFile(path: folder.path + "/token", fallback: Secret("planted")))
        let basic = try config.access(context: "basic")
        #expect(basic.credential == .basic(username: "u", password: Secret("p")))
        #expect(basic.tls.insecureSkipTLSVerify)
        #expect(try config.access(context: "anonymous").credential == .none)
    }

    @Test func aUserMayActAsAnother() throws {
        let text = Self.user(
            "{token: planted, as: a, as-uid: '7', as-groups: [g, h], as-user-extra: {Scopes: [x, w], a/b: [z]}}")
        let impersonation = try #require(try load(text).access().impersonation)
        #expect(
            impersonation
                == Impersonation(
                    user: "a", uid: "7", groups: ["g", "h"], extra: ["scopes": ["x", "w"], "a/b": ["z"]]))
        #expect(
            impersonation.headers.map { "\($0.name): \($0.value)" } == [
                "Impersonate-User: a", "Impersonate-Uid: 7", "Impersonate-Group: g", "Impersonate-Group: h",
                "Impersonate-Extra-a%2Fb: z", "Impersonate-Extra-scopes: x", "Impersonate-Extra-scopes: w",
            ])
        #expect(try load(Self.user("token: planted")).access().impersonation == nil)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var context: String?
        /// After the name of the file.
        var error: String
    }

    private static func user(_ fields: String) -> String {
        """
        current-context: c
        clusters: [{name: k, cluster: {server: "https://h"}}]
        contexts: [{name: c, context: {cluster: k, user: u}}]
        users:
        - name: u
          user:
            \(fields)
        """
    }

    private static func cluster(_ fields: String) -> String {
        """
        current-context: c
        contexts: [{name: c, context: {cluster: k}}]
        clusters:
        - name: k
          cluster:
            \(fields)
        """
    }

    static let wrong: [Wrong] = [
        Wrong(
            testDescription: "exec without a version", text: user("exec: {command: aws}"),
            error: """
                :7:11: users[0].user.exec.apiVersion: must be client.authentication.k8s.io/v1 or \
                client.authentication.k8s.io/v1beta1
                """),
        Wrong(
            testDescription: "exec of an old version",
            text: user("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws}"),
            error: """
                :7:24: users[0].user.exec.apiVersion: must be client.authentication.k8s.io/v1 or \
                client.authentication.k8s.io/v1beta1
                """),
        Wrong(
            testDescription: "exec without a command",
            text: user("exec: {apiVersion: client.authentication.k8s.io/v1}"),
            error: ":7:11: users[0].user.exec.command: is not set"),
        Wrong(
            testDescription: "exec that asks",
            text: user("exec: {apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Always}"),
            error: """
                :7:86: users[0].user.exec.interactiveMode: 'Always' needs somebody to answer; use a plugin that does \
                without
                """),
        Wrong(
            testDescription: "exec with a broken environment",
            text: user("exec: {apiVersion: client.authentication.k8s.io/v1, command: a, env: [{value: planted}]}"),
            error: ":7:69: users[0].user.exec.env: must be a list of names with values"),
        Wrong(
            testDescription: "exec and a token",
            text: user("{token: planted, exec: {apiVersion: client.authentication.k8s.io/v1, command: a}}"),
            error: ":7:13: users[0].user.token: user 'u' has an exec plugin as well; keep one of them"),
        Wrong(
            testDescription: "an auth provider", text: user("auth-provider: {name: gcp}"),
            error: """
                :7:5: users[0].user.auth-provider: user 'u': auth providers are not supported, as Kubernetes itself has \
                removed them; use exec
                """),
        Wrong(
            testDescription: "unknown context", text: ordinary, context: "x",
            error: """
                : contexts: there is no context 'x'; there are anonymous, basic, dev, nobody, nowhere, plugin, prod, \
                rotate
                """),
        Wrong(
            testDescription: "unknown cluster", text: ordinary, context: "nowhere",
            error: ":39:38: contexts[6].context.cluster: there is no cluster 'three'"),
        Wrong(
            testDescription: "unknown user", text: ordinary, context: "nobody",
            error: ":40:48: contexts[7].context.user: there is no user 'ghost'"),
        Wrong(
            testDescription: "no current context", text: "clusters: []\n",
            error: ": current-context: is not set; set it or name a context"),
        Wrong(
            testDescription: "no server", text: cluster("tls-server-name: x"),
            error: ":6:5: clusters[0].cluster.server: is not set"),
        Wrong(
            testDescription: "no scheme", text: cluster("server: 10.0.0.1:6443"),
            error: """
                :6:13: clusters[0].cluster.server: must be an http or https URL of a host, such as https://10.0.0.1:6443
                """),
        Wrong(
            testDescription: "a password in the URL", text: cluster("server: https://u:planted@h"),
            error: """
                :6:13: clusters[0].cluster.server: must be an http or https URL of a host, such as https://10.0.0.1:6443
                """),
        Wrong(
            testDescription: "blind trust and an authority",
            text: cluster("{server: https://h, insecure-skip-tls-verify: true, certificate-authority: ca}"),
            error: """
                :6:51: clusters[0].cluster.insecure-skip-tls-verify: contradicts certificate-authority; remove one of \
                them
                """),
        Wrong(
            testDescription: "a text where a flag belongs",
            text: cluster("{server: https://h, insecure-skip-tls-verify: \"true\"}"),
            error: ":6:51: clusters[0].cluster.insecure-skip-tls-verify: must be true or false"),
        Wrong(
            testDescription: "broken base64",
            text: cluster("{server: https://h, certificate-authority-data: 'Q!0E='}"),
            error: ":6:53: clusters[0].cluster.certificate-authority-data: is not base64"),
        Wrong(
            testDescription: "a key is missing", text: user("client-certificate: c.crt"),
            error: ":7:5: users[0].user.client-key: is not set, but client-certificate is"),
        Wrong(
            testDescription: "two credentials", text: user("{username: u, token: planted}"),
            error: ":7:16: users[0].user.username: user 'u' has a token as well; keep one of them"),
        Wrong(
            testDescription: "a number as token", text: user("token: 12345"),
            error: ":7:12: users[0].user.token: must be a text"),
        Wrong(
            testDescription: "a group without a user", text: user("{token: planted, as-groups: [a]}"),
            error: ":7:22: users[0].user.as-groups: needs a user to act as; set 'as'"),
        Wrong(
            testDescription: "groups that are no list", text: user("{as: a, as-groups: b}"),
            error: ":7:24: users[0].user.as-groups: must be a list of texts"),
        Wrong(
            testDescription: "a header in a name", text: user(#"{as: "a\r\nX: y"}"#),
            error: ":7:10: users[0].user.as: is empty or has a control character in it"),
        Wrong(
            testDescription: "users is no list", text: "users: {a: b}\n", error: ":1:8: users: must be a list"),
        Wrong(
            testDescription: "an entry without a name", text: "users:\n- user: {}\n",
            error: ":2:3: users[0].name: is not set"),
        Wrong(
            testDescription: "not a mapping", text: "- a\n", error: ":1:1: must be a mapping"),
    ]

    @Test(arguments: wrong)
    func whatIsWrongIsNamedWithItsPlace(_ wrong: Wrong) throws {
        let error = try #require(throws: Diagnostic.self) {
            try load(wrong.text).access(context: wrong.context)
        }
        #expect(error.description == folder.path + "/config" + wrong.error)
        #expect(!error.description.contains("planted"))
    }

    @Test func brokenYAMLIsNamedWithItsPlace() throws {
        let error = try #require(throws: Diagnostic.self) { try load("clusters:\n- name: [x\nusers: []\n") }
        #expect(error.file == folder.path + "/config")
        #expect(error.mark != nil)
    }

    // MARK: Several files

    private func file(server: String, user: String, current: String? = nil) -> String {
        """
        \(current.map { "current-context: \($0)" } ?? "kind: Config")
        clusters: [{name: k, cluster: {server: "\(server)", certificate-authority: ca}}]
        contexts: [{name: \(user), context: {cluster: k, user: \(user)}}]
        users: [{name: \(user), user: {token: \(user)}}]
        """
    }

    @Test func theFirstFileWinsAndMissingOnesArePassedOver() throws {
        try folder.write(file(server: "https://a", user: "ua"), to: "a/config")
        try folder.write(file(server: "https://b", user: "ub", current: "ub"), to: "b/config")
        try folder.write(file(server: "https://c", user: "uc", current: "uc"), to: "c/config")
        let files = ["none", "a/config", "b/config", "c/config"].map { folder.path + "/" + $0 }
        let environment = ["KUBECONFIG": files.joined(separator: ":") + "::"]
        #expect(Kubeconfig.defaultFiles(environment: environment) == files)
        let access = try ClusterAccess.find(kubeconfig: nil, context: nil, environment: environment)
        // The current context and its user come from the second file, the cluster of that name from the first.
        #expect(access.credential == .token(Secret("ub")))
        #expect(access.server == "https://a")
        #expect(access.tls.certificateAuthorities == .file(folder.path + "/a/ca"))
    }

    @Test func theHomeFolderIsTheDefault() throws {
        try folder.write(file(server: "https://home", user: "u", current: "u"), to: ".kube/config")
        let environment = ["HOME": folder.path, "KUBECONFIG": ""]
        #expect(
            try ClusterAccess.find(kubeconfig: nil, context: nil, environment: environment).server == "https://home")
    }

    @Test func aPodUsesItsServiceAccountWhereThereIsNoFile() throws {
        for name in ["token", "ca.crt"] { try folder.write("x", to: name) }
        let environment = ["HOME": folder.path, "KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "1"]
        let access = try ClusterAccess.find(
            kubeconfig: nil, context: nil, environment: environment, serviceAccount: folder.path)
        #expect(access.server == "https://h:1")
    }

    @Test(arguments: [["HOME": "/nonexistent"], [:]])
    func nothingAtAllIsAnError(_ environment: [String: String]) {
        #expect(throws: Diagnostic.self) {
            try ClusterAccess.find(kubeconfig: nil, context: nil, environment: environment)
        }
    }

    @Test func aNamedFileMustExist() throws {
        let environment = ["KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "1"]
        let error = try #require(throws: Diagnostic.self) {
            try ClusterAccess.find(
                kubeconfig: folder.path + "/none", context: nil, environment: environment, serviceAccount: folder.path)
        }
        #expect(error.description == folder.path + "/none: there is no such file")
    }
}
