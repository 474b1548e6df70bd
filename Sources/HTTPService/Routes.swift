/// Which handler answers which method and path.
///
/// A pattern is a path whose parts are literal, `{name}` for exactly one part, or `{name...}` last, for the rest (also
/// none). Patterns are tried in the order they were added; the first whose path matches and that has the method wins.
/// A path that matches only under other methods is answered with 405 and `Allow`, any other with 404. `HEAD` uses the
/// handler of `GET`.
package struct Routes: Sendable {
    package typealias Handler = @Sendable (ServiceRequest) async -> ServiceResponse

    private enum Part: Sendable, Equatable {
        case literal(String)
        case parameter(String)
        case rest(String)
    }

    private struct Route: Sendable {
        var method: String
        var parts: [Part]
        var handler: Handler
    }

    private var routes: [Route] = []

    package init() {}

    /// Adds a route, e.g. `on("GET", "/api/v1/namespaces/{namespace}/pods")`.
    package mutating func on(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        let parts = pattern.split(separator: "/").map { part -> Part in
            guard part.first == "{", part.last == "}" else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
        routes.append(Route(method: method, parts: parts, handler: handler))
    }

    /// These routes behind a check: what it answers is the answer, and the handler is not asked.
    func guarded(_ refusal: @escaping @Sendable (ServiceRequest) -> ServiceResponse?) -> Routes {
        var guarded = self
        guarded.routes = routes.map { route in
            var route = route
            let handler = route.handler
            route.handler = { request in
                if let refused = refusal(request) { return refused }
                return await handler(request)
            }
            return route
        }
        return guarded
    }

    /// Answers by the first route that fits; usable without any socket.
    package func respond(to request: ServiceRequest) async -> ServiceResponse {
        var allowed: [String] = []
        for route in routes {
            guard let parameters = Self.match(route.parts, request.segments) else { continue }
            if route.method == request.method || route.method == "GET" && request.method == "HEAD" {
                var request = request
                request.parameters = parameters
                return await route.handler(request)
            }
            if !allowed.contains(route.method) { allowed.append(route.method) }
        }
        guard !allowed.isEmpty else { return .text("404 page not found\n", status: 404) }
        if allowed.contains("GET") { allowed.append("HEAD") }
        var response = ServiceResponse.text("405 method not allowed\n", status: 405)
        response.headers["Allow"] = allowed.joined(separator: ", ")
        return response
    }

    private static func match(_ parts: [Part], _ segments: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (index, part) in parts.enumerated() {
            if case .rest(let name) = part {
                parameters[name] = segments.dropFirst(index).joined(separator: "/")
                return parameters
            }
            guard index < segments.count else { return nil }
            switch part {
            case .literal(let text) where text != segments[index]: return nil
            case .parameter(let name): parameters[name] = segments[index]
            default: break
            }
        }
        return parts.count == segments.count ? parameters : nil
    }
}
