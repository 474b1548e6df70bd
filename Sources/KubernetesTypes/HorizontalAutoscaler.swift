/// The custom resource `HorizontalAutoscaler`, short name `hza`: a HorizontalPodAutoscaler that the cluster's own HPA
/// controller leaves alone.
///
/// Its spec is that of `autoscaling/v2`, so it has no type of its own: read as ``HorizontalPodAutoscaler``, it keeps its
/// kind.
package enum HorizontalAutoscaler {
    package static let apiVersion = "swiftlet.dev/v1alpha1"
    package static let kind = "HorizontalAutoscaler"
}
