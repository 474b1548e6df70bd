import KubernetesClient

/// The machine's clock at a higher speed: waits between tries take a fraction of their time.
struct FastClock: MonotonicClock {
    let speed: Int
    private let machine = SystemMonotonicClock()

    init(speed: Int) {
        self.speed = speed
    }

    func now() -> Duration { machine.now() * speed }

    func sleep(for duration: Duration) async throws { try await machine.sleep(for: duration / speed) }
}
