/// What a line of the log is about. `docs/observing.md` lists them with their fields.
package enum LogEvent: String, Sendable, CaseIterable {
    // The process.
    case started, stopped, configuration, manifest, waiting, tick
    case apiWarning = "api-warning"
    // Who leads.
    case leading, following, released
    case lostLease = "lost-lease"
    // Sizes.
    case scaled, superseded, held
    case wouldScale = "would-scale"
    case holdEnded = "hold-ended"
    case crowdHeld = "crowd-held"
    // Failures.
    case failing, recovered
    case stillFailing = "still-failing"
    case alsoFailing = "also-failing"
    case alsoRecovered = "also-recovered"
    // Endpoints of Prometheus.
    case prometheusMoved = "prometheus-moved"
    case prometheusLeftAlone = "prometheus-left-alone"
    case prometheusAnswersAgain = "prometheus-answers-again"
    // The comparison of a shadow run.
    case shadowDiffers = "shadow-differs"
    case shadowAgrees = "shadow-agrees"
}
