/// How much of the objects a list or a watch asks for.
package enum ObjectForm: Sendable, Hashable {
    case whole
    /// As ``PartialObjectMetadata``: for kinds of which only labels, owners and managed fields matter.
    case metadataOnly

    /// The `Accept` header of a list.
    var acceptList: String {
        switch self {
        case .whole: "application/json"
        case .metadataOnly: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
        }
    }

    /// The `Accept` header of a watch, whose events carry single objects.
    var acceptWatch: String {
        switch self {
        case .whole: "application/json"
        case .metadataOnly: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
        }
    }
}
