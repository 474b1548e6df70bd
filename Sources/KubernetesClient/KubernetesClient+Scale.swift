package import KubernetesTypes

/// An object that has a `scale` subresource.
package struct ScaleTarget: Sendable, Hashable {
    package var resource: Resource
    package var namespace: String
    package var name: String

    package init(resource: Resource, namespace: String, name: String) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }

    /// Where its `scale` subresource is.
    var scalePath: ResourcePath {
        .object(resource, namespace: namespace, name: name, subresource: "scale")
    }
}

/// What became of a decision to scale.
package enum ScaleOutcome: Sendable, Hashable {
    /// It was written; this is the scale as stored.
    case scaled(Scale)
    /// Nothing was to be written: the target wants that many replicas already.
    case unchanged
    /// Somebody else set another number since the decision looked, or the target is no longer the same object. The
    /// decision rested on what is no longer true and was given up.
    case superseded(byReplicas: Int32)
}

extension KubernetesClient {
    /// Writes of one decision before it is left to the next tick. A Deployment that rolls out is written by its
    /// controller some times a second, and an attempt takes milliseconds.
    static let maximumScaleAttempts = 5

    /// Reads the `scale` subresource: wanted and present replicas, and the selector of the pods.
    package func getScale(_ target: ScaleTarget) async throws -> Scale {
        try await get(Scale.self, target.scalePath)
    }

    /// Sets the wanted replicas in one request, if the target is still at that resourceVersion.
    ///
    /// - Returns: The scale as stored. Without a change its resourceVersion stays the same.
    /// - Throws: ``KubernetesError`` of kind `conflict` when the target has been written since, even if only its
    ///   status was.
    package func patchScale(
        _ target: ScaleTarget, replicas: Int32, resourceVersion: String
    ) async throws -> Scale {
        let patch = Scale(
            metadata: ObjectMeta(resourceVersion: resourceVersion), spec: Scale.Spec(replicas: replicas))
        return try await self.patch(target.scalePath, merge: patch, as: Scale.self)
    }

    /// Carries out a decision, unless somebody else changed the wanted replicas since it looked.
    ///
    /// On a conflict the scale is read again. If the wanted replicas are what the decision saw, only something else was
    /// written, such as the status, and the write is tried again on the new resourceVersion; otherwise the decision is
    /// given up.
    ///
    /// - Parameter decided: The scale that the decision looked at.
    /// - Throws: The last conflict when other writers were faster each time.
    package func scale(
        _ target: ScaleTarget, to replicas: Int32, decidedOn decided: Scale
    ) async throws -> ScaleOutcome {
        guard decided.wantedReplicas != replicas else { return .unchanged }
        var current = decided
        var attempt = 1
        while true {
            try Task.checkCancellation()
            do {
                let version = try current.version(of: target)
                return .scaled(try await patchScale(target, replicas: replicas, resourceVersion: version))
            } catch let error as KubernetesError where error.kind == .conflict {
                guard attempt < Self.maximumScaleAttempts else { throw error }
                attempt += 1
                current = try await getScale(target)
                if current.wantedReplicas == replicas { return .unchanged }
                // An object of the same name made anew is another object, whatever its number.
                guard current.wantedReplicas == decided.wantedReplicas, current.metadata?.uid == decided.metadata?.uid
                else { return .superseded(byReplicas: current.wantedReplicas) }
            }
        }
    }
}

extension Scale {
    /// The wanted replicas. The server leaves 0 out.
    package var wantedReplicas: Int32 { spec?.replicas ?? 0 }

    fileprivate func version(of target: ScaleTarget) throws -> String {
        guard let version = metadata?.resourceVersion, !version.isEmpty else {
            let line = RequestLine(verb: "patch", target: target.scalePath, path: target.scalePath.path)
            throw KubernetesError(refused: "the scale that was decided on has no resourceVersion", line)
        }
        return version
    }
}
