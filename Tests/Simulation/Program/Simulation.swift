internal import Autoscaling
internal import Glibc
internal import Locking

/// Many seeds, one after the other.
enum Simulation {
    /// What one seed came to.
    struct Outcome {
        var run: Machine.Run
        var chronicle: Chronicle
        /// Of everything that happened.
        var digest: Digest
        var violations: [String]
    }

    /// Runs one seed.
    static func outcome(of seed: UInt64, isKept: Bool = false, flaw: Flaw? = nil) -> Outcome {
        let scenario = Scenario(seed: seed)
        let chronicle = Chronicle(isKept: isKept)
        let world = Locked<World?>(nil)
        var run = Machine.run(seed: seed, wall: Scenario.start.nanoseconds) {
            world.withLock { $0 }?.checkLeaders()
        } _: {
            do {
                let made = try await World(scenario, seed: seed, chronicle, flaw)
                world.withLock { $0 = made }
                try await made.run()
            } catch {
                chronicle.violate("the world ended: \(error)")
            }
            world.withLock { $0 = nil }
        }
        if let problem = run.problem { chronicle.violate(problem) }
        run.digest.add(chronicle.digest.value)
        return Outcome(run: run, chronicle: chronicle, digest: run.digest, violations: chronicle.violations)
    }

    /// Runs seeds, the first of them twice, and says what they came to.
    ///
    /// - Returns: Whether nothing that must not happen has happened.
    static func run(count: UInt64, first: UInt64) -> Bool {
        var counts: [String: Int] = [:]
        var steps = 0
        var failed: [UInt64] = []
        for seed in first..<first + count {
            let outcome = outcome(of: seed)
            steps += outcome.run.steps
            counts.merge(outcome.chronicle.counts, uniquingKeysWith: +)
            if !outcome.violations.isEmpty {
                failed.append(seed)
                print("seed \(seed) failed, digest \(outcome.digest):")
                for violation in outcome.violations.prefix(5) { print("  \(violation)") }
                // Whoever reads a file of it need not wait for the end.
                fflush(nil)
            }
            if seed == first || !outcome.violations.isEmpty {
                let again = Self.outcome(of: seed)
                if again.digest != outcome.digest {
                    failed.append(seed)
                    print("seed \(seed) is not the same twice: digests \(outcome.digest) and \(again.digest)")
                }
            }
        }
        print("seeds \(first) to \(first + count - 1): \(steps) steps")
        for (kind, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(kind): \(count)") }
        print(failed.isEmpty ? "nothing wrong" : "failed: \(failed)")
        return failed.isEmpty
    }

    /// Plants a flaw, and looks for the first seed that shows it.
    ///
    /// - Returns: Whether there is one.
    static func find(_ flaw: Flaw, within count: UInt64, first: UInt64) -> Bool {
        for seed in first..<first + count {
            let outcome = outcome(of: seed, flaw: flaw)
            guard let violation = outcome.violations.first else { continue }
            print("\(flaw.rawValue): found by seed \(seed): \(violation)")
            return true
        }
        print("\(flaw.rawValue): not found by \(count) seeds")
        return false
    }

    /// Shows what happens in one seed.
    static func trace(_ seed: UInt64, _ flaw: Flaw?) -> Bool {
        let outcome = outcome(of: seed, isKept: true, flaw: flaw)
        for line in outcome.chronicle.lines { print(line) }
        print("\(Scenario(seed: seed))")
        print("seed \(seed): \(outcome.run.steps) steps, digest \(outcome.digest)")
        return outcome.violations.isEmpty
    }
}
