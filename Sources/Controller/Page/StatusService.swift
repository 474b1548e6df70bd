package import Autoscaling
internal import FoundationEssentials
internal import HTML
package import HTTPService
package import KubernetesClient
internal import KubernetesTypes

/// The status page and its API: what the controller knows of each autoscaler, to be looked at.
///
/// - `/`: the list, with filter and order in the query; `/autoscalers/NAMESPACE/NAME`: one of them.
/// - `/api/v1/autoscalers` and `/api/v1/autoscalers/NAMESPACE/NAME`: the same as JSON.
///
/// Everything is read, nothing can be done; addresses of servers and credentials are not shown.
package struct StatusService: Sendable {
    /// What does not change while the controller runs.
    package struct About: Sendable {
        package var version: String
        package var isShadow: Bool
        package var flags: ControllerFlags
        package var syncPeriod: Duration
        /// Real time from one refresh of an open page to the next.
        package var refreshPeriod: Duration

        /// - Parameter refreshPeriod: Often enough that a tick is not missed for long, when `nil`.
        package init(_ configuration: ControllerConfiguration, version: String, refreshPeriod: Duration? = nil) {
            self.version = version
            isShadow = configuration.isShadow
            flags = configuration.flags
            syncPeriod = configuration.syncPeriod
            self.refreshPeriod = refreshPeriod ?? min(max(configuration.syncPeriod / 3, .seconds(2)), .seconds(15))
        }
    }

    let about: About
    let book: StatusBook
    let ownership: Ownership
    let clock: any ControllerClock
    let watches: @Sendable () -> [WatchReading]

    package init(
        _ about: About, book: StatusBook, ownership: Ownership, clock: any ControllerClock = SystemClock(),
        watches: @escaping @Sendable () -> [WatchReading]
    ) {
        self.about = about
        self.book = book
        self.ownership = ownership
        self.clock = clock
        self.watches = watches
    }

    /// The routes alone, for an address of their own.
    package var routes: Routes {
        var routes = Routes()
        add(to: &routes)
        return routes
    }

    /// Adds the routes.
    func add(to routes: inout Routes) {
        routes.on("GET", "/") { request in
            do throws(StatusQuery.Unusable) {
                return Self.page(StatusPage(view: view(try StatusQuery(request))).html())
            } catch {
                return .text("\(error)\n", status: 400)
            }
        }
        routes.on("GET", "/autoscalers/{namespace}/{name}") { page(of: $0.autoscaler) }
        routes.on("GET", "/api/v1/autoscalers") { request in
            do throws(StatusQuery.Unusable) {
                return Self.json(list(try StatusQuery(request)))
            } catch {
                return Self.json(Failure(error: "\(error)"), status: 400)
            }
        }
        routes.on("GET", "/api/v1/autoscalers/{namespace}/{name}") { request in
            details(of: request.autoscaler).map { Self.json($0.details) }
                ?? Self.json(Failure(error: missingText(request.autoscaler)), status: 404)
        }
    }

    // MARK: - What there is to show

    private struct Failure: Encodable {
        var error: String
    }

    /// A list as the API has it.
    private struct List: Encodable {
        var controller: ControllerStatus
        /// Autoscalers that the query finds; the items are some of them.
        var matched: Int
        var offset: Int
        var items: [AutoscalerStatus]
    }

    private func list(_ query: StatusQuery) -> List {
        let view = view(query)
        return List(
            controller: view.controller, matched: view.matched, offset: query.offset, items: view.rows.map(\.status))
    }

    func view(_ query: StatusQuery) -> StatusView {
        let reading = book.reading
        let found = query.selection(of: reading)
        let places = Array(found.dropFirst(query.offset).prefix(query.limit))
        let trails = book.trails(of: places, in: reading)
        let rows = zip(places, trails).map { place, trail in
            let entry = reading.entries[place]
            return StatusView.Row(
                status: AutoscalerStatus(entry, explanation(entry)), lineTellsError: entry.isWithoutDecision,
                columns: trail?.columns ?? [])
        }
        return StatusView(
            controller: controller(reading), query: query,
            namespaces: Set(reading.entries.map(\.key.namespace)).sorted(), matched: found.count, rows: rows,
            spanSeconds: book.spanSeconds, refreshSeconds: about.refreshPeriod.inSeconds)
    }

    private func explanation(_ entry: StatusEntry) -> Explanation {
        Explanation(entry.decision, spec: entry.spec, namespace: entry.key.namespace, flags: about.flags)
    }

    private func controller(_ reading: StatusBook.Reading) -> ControllerStatus {
        var states: [String: Int] = [:]
        for entry in reading.entries { states[AutoscalerStanding(entry).rawValue, default: 0] += 1 }
        return ControllerStatus(
            version: about.version, time: Time(clock.now()), leads: ownership.isAny, leader: ownership.holder,
            shards: ownership.isShared
                ? .init(count: ownership.count, owned: ownership.terms.keys.sorted(), owners: ownership.holders) : nil,
            mode: about.isShadow ? "shadow" : "active", syncPeriodSeconds: about.syncPeriod.inSeconds,
            lastTick: reading.tick.map {
                .init(number: $0.number, time: Time($0.time), durationSeconds: $0.duration.inSeconds)
            },
            autoscalers: reading.entries.count, states: states, problems: reading.tick?.problems ?? [],
            warnings: reading.tick?.warnings ?? [],
            watches: watches().map {
                .init(
                    resource: $0.resource, objects: $0.objects, silenceSeconds: $0.silence?.inSeconds,
                    problem: $0.problem)
            })
    }

    private func details(
        of key: AutoscalerKey
    ) -> (details: AutoscalerDetails, trail: StatusTrail?, reading: StatusBook.Reading)? {
        let reading = book.reading
        guard let place = reading.entries.firstIndex(where: { $0.key == key }) else { return nil }
        let trail = book.trails(of: [place], in: reading).first ?? nil
        return (AutoscalerDetails(reading.entries[place], trail, about.flags), trail, reading)
    }

    private func page(of key: AutoscalerKey) -> ServiceResponse {
        guard let (details, trail, reading) = details(of: key) else {
            let page = StatusPage.document(title: "Not found", controller(book.reading), about.refreshPeriod.inSeconds)
            {
                $0.element("p", ["class": "empty"], missingText(key))
            }
            return Self.page(page, status: 404)
        }
        let page = AutoscalerPage(
            controller: controller(reading), details: details, columns: trail?.columns ?? [], start: trail?.start,
            columnSeconds: trail?.columnSeconds ?? 0, refreshSeconds: about.refreshPeriod.inSeconds)
        return Self.page(page.html())
    }

    private func missingText(_ key: AutoscalerKey) -> String {
        if ownership.isShared {
            let shard = ownership.shard(of: key.namespace)
            if ownership.terms[shard] == nil {
                return "\(key) is of shard \(shard), which is not this process's"
                    + (ownership.holders[shard].map { "; \($0) owns it." } ?? "; nobody owns it now.")
            }
        }
        return ownership.isAny
            ? "There is no autoscaler \(key)."
            : "This process stands by and knows nothing of \(key)"
                + (ownership.holder.map { "; \($0) leads." } ?? "; nobody leads now.")
    }

    // MARK: - Answers

    /// Names the one style sheet and the one script by their digests: nothing else runs, and nothing is fetched but the page
    /// itself.
    private static let policy =
        "default-src 'none'; style-src 'sha256-\(SHA256.base64(of: StatusStyle.css))'; "
        + "script-src 'sha256-\(SHA256.base64(of: StatusScript.text))'; connect-src 'self'; img-src data:; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private static func page(_ html: String, status: Int = 200) -> ServiceResponse {
        ServiceResponse(
            status: status,
            headers: [
                "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy,
                "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
                "Cross-Origin-Resource-Policy": "same-origin",
            ], body: .bytes(Array(html.utf8)))
    }

    private static func json(_ value: some Encodable, status: Int = 200) -> ServiceResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Ratios over nothing have no other form in JSON.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        guard let data = try? encoder.encode(value) else {
            return .text("the answer cannot be written as JSON\n", status: 500)
        }
        var response = ServiceResponse.json([UInt8](data) + [0x0A], status: status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
    }
}

extension ServiceRequest {
    /// The autoscaler that a path names.
    fileprivate var autoscaler: AutoscalerKey {
        AutoscalerKey(namespace: parameters["namespace"] ?? "", name: parameters["name"] ?? "")
    }
}
