internal import HTTPService
internal import Locking

/// One server: it answers while it runs, and a restart breaks its connections.
final class Server: Sendable {
    private struct State {
        var isUp = true
        /// Counts restarts: a connection of an earlier life is broken.
        var life = 0
    }

    let name: String
    private let state = Locked(State())
    private let answer: @Sendable (ServiceRequest) async -> ServiceResponse

    init(_ name: String, answer: @escaping @Sendable (ServiceRequest) async -> ServiceResponse) {
        self.name = name
        self.answer = answer
    }

    var isUp: Bool { state.withLock(\.isUp) }
    var life: Int { state.withLock(\.life) }

    func stop() {
        state.withLock { state in
            state.isUp = false
            state.life += 1
        }
    }

    func start() {
        state.withLock { $0.isUp = true }
    }

    /// - Returns: `nil` when the connection breaks instead.
    func respond(to request: ServiceRequest) async -> ServiceResponse? {
        let before = state.withLock { $0 }
        guard before.isUp else { return nil }
        let response = await answer(request)
        // What was done stays done; who dies before it answers has not told.
        guard life == before.life else { return nil }
        if case .none = response.body { return nil }
        return response
    }
}
