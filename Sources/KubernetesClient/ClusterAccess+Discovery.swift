internal import Manifests

extension ClusterAccess {
    /// Finds a cluster in the order that kubectl has: the kubeconfig that was named; else the files of `KUBECONFIG`
    /// or `~/.kube/config`, if any of them exists; else the pod's own ServiceAccount.
    ///
    /// - Parameter kubeconfig: The file of `--kubeconfig`, which must exist.
    /// - Parameter context: Another than the current one.
    /// - Throws: `Diagnostic` for a kubeconfig, ``CredentialError`` for a ServiceAccount.
    package static func find(
        kubeconfig: String?, context: String?, environment: [String: String],
        serviceAccount directory: String = InClusterIdentity.directory
    ) throws -> ClusterAccess {
        if let kubeconfig {
            return try Kubeconfig.load([kubeconfig]).access(context: context, environment: environment)
        }
        let files = Kubeconfig.defaultFiles(environment: environment)
        if files.contains(where: Kubeconfig.exists) {
            return try Kubeconfig.load(files).access(context: context, environment: environment)
        }
        if InClusterIdentity.isPresent(in: environment), context == nil {
            return try InClusterIdentity.load(environment: environment, directory: directory)
        }
        throw Diagnostic(
            file: files.isEmpty ? "kubeconfig" : files.joined(separator: ":"), mark: nil,
            message: "there is no such file, and this is no pod of a cluster; name a kubeconfig")
    }
}
