package import Autoscaling
package import Manifests

/// What a replay must hold to, read from YAML.
package struct Expectations: Sendable {
    /// A bound from below, from above, or both.
    package struct Bounds: Hashable, Sendable {
        package var atLeast: Double?
        package var atMost: Double?

        func admits(_ value: Double) -> Bool { value >= atLeast ?? -.infinity && value <= atMost ?? .infinity }

        var text: String {
            [atLeast.map { "at least \(NumberText.short($0))" }, atMost.map { "at most \(NumberText.short($0))" }]
                .compactMap { $0 }.joined(separator: " and ")
        }
    }

    /// What is looked at in each tick.
    package enum Quantity: String, Hashable, Sendable, CaseIterable {
        /// What the decision asks for.
        case replicas
        case readyReplicas
        /// Percent of the request.
        case utilization
    }

    /// A time of day on every day of the trace, or one instant.
    package enum Moment: Hashable, Sendable {
        /// Seconds since midnight in the expectations' zone.
        case timeOfDay(Int64)
        case instant(Timestamp)
    }

    package enum Rule: Hashable, Sendable {
        case score(ScoreName, Bounds)
        /// By this moment: at the last decision at or before it.
        case by(Moment, Quantity, Bounds)
        /// At every decision from the first moment to before the second.
        case between(Moment, Moment, Quantity, Bounds)
    }

    package struct Expectation: Hashable, Sendable {
        package var name: String
        package var rule: Rule
        /// Where it stands in its file.
        package var place: Mark
    }

    package var file: String
    package var zone: ZoneOffset
    package var expectations: [Expectation]

    /// - Throws: The first fault, with its place.
    package init(yaml bytes: [UInt8], file: String) throws(Diagnostic) {
        let document = try YAMLDecoder().decode(ExpectationDocument.self, from: bytes, file: file)
        let nodes = try YAMLParser.documents(of: bytes, file: file).first?["expect"]?.items ?? []
        self.file = file
        zone = document.zone
        expectations = zip(document.expect, nodes).map {
            Expectation(name: $0.name, rule: $0.rule, place: $1.mark)
        }
    }
}
