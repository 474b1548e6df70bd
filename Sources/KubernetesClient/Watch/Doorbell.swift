internal import Locking

/// Wakes the one task that waits, from anywhere; nobody need be waiting.
package final class Doorbell: Sendable {
    private enum State {
        case quiet
        case rung
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Locked(State.quiet)

    package init() {}

    /// Forgets that it was rung.
    package func quiet() {
        state.withLock { state in
            if case .rung = state { state = .quiet }
        }
    }

    /// Lets whoever waits go on, or whoever waits next.
    package func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .rung }
            if case .waiting(let waiter) = state { return waiter }
            return nil
        }
        waiter?.resume()
    }

    /// Returns when it has been rung since it was quiet, or when the task is cancelled.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    if case .quiet = state, !Task.isCancelled {
                        state = .waiting(waiter)
                        return false
                    }
                    return true
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard case .waiting(let waiter) = state else { return nil }
                state = .quiet
                return waiter
            }
            waiter?.resume()
        }
    }
}
