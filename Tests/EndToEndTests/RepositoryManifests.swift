import Recordings

/// Where the manifests lie.
enum RepositoryManifests {
    static let folder = RepositoryPath.root + "/manifests/"
}
