internal import KubernetesClient
internal import KubernetesTypes

/// The autoscalers that are watched, in the order of their names. A value without I/O.
///
/// Statuses change at each scaling, names hardly ever: an autoscaler that changes takes its own place, and only one that
/// comes or goes makes the order be worked out anew.
struct AutoscalerIndex {
    /// An object as it was read.
    enum Reading: Sendable {
        case autoscaler(Autoscaler)
        /// It breaks a rule that the API server did not hold it to.
        case invalid(String)
    }

    private var readings: [NamespacedName: Reading] = [:]
    private var order: Order?

    private struct Order {
        var places: [NamespacedName: Int] = [:]
        var autoscalers: [Autoscaler] = []
        var problems: [String] = []
    }

    var count: Int { readings.count }

    /// Takes an object as it is now; `nil` when it is gone.
    mutating func store(_ name: NamespacedName, _ reading: Reading?) {
        readings[name] = reading
        if case .autoscaler(let autoscaler) = reading, let place = order?.places[name] {
            order?.autoscalers[place] = autoscaler
        } else {
            order = nil
        }
    }

    /// Takes the whole state of a namespace anew, or of all for `nil`.
    mutating func replace(_ all: [(name: NamespacedName, reading: Reading)], in namespace: String?) {
        readings = readings.filter { namespace != nil && $0.key.namespace != namespace }
        for (name, reading) in all { readings[name] = reading }
        order = nil
    }

    /// The valid ones, and what is wrong with the others.
    mutating func sorted() -> (autoscalers: [Autoscaler], problems: [String]) {
        if let order { return (order.autoscalers, order.problems) }
        var new = Order()
        for (name, reading) in readings.sorted(by: { $0.key < $1.key }) {
            switch reading {
            case .autoscaler(let autoscaler):
                new.places[name] = new.autoscalers.count
                new.autoscalers.append(autoscaler)
            case .invalid(let problem): new.problems.append("\(name): \(problem)")
            }
        }
        order = new
        return (new.autoscalers, new.problems)
    }
}
