import HTTPTransport
import ScriptedServers

/// Runs a test against a server that is stopped afterwards, with a client that is shut down.
func withServer<Result>(
    configuration: HTTPClient.Configuration = .direct,
    _ script: @escaping ScriptedServer.Script,
    test: (HTTPClient, ScriptedServer) async throws -> Result
) async throws -> Result {
    let server = try ScriptedServer(script)
    defer { server.stop() }
    return try await withClient(configuration) { try await test($0, server) }
}

/// Runs a test with a client that is shut down afterwards, also when the test throws.
func withClient<Result>(
    _ configuration: HTTPClient.Configuration = .direct, test: (HTTPClient) async throws -> Result
) async throws -> Result {
    let client = try HTTPClient(configuration: configuration)
    do {
        let result = try await test(client)
        await client.shutDown()
        return result
    } catch {
        await client.shutDown()
        throw error
    }
}
