/// How much is asked of a service over time, in units of the scenario's own, e.g. requests per minute.
package struct DemandCurve: Sendable {
    /// How the way from one point to the next goes.
    package enum Shape: Sendable {
        case linear
        /// Along half a cosine: slow, steep, slow, as crowds come and go.
        case cosine
        /// Stays at the former value and jumps at the point.
        case step
    }

    /// A value at a time after the start.
    package struct Point: Sendable {
        package var offset: Duration
        package var demand: Double
        /// The way to this point.
        package var shape: Shape

        package init(_ offset: Duration, _ demand: Double, _ shape: Shape = .cosine) {
            self.offset = offset
            self.demand = demand
            self.shape = shape
        }
    }

    private let points: [Point]

    /// - Parameter points: At least one, in the order of time; demands of at least 0.
    package init(_ points: [Point]) {
        precondition(!points.isEmpty, "a demand curve needs a point")
        precondition(
            zip(points, points.dropFirst()).allSatisfy { $0.offset < $1.offset }
                && points.allSatisfy { $0.demand >= 0 },
            "a demand curve's points are in the order of time and at least 0")
        self.points = points
    }

    /// The demand at a time after the start: that of the first point before it, of the last after it.
    package func demand(at offset: Duration) -> Double {
        guard let next = points.firstIndex(where: { $0.offset > offset }) else {
            return points[points.count - 1].demand
        }
        guard next > 0 else { return points[0].demand }
        let (from, to) = (points[next - 1], points[next])
        let progress = (offset - from.offset) / (to.offset - from.offset)
        switch to.shape {
        case .step: return from.demand
        case .linear: return from.demand + (to.demand - from.demand) * progress
        case .cosine: return from.demand + (to.demand - from.demand) * Self.eased(progress)
        }
    }

    /// From 0 to 1 like (1 − cos πx) / 2.
    ///
    /// The polynomial 3x² − 2x³ differs from it by less than 0.011 and is the same on every machine.
    private static func eased(_ progress: Double) -> Double {
        progress * progress * (3 - 2 * progress)
    }
}
