package import Autoscaling
package import KubernetesTypes

extension KubernetesClient {
    /// Finds what an autoscaler's `scaleTargetRef` names, without reading the object.
    ///
    /// - Throws: What ``scalableResource(apiVersion:kind:)`` throws.
    package func scaleTarget(
        _ reference: CrossVersionObjectReference, namespace: String
    ) async throws -> ScaleTarget {
        let resource = try await scalableResource(apiVersion: reference.apiVersion, kind: reference.kind)
        return ScaleTarget(resource: resource, namespace: namespace, name: reference.name)
    }

    /// Reads one Deployment.
    package func getDeployment(namespace: String, name: String) async throws -> Deployment {
        try await get(Deployment.self, .object(.deployments, namespace: namespace, name: name))
    }

    /// Reads the pods of a selector, page by page.
    ///
    /// A list that expires on the way goes on at a newer revision: pods are summed up, and one that has come or gone
    /// meanwhile is as good a sample as any.
    ///
    /// - Parameter selector: In text form, as `status.selector` of a scale has it; not empty, since that would be
    ///   every pod of the namespace.
    package func listPods(namespace: String, selector: String) async throws -> ObjectList<Pod> {
        let path = ResourcePath.collection(.pods, namespace: namespace)
        guard !selector.isEmpty else {
            throw KubernetesError(
                refused: "an empty selector would select every pod of the namespace",
                RequestLine(verb: "list", target: path, path: path.path))
        }
        return try await list(Pod.self, path, options: ListOptions(labelSelector: selector, expiry: .goOn))
    }
}
