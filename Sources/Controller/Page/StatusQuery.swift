internal import Autoscaling
package import HTTPService

/// Which autoscalers are asked for, and in which order: the query of the page's address, and of the API's.
package struct StatusQuery: Sendable, Hashable {
    /// What a list can be sorted by.
    enum Order: String, CaseIterable, Sendable {
        case name, state, replicas, usage, age, changed

        /// Whether the largest, the newest or the most pressing usually comes first.
        var isUsuallyDescending: Bool {
            switch self {
            case .name, .state: false
            case .replicas, .usage, .age, .changed: true
            }
        }
    }

    static let usualLimit = 50
    package static let largestLimit = 1_000

    /// Words that name, namespace or target must contain, in any case.
    var words = ""
    var namespace = ""
    var state: AutoscalerStanding?
    var order = Order.state
    var isDescending = false
    package var offset = 0
    package var limit = usualLimit

    init() {}

    /// - Throws: ``Unusable`` for a value that is none of a parameter's.
    package init(_ request: ServiceRequest) throws(Unusable) {
        words = request.queryValue("q") ?? ""
        namespace = request.queryValue("namespace") ?? ""
        state = try Self.value(request, "state", AutoscalerStanding.allCases.map(\.rawValue)) { .init(rawValue: $0) }
        order = try Self.value(request, "sort", Order.allCases.map(\.rawValue)) { .init(rawValue: $0) } ?? .state
        isDescending =
            try Self.value(request, "order", ["asc", "desc"]) { ["asc": false, "desc": true][$0] }
            ?? order.isUsuallyDescending
        offset = try Self.value(request, "offset", ["a number"]) { Int($0).flatMap { $0 >= 0 ? $0 : nil } } ?? 0
        limit =
            try Self.value(request, "limit", ["1 to \(Self.largestLimit)"]) { text in
                Int(text).flatMap { (1...Self.largestLimit).contains($0) ? $0 : nil }
            } ?? Self.usualLimit
    }

    /// A parameter that cannot be used.
    package struct Unusable: Error, CustomStringConvertible {
        var parameter: String
        var text: String
        var allowed: [String]

        package var description: String { "\(parameter): '\(text)' is not \(allowed.joined(separator: ", "))" }
    }

    private static func value<Value>(
        _ request: ServiceRequest, _ name: String, _ allowed: [String], _ read: (String) -> Value?
    ) throws(Unusable) -> Value? {
        // An empty field of a form is none.
        guard let text = request.queryValue(name), !text.isEmpty else { return nil }
        guard let value = read(text) else { throw Unusable(parameter: name, text: text, allowed: allowed) }
        return value
    }

    // MARK: - Selection

    func matches(_ entry: StatusEntry) -> Bool {
        guard namespace.isEmpty || entry.key.namespace == namespace else { return false }
        guard state == nil || AutoscalerStanding(entry) == state else { return false }
        if words.isEmpty { return true }
        let text = "\(entry.key.namespace)/\(entry.key.name) \(entry.spec.scaleTargetRef.name)".lowercased()
        return words.lowercased().split(separator: " ").allSatisfy { text.contains($0) }
    }

    /// Places of the entries that match, in order.
    func selection(of reading: StatusBook.Reading) -> [Int] {
        let matching = reading.entries.indices.filter { matches(reading.entries[$0]) }
        let keys = matching.map { (place: $0, key: sortKey(of: reading.entries[$0])) }
        // Equal ones by name, in either direction.
        return keys.sorted { left, right in
            if left.key != right.key { return isDescending ? left.key > right.key : left.key < right.key }
            return reading.entries[left.place].key < reading.entries[right.place].key
        }.map(\.place)
    }

    private func sortKey(of entry: StatusEntry) -> Double {
        switch order {
        // All equal: the name decides.
        case .name: 0
        case .state: Double(AutoscalerStanding(entry).rank)
        case .replicas: Double(entry.decision.desiredReplicas)
        case .usage: entry.usageOfTarget ?? -1
        case .age: entry.sampleTime.map { entry.decision.time.secondsSinceEpoch - $0.secondsSinceEpoch } ?? .infinity
        case .changed: entry.changeTime?.secondsSinceEpoch ?? 0
        }
    }

    // MARK: - Addresses

    /// The query with some of it changed, as a link has it.
    func link(_ change: (inout StatusQuery) -> Void) -> String {
        var query = self
        query.offset = 0
        change(&query)
        var items: [(String, String)] = []
        if !query.words.isEmpty { items.append(("q", query.words)) }
        if !query.namespace.isEmpty { items.append(("namespace", query.namespace)) }
        if let state = query.state { items.append(("state", state.rawValue)) }
        if query.order != .state { items.append(("sort", query.order.rawValue)) }
        if query.isDescending != query.order.isUsuallyDescending {
            items.append(("order", query.isDescending ? "desc" : "asc"))
        }
        if query.offset > 0 { items.append(("offset", "\(query.offset)")) }
        if query.limit != Self.usualLimit { items.append(("limit", "\(query.limit)")) }
        if items.isEmpty { return "/" }
        return "/?" + items.map { "\($0)=\(PercentEncoding.encoded($1))" }.joined(separator: "&")
    }
}

/// Text in a path or a query.
enum PercentEncoding {
    static func encoded(_ text: String) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            let letter = byte | 0x20
            let isPlain =
                (letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            if isPlain {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
