import DecisionProperties

/// The properties of decisions over many worlds, at the speed of a release build.
enum Properties {
    /// Checks every property and prints the first worlds that violate one.
    ///
    /// - Returns: How many violations there were.
    static func check(worlds: UInt64) -> Int {
        var failures = 0
        for property in DecisionProperty.allCases {
            var found = 0
            for seed in 0..<worlds {
                guard let violation = property.violation(seed: seed) else { continue }
                found += 1
                if found <= 3 { print("\(property.rawValue): \(violation)") }
            }
            print("\(property.rawValue): \(worlds) worlds, \(found) violations")
            failures += found
        }
        let digest = (try? DecisionProperty.digest()) ?? "none"
        if digest != DecisionProperty.recordedDigest {
            print("decisions differ from those of a debug build: digest \(digest)")
            failures += 1
        }
        return failures
    }
}
