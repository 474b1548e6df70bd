internal import Autoscaling
internal import HTML
internal import KubernetesTypes

/// What one page shows, copied out of the ``StatusBook`` at one moment.
struct StatusView: Sendable {
    var controller: ControllerStatus
    var query: StatusQuery
    /// Every namespace that has autoscalers.
    var namespaces: [String]
    /// Autoscalers that the query finds, of which ``rows`` are some.
    var matched: Int
    var rows: [Row]
    /// What the charts span.
    var spanSeconds: Int64
    /// Real seconds from one refresh to the next.
    var refreshSeconds: Double

    struct Row: Sendable {
        var status: AutoscalerStatus
        /// Whether the line tells what is wrong already.
        var lineTellsError: Bool
        var columns: [StatusTrail.Column]
    }
}

/// Times and numbers of the page.
enum StatusText {
    /// `18:42:15`.
    static func clock(_ time: Timestamp) -> String {
        let day: Int64 = 86_400
        let seconds = ((time.nanoseconds / 1_000_000_000 % day) + day) % day
        return [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
    }

    /// `2026-03-13 18:42`.
    static func moment(_ time: Timestamp) -> String {
        String(RFC3339.format(time, fractionDigits: 0).prefix(16)).replacing("T", with: " ")
    }

    /// `18:42`.
    static func minute(_ time: Timestamp) -> String { String(clock(time).prefix(5)) }

    /// Seconds as people say them: `12 s`, `4 min`, `3 h`.
    static func age(_ seconds: Double) -> String {
        switch seconds {
        case ..<0: "0 s"
        case ..<1: "< 1 s"
        case ..<120: "\(Int(seconds)) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        default: "\(Int(seconds / 3_600)) h"
        }
    }

    /// A span of whole minutes: `40 minutes`, `5 h 20 min`.
    static func span(_ seconds: Int64) -> String {
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60)
        if hours == 0 { return "\(minutes) minutes" }
        return minutes == 0 ? "\(hours) hours" : "\(hours) h \(minutes) min"
    }

    /// `1 pod`, `2 pods`: a resource in the plural, as the API names it.
    static func count(_ number: Int, of resource: String) -> String {
        "\(count(number)) " + (number == 1 && resource.hasSuffix("s") ? String(resource.dropLast()) : resource)
    }

    /// `1,234`.
    static func count(_ number: Int) -> String {
        var digits = Array("\(number)")
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return String(digits)
    }

    /// `3 → 4`, or the size alone.
    static func replicas(_ current: Int32?, _ desired: Int32?) -> String {
        guard let current, let desired else { return "?" }
        return current == desired ? "\(current)" : "\(current) → \(desired)"
    }
}

extension AutoscalerStanding {
    /// For people.
    var word: String {
        switch self {
        case .failing: "failing"
        case .held: "held"
        case .limited: "limited"
        case .stabilizing: "stabilizing"
        case .scaling: "scaling"
        case .disabled: "disabled"
        case .steady: "steady"
        }
    }
}
