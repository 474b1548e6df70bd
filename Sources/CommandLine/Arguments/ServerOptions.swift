/// Where the cluster is, and ``PrometheusOptions``: options of every command that asks them.
package enum ServerOptions {
    package static let kubeconfig = Option<String?>.text(
        "kubeconfig", "FILE", completes: .files, "The kubeconfig to use",
        defaultText: "$KUBECONFIG, else ~/.kube/config, else the pod's own identity")
    package static let context = Option<String?>.text(
        "context", "NAME", "The context of the kubeconfig", defaultText: "its current-context")
    package static let namespace = Option<String?>.text(
        "namespace", letter: "n", "NAME", "The namespace of objects that name none",
        defaultText: "that of the context")
    package static let actAs = Option<String?>.text(
        "as", "USER", "Act as this user, if that is allowed; system:serviceaccount:NAMESPACE:NAME is a ServiceAccount")
    package static let actAsGroups = Option<[String]>.list(
        "as-group", "GROUP", "Act as a member of this group; may be written several times")
    package static let actAsUID = Option<String?>.text("as-uid", "UID", "Act as the user of this UID")

    /// For the tables of commands that ask servers.
    package static let all: [OptionSpec] =
        PrometheusOptions.all
        + [kubeconfig.spec, context.spec, namespace.spec, actAs.spec, actAsGroups.spec, actAsUID.spec]
}
