/// Where the recorded data of the tests lies.
public enum RepositoryPath {
    /// The top of the checkout, found from this file's own place in it.
    public static let root: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/")
    }()

    public static let fixtures = root + "/Tests/Fixtures"
    public static let wire = fixtures + "/wire"
}
