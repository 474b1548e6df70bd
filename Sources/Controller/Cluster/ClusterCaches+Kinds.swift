internal import Autoscaling
internal import KubernetesClient
internal import Locking

/// What an `apiVersion` and a `kind` of an autoscaler's reference name.
struct KindReference: Sendable, Hashable {
    var apiVersion: String
    var kind: String
}

extension CrossVersionObjectReference {
    var kindReference: KindReference { KindReference(apiVersion: apiVersion, kind: kind) }
}

/// Kinds that could not be found, for a while: an autoscaler with a misspelt kind asks the server once a minute, and not at
/// each tick.
struct UnknownKinds: Sendable {
    /// A CustomResourceDefinition may be installed any time.
    static let lifetime = Duration.seconds(60)
    /// Misspelt kinds that are remembered at once.
    static let limit = 1_000

    struct Problem: Error, Sendable {
        var failure: TargetState.Failure
    }

    private var problems: [KindReference: (problem: Problem, until: Duration)] = [:]

    func problem(of kind: KindReference, at now: Duration) -> Problem? {
        problems[kind].flatMap { $0.until > now ? $0.problem : nil }
    }

    mutating func note(_ problem: Problem, of kind: KindReference, at now: Duration) {
        problems = problems.filter { $0.value.until > now }
        if problems.count < Self.limit { problems[kind] = (problem, now + Self.lifetime) }
    }
}

extension ClusterCaches {
    /// How long the first look waits for the first list of a kind; later looks say that it is not there yet.
    private static let firstListLimit = Duration.seconds(10)

    /// The caches of kinds, with their watches begun and, the first time, waited for.
    ///
    /// - Throws: `CancellationError` alone.
    func caches(of kinds: Set<KindReference>) async throws -> [KindReference: Result<KindCache, UnknownKinds.Problem>] {
        let ordered = kinds.sorted { ($0.apiVersion, $0.kind) < ($1.apiVersion, $1.kind) }
        let found = try await concurrently(ordered, limit: concurrency) { try await self.cache(of: $0) }
        return Dictionary(uniqueKeysWithValues: zip(ordered, found))
    }

    private func cache(of kind: KindReference) async throws -> Result<KindCache, UnknownKinds.Problem> {
        if let known = unknownKinds.withLock({ $0.problem(of: kind, at: clock.now()) }) { return .failure(known) }
        do {
            let resource = try await client.scalableResource(apiVersion: kind.apiVersion, kind: kind.kind)
            let cache = cache(of: resource)
            if cache.isFirstWait() { try await waitForFirstList(of: cache) }
            return .success(cache)
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            let reference = CrossVersionObjectReference(apiVersion: kind.apiVersion, kind: kind.kind, name: "")
            let problem = UnknownKinds.Problem(failure: TargetState.Failure(error, reference: reference))
            unknownKinds.withLock { $0.note(problem, of: kind, at: clock.now()) }
            return .failure(problem)
        }
    }

    private func waitForFirstList(of cache: KindCache) async throws {
        let clock = clock
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for status in cache.statuses { try await status.waitUntilSynced() } }
            group.addTask { try await clock.sleep(for: Self.firstListLimit) }
            try await group.next()
            group.cancelAll()
        }
    }
}
