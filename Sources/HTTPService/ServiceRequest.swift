/// A request that has arrived whole: the handler never waits for its body.
package struct ServiceRequest: Sendable {
    /// One `name=value` of the query, decoded; a name may come several times, the order is kept.
    package struct QueryItem: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The method as sent, in capitals: `GET`.
    package var method: String
    /// Path and query as sent, still percent-encoded.
    package var target: String
    /// The decoded parts of the path, without empty ones: `/api//v1/` is `["api", "v1"]`.
    package var segments: [String]
    package var query: [QueryItem]
    package var headers: HeaderFields
    /// At most ``ServiceLimits/bodyBytes`` bytes.
    package var body: [UInt8]
    /// What the pattern of the route matched, by name; see ``Routes``.
    package var parameters: [String: String] = [:]

    /// A request as a test or another service of this process would make it.
    ///
    /// - Throws: ``TargetError`` when the target is not a path with valid percent-encoding.
    package init(
        method: String, target: String, headers: HeaderFields = [:], body: [UInt8] = []
    ) throws(TargetError) {
        let parsed = try ParsedTarget(target)
        self.method = method
        self.target = target
        self.segments = parsed.segments
        self.query = parsed.query
        self.headers = headers
        self.body = body
    }

    /// The decoded path: `/` and the segments.
    package var path: String { "/" + segments.joined(separator: "/") }

    /// The first value of a query parameter; `nil` when it is not there at all.
    package func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// Every value of a query parameter, in order: Prometheus' `match[]` may come many times.
    package func queryValues(_ name: String) -> [String] {
        query.filter { $0.name == name }.map(\.value)
    }
}
