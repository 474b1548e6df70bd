internal import Glibc

/// Runs the whole controller against an embedded cluster in virtual time, under faults that a seed decides.
///
///     swiftlet-simulate 1000 1         1000 seeds from seed 1 on
///     swiftlet-simulate trace 17       what happens in seed 17
///     swiftlet-simulate flaws 100      plants each flaw, and finds it within 100 seeds
///     swiftlet-simulate flaw zeroes 9  plants one
@main
struct Program {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        let numbers = words.compactMap(UInt64.init)
        switch words.first {
        case "trace"?: end(Simulation.trace(numbers.first ?? 1, words.last.flatMap(Flaw.init(rawValue:))))
        case "flaws"?:
            end(Flaw.allCases.filter { !Simulation.find($0, within: numbers.first ?? 100, first: 1) }.isEmpty)
        case "flaw"?:
            let flaws = words.dropFirst().prefix(1).compactMap(Flaw.init(rawValue:))
            end(!flaws.isEmpty && flaws.allSatisfy { Simulation.find($0, within: numbers.first ?? 100, first: 1) })
        default: end(Simulation.run(count: numbers.first ?? 100, first: numbers.dropFirst().first ?? 1))
        }
    }

    private static func end(_ isGood: Bool) -> Never { exit(isGood ? 0 : 1) }
}
