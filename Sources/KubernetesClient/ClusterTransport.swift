package import HTTPTransport
internal import Locking

/// The connections to one cluster. Where a plugin gives the client certificate, they are made anew when it changes.
///
/// Requests and watches that are under way end on the connections that they began on: who they are was settled when
/// those were made.
package final class ClusterTransport: HTTPSending {
    private struct Connections {
        var client: HTTPClient
        var identity: TLSIdentity?
        var isShutDown = false
    }

    private let configuration: HTTPClient.Configuration
    private let source: ExecCredentialSource?
    private let connections: Locked<Connections>

    /// Starts the client's thread; nothing is asked yet, of the server or of a plugin.
    ///
    /// - Throws: `TransportError` for a file or an option that is wrong.
    package init(_ access: ClusterAccess) throws {
        configuration = access.transportConfiguration
        source = if case .exec(let source) = access.credential { source } else { nil }
        let client = try HTTPClient(configuration: configuration)
        connections = Locked(Connections(client: client, identity: configuration.tls.identity))
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await client().send(request)
    }

    package func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        try await client().open(request)
    }

    /// Ends everything on the present connections, and closes them. Later requests fail.
    package func shutDown() async {
        let client = connections.withLock { connections in
            connections.isShutDown = true
            return connections.client
        }
        await client.shutDown()
    }

    private func client() async throws -> HTTPClient {
        guard let source else { return connections.withLock(\.client) }
        let identity = try await source.credential().identity ?? configuration.tls.identity
        let present = connections.withLock { $0.identity == identity || $0.isShutDown ? $0.client : nil }
        if let present { return present }
        var configuration = configuration
        configuration.tls.identity = identity
        let fresh = try HTTPClient(configuration: configuration)
        // Whoever was faster has made the same; the other one ends with its last reference.
        return connections.withLock { connections in
            if connections.identity != identity, !connections.isShutDown {
                connections.client = fresh
                connections.identity = identity
            }
            return connections.client
        }
    }
}
