/// An object of any kind without anything but its metadata, as the server sends it on request.
///
/// - Source: `meta/v1` `PartialObjectMetadata`.
package struct PartialObjectMetadata: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var metadata: ObjectMeta?

    package init(apiVersion: String? = nil, kind: String? = nil, metadata: ObjectMeta? = nil) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
    }
}
