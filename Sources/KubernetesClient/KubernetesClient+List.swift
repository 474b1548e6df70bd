internal import HTTPTransport
internal import KubernetesTypes

/// Which objects of a collection, and how to page through them.
package struct ListOptions: Sendable, Hashable {
    /// What to do when the objects change so much while they are listed that the rest of the list is gone (410).
    package enum Expiry: Sendable, Hashable {
        /// Begin again, so that the list is of one moment: for whoever watches from its resourceVersion.
        case restart
        /// Take the rest at a newer revision, when the server offers that: for whoever only counts or sums.
        case goOn
    }

    /// In the API's text form, e.g. `app=web,tier in (front,back)`.
    package var labelSelector: String?
    /// E.g. `status.phase=Running`.
    package var fieldSelector: String?
    /// `0` is answered from the server's cache, at any age and in one page; `nil` is the newest.
    package var resourceVersion: String?
    /// Most objects in one response; the API server's own clients use 500. 0 for all of them in one.
    package var pageSize: Int
    package var expiry: Expiry

    package init(
        labelSelector: String? = nil, fieldSelector: String? = nil, resourceVersion: String? = nil,
        pageSize: Int = 500, expiry: Expiry = .restart
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.resourceVersion = resourceVersion
        self.pageSize = pageSize
        self.expiry = expiry
    }
}

/// The objects of a collection, all pages together.
package struct ObjectList<Item: Sendable>: Sendable {
    package var items: [Item]
    /// Of the last page. A watch may begin there if the list is consistent.
    package var resourceVersion: String
    /// Whether every page shows the same moment. If not, changes to early pages may be missing.
    package var isConsistent: Bool

    package init(items: [Item], resourceVersion: String, isConsistent: Bool) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.isConsistent = isConsistent
    }
}

extension ObjectList: Equatable where Item: Equatable {}

extension KubernetesClient {
    /// Pages of one list before it is given up: with the usual page size a million objects.
    static let maximumPages = 2_000
    /// How often a list begins again after 410 before it is given up.
    static let maximumRestarts = 3

    /// Reads every object of a collection, page by page.
    package func list<Item: Decodable & Sendable>(
        _ type: Item.Type, _ path: ResourcePath, options: ListOptions = ListOptions()
    ) async throws -> ObjectList<Item> {
        var list = ObjectList<Item>(items: [], resourceVersion: "", isConsistent: true)
        var token: String?
        var restarts = 0
        for _ in 0..<Self.maximumPages {
            try Task.checkCancellation()
            do {
                let page = try await page(of: type, path, options, continuing: token)
                list.items += page.items ?? []
                list.resourceVersion = page.metadata.resourceVersion ?? ""
                // The last page has an empty token or none.
                guard let next = page.metadata.continue, !next.isEmpty else { return list }
                token = next
            } catch let error as KubernetesError {
                // Only an expired continue token can be helped; an expired resourceVersion was asked for as such.
                guard case .expired(let fresh) = error.kind, token != nil else { throw error }
                if options.expiry == .goOn, let fresh {
                    token = fresh
                    list.isConsistent = false
                } else {
                    restarts += 1
                    guard restarts <= Self.maximumRestarts else { throw error }
                    token = nil
                    list = ObjectList(items: [], resourceVersion: "", isConsistent: true)
                }
            }
        }
        throw KubernetesError(
            refused: "the list has no end after \(Self.maximumPages) pages",
            RequestLine(verb: "list", target: path, path: path.path))
    }

    private func page<Item: Decodable & Sendable>(
        of type: Item.Type, _ path: ResourcePath, _ options: ListOptions, continuing token: String?
    ) async throws -> ListPage<Item> {
        try await decoded(ListPage<Item>.self, from: pageCall(path, options, continuing: token))
    }

    /// The request for one page.
    ///
    /// - Parameter token: Of the page before; `nil` for the first.
    func pageCall(_ path: ResourcePath, _ options: ListOptions, continuing token: String?) -> Call {
        var call = Call(method: .get, line: .init(verb: "list", target: path, path: path.path))
        call.query.append("labelSelector", options.labelSelector)
        call.query.append("fieldSelector", options.fieldSelector)
        call.query.append("limit", options.pageSize > 0 ? String(options.pageSize) : nil)
        // The token carries its revision; the server refuses both together.
        call.query.append("resourceVersion", token == nil ? options.resourceVersion : nil)
        call.query.append("continue", token)
        return call
    }
}

/// One response to a list.
struct ListPage<Item: Decodable>: Decodable {
    var metadata: ListMeta
    /// Null in some servers' empty lists.
    var items: [Item]?
}
