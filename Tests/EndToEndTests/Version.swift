import FoundationEssentials
import Recordings

/// The version that the sources say.
enum Version {
    static let inSources: String = {
        let file = RepositoryPath.root + "/Sources/CommandLine/Version.swift"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
    }()
}
