package import Autoscaling

/// A line of a trace after its header: one fact about one autoscaler.
///
///     {"name":"web","namespace":"shop","observation":{…}}
///
/// The lines of an autoscaler are in the order in which the facts count: its spec and history, when they are new, before
/// the observation that they are for; then the decision; then the change of size, when it was made.
package struct TraceLine: Hashable, Sendable {
    /// What a line says.
    package enum Body: Hashable, Sendable {
        /// The policy from here on.
        case spec(AutoscalerSpec)
        /// What the next decision remembers, in place of what the lines before it lead to.
        case history(History)
        case observation(Observation)
        /// What was decided on the observation before it.
        case decision(Decision)
        /// The decision before it was carried out: the write of the target's scale succeeded.
        case scaled(Change)
        case demand(Demand)
    }

    /// A change of size that was made.
    package struct Change: Hashable, Sendable, Codable {
        package var time: Timestamp
        package var from: Int32
        package var to: Int32

        package init(time: Timestamp, from: Int32, to: Int32) {
            self.time = time
            self.from = from
            self.to = to
        }
    }

    /// How much was asked of the target's pods.
    package struct Demand: Hashable, Sendable, Codable {
        package var time: Timestamp
        /// At least 0 and finite, in the header's unit.
        package var value: Double

        package init(time: Timestamp, value: Double) {
            self.time = time
            self.value = value
        }
    }

    package var namespace: String
    package var name: String
    package var body: Body

    package init(namespace: String, name: String, _ body: Body) {
        self.namespace = namespace
        self.name = name
        self.body = body
    }
}

extension TraceLine: Codable {
    private enum CodingKeys: String, CodingKey {
        case namespace, name, spec, history, observation, decision, scaled, demand
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        namespace = try container.decode(String.self, forKey: .namespace)
        name = try container.decode(String.self, forKey: .name)
        if container.contains(.observation) {
            body = .observation(try container.decode(Observation.self, forKey: .observation))
        } else if container.contains(.decision) {
            body = .decision(try container.decode(Decision.self, forKey: .decision))
        } else if container.contains(.demand) {
            body = .demand(try container.decode(Demand.self, forKey: .demand))
        } else if container.contains(.scaled) {
            body = .scaled(try container.decode(Change.self, forKey: .scaled))
        } else if container.contains(.spec) {
            body = .spec(try container.decode(AutoscalerSpec.self, forKey: .spec))
        } else {
            body = .history(try container.decode(History.self, forKey: .history))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(namespace, forKey: .namespace)
        try container.encode(name, forKey: .name)
        switch body {
        case .spec(let spec): try container.encode(spec, forKey: .spec)
        case .history(let history): try container.encode(history, forKey: .history)
        case .observation(let observation): try container.encode(observation, forKey: .observation)
        case .decision(let decision): try container.encode(decision, forKey: .decision)
        case .scaled(let change): try container.encode(change, forKey: .scaled)
        case .demand(let demand): try container.encode(demand, forKey: .demand)
        }
    }
}
