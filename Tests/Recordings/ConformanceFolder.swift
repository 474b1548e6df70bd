public import FoundationEssentials

/// The recorded behaviour of the original: JSON arrays of cases, described in the folder's README.
public enum ConformanceFolder {
    /// The folder that the environment names with `SWIFTLET_CONFORMANCE_DIR`, else the one in this repository.
    public static let path: String =
        ProcessInfo.processInfo.environment["SWIFTLET_CONFORMANCE_DIR"] ?? RepositoryPath.fixtures + "/conformance"

    /// The bytes of a file, e.g. `quantity.json`.
    public static func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: path + "/" + name))
    }

    /// Every case of a file.
    public static func load<Case: Decodable>(_ name: String, as type: Case.Type = Case.self) throws -> [Case] {
        try JSONDecoder().decode([Case].self, from: data(name))
    }
}
