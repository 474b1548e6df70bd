import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking

@testable import KubernetesClient

/// A `scale` subresource with optimistic locking, whose other writers follow a script, one entry for each patch.
struct ScaleServer: Sendable {
    /// What another client does just before a patch arrives.
    enum Meddling: Sendable {
        case nothing
        case status
        case replicas(Int32)
        case recreation
        case deletion
    }

    struct State: Sendable {
        var replicas: Int32 = 3
        var version = 10
        var uid = "a"
        var exists = true
        var script: [Meddling]
        var patches = 0
    }

    let state: Locked<State>

    init(_ script: [Meddling]) {
        state = Locked(State(script: script))
    }

    var client: KubernetesClient {
        KubernetesClient(answering: { request in
            let (status, text) = state.withLock { $0.answer(request) }
            return HTTPResponse(status: status, body: Array(text.utf8))
        })
    }
}

extension ScaleServer.State {
    fileprivate mutating func answer(_ request: HTTPRequest) -> (status: Int, body: String) {
        if request.method == .patch {
            meddle()
            patches += 1
            let patch = try? JSONDecoder().decode(Scale.self, from: Data(request.body ?? []))
            if exists, let patch {
                guard patch.metadata?.resourceVersion == "\(version)" else {
                    return (409, #"{"kind":"Status","reason":"Conflict","code":409}"#)
                }
                replicas = patch.wantedReplicas
                version += 1
            }
        }
        guard exists else { return (404, #"{"kind":"Status","reason":"NotFound","details":{"name":"still"}}"#) }
        // The real server leaves out a zero.
        let spec = replicas == 0 ? "{}" : #"{"replicas":\#(replicas)}"#
        return (200, #"{"metadata":{"uid":"\#(uid)","resourceVersion":"\#(version)"},"spec":\#(spec)}"#)
    }

    private mutating func meddle() {
        switch script.isEmpty ? .nothing : script.removeFirst() {
        case .nothing: break
        case .status: version += 1
        case .replicas(let number):
            replicas = number
            version += 1
        case .recreation:
            uid = "b"
            version += 1
        case .deletion:
            exists = false
        }
    }
}
