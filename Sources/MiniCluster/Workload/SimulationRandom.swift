/// Random numbers that are the same in every run of a seed (SplitMix64).
struct SimulationRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Letters and digits as Kubernetes makes names of them: no vowels, so that no words come out.
    mutating func suffix(_ length: Int) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] })
    }

    /// A duration within `share` of another, e.g. 0.2 for ±20 %.
    mutating func varied(_ duration: Duration, by share: Double) -> Duration {
        duration * (1 + Double.random(in: -1...1, using: &self) * share)
    }
}
