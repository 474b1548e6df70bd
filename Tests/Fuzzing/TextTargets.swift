import Autoscaling
import KubernetesTypes
import Replay
import Schedules

extension FuzzTarget {
    /// A quantity: its text is one again, of the same value, and comparing is not a matter of how it was written.
    static let quantity = FuzzTarget("quantity", longestInput: 128) { bytes in
        guard let text = bytes.text else { return }
        let quantity = try Quantity(text)
        // Kubernetes has no suffix above E, and leaves it out.
        guard try quantity < Quantity("1e21"), try Quantity("-1e21") < quantity else { return }
        let back = try again("'\(quantity)' is none") { try Quantity(quantity.description) }
        try require(back == quantity, "'\(quantity)' is another than '\(text)'")
        // Below zero the original rounds what has more than nine decimals in another way than what has not; and beyond 64
        // bits its thousandths depend on how a number was written.
        if !text.contains("-"), try quantity < Quantity("9e15") {
            try require(back.milliValue == quantity.milliValue, "'\(quantity)' has other thousandths than '\(text)'")
        }
        try require(back.description == quantity.description, "'\(quantity)' is written '\(back)'")
        try require(!(quantity < back) && !(back < quantity), "'\(text)' is less than itself")
        let trimmed = try again("with spaces it is refused") { try Quantity(trimming: " \(text)\n") }
        try require(trimmed == quantity, "with spaces it is another")
    }

    /// A label selector: its text form is one again, and finds the same.
    static let labelSelector = FuzzTarget("label-selector", longestInput: 512) { bytes in
        guard let text = bytes.text else { return }
        let selector = try LabelRequirements(parsing: text)
        let back = try again("'\(selector)' is none") { try LabelRequirements(parsing: selector.description) }
        try require(back.description == selector.description, "'\(selector)' is written '\(back)'")
        var labels: [String: String] = [:]
        for requirement in selector.requirements { labels[requirement.key] = requirement.values.first ?? "" }
        for candidate in [[:], labels] {
            try require(back.matches(candidate) == selector.matches(candidate), "'\(selector)' finds others")
        }
    }

    /// A formula, worked out over numbers that go to the ends of their range.
    static let formula = FuzzTarget("formula", longestInput: 512) { bytes in
        guard let text = bytes.text else { return }
        let formula = try Formula(text)
        let metrics = [
            MetricSpec(source: .external(MetricIdentifier(name: "queue")), target: .averageValue(milli: 30_000)),
            MetricSpec(source: .resource(name: "cpu"), target: .utilization(50)),
        ]
        try formula.check(against: metrics)
        var spec = AutoscalerSpec(
            scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "web"), minReplicas: 1,
            maxReplicas: 100, metrics: metrics, behavior: nil)
        spec.extensions = ScalingExtensions(formula: formula)
        try AnyDecision.check(spec, isValid: true)
    }

    /// A cron expression: what is due next lies ahead, and is what was due last from then on.
    static let cron = FuzzTarget("cron", longestInput: 160) { bytes in
        guard let text = bytes.text else { return }
        try checkOccurrences(try CronExpression(text), .utc)
    }

    /// A file of the tz database, with the offsets and the occurrences that it leads to.
    static let timeZone = FuzzTarget("time-zone") { bytes in
        let zone = try TimeZoneRules(tzif: bytes)
        for second in instants { _ = zone.offset(at: second) }
        for text in ["30 2 * * *", "0 0 29 2 *"] { try checkOccurrences(try CronExpression(text), zone) }
    }

    /// In seconds: from the first to the last that a `Timestamp` can be.
    private static let instants: [Int64] = [
        -9_223_372_036, -2_208_988_800, 0, 1_795_486_017, 4_102_444_800, 9_223_372_036,
    ]

    private static func checkOccurrences(_ cron: CronExpression, _ zone: TimeZoneRules) throws {
        let occurrences = Occurrences(cron, in: zone)
        for second in instants {
            guard let next = occurrences.next(after: second) else { continue }
            try require(next > second, "\(next) is no time after \(second)")
            let last = occurrences.last(upTo: next, from: second)
            try require(last == next, "\(next) is due after \(second), and the last one up to it is \(last ?? -1)")
        }
    }

    /// Instants of the API and of traces.
    static let times = FuzzTarget("times", longestInput: 64) { bytes in
        guard let text = bytes.text else { return }
        if let time = RFC3339.parse(text) {
            let written = RFC3339.format(time, fractionDigits: 9)
            // The ends of the range lie beyond the years of four digits that are written.
            if written.utf8.count == 30 { try require(RFC3339.parse(written) == time, "'\(written)' is another time") }
        }
        if let time = TraceTime.parse(text, zone: .utc) { _ = TraceTime.text(time) }
        _ = ScheduleDuration.seconds(text)
    }
}
