internal import FoundationEssentials

/// The executable that is built with the tests.
public enum BuiltProgram {
    /// It lies in the folder of the test bundle.
    public static var path: String {
        let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let own = URL(filePath: runner).deletingLastPathComponent().path + "/swiftlet"
        if FileManager.default.isExecutableFile(atPath: own) { return own }
        // A runner of the toolchain that was given the bundle.
        let bundle = Swift.CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
        let folder = bundle.prefix(
            upTo: bundle.firstRange(of: "/swiftletPackageTests.xctest")?.lowerBound ?? bundle.endIndex)
        return String(folder) + "/swiftlet"
    }
}
