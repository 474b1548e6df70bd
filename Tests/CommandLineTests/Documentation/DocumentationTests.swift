import CommandLine
import FoundationEssentials
import LoopbackClient
import Recordings
import Testing

/// What the documentation says is so.
@Suite(.timeLimit(.minutes(2))) struct DocumentationTests {
    /// Runs every command of a page's consoles in a copy of the repository's examples, with a cluster and a Prometheus in
    /// which two pods of the order service use 95 % of their request.
    @Test(arguments: DocumentationPage.all.filter { !$0.calls.isEmpty })
    func commandsPrintWhatThePageSays(_ page: DocumentationPage) async throws {
        let bash = try #require(ChildProcess.find("bash"))
        let program = URL(filePath: BuiltProgram.path).deletingLastPathComponent().path
        try await PlanWorld.run { world in
            let folder = world.folder + "/here"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in ["examples", "manifests"] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(folder)/\(name)", withDestinationPath: "\(RepositoryPath.root)/\(name)")
            }
            for call in page.calls {
                let run = try await ChildProcess.run(
                    bash, ["-c", "cd '\(folder)' && \(call.command)"],
                    environment: [
                        "PATH": "\(program):/usr/bin:/bin:/usr/local/bin", "KUBECONFIG": world.folder + "/kubeconfig",
                        "PROMETHEUS_URL": world.prometheusURL, "LC_ALL": "C.UTF-8",
                    ])
                let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                #expect(
                    Expected.matches(Array(lines), call.output),
                    "\(page.path):\(call.line): \(call.command)\n\(run.output)\(run.errors)")
            }
        }
    }

    @Test func blocksThatShowAConsoleBeginWithACommand() {
        for page in DocumentationPage.all {
            for block in page.blocks where block.language == "console" {
                #expect(block.lines.first?.hasPrefix("$ ") == true, "\(page.path):\(block.line)")
            }
        }
        #expect(DocumentationPage.all.flatMap(\.calls).count > 8)
    }

    /// Commands that need a cluster are not run here; that they are well formed is checked of all.
    @Test(arguments: DocumentationPage.all)
    func everyCallOfSwiftletIsWellFormed(_ page: DocumentationPage) throws {
        let specs = Command.all.map(\.spec)
        for call in page.callsOfSwiftlet {
            let words = call.split(separator: " ").map(String.init)
            let name = try #require(words.first, "\(page.path): \(call)")
            guard let spec = specs.first(where: { $0.name == name }) else {
                #expect(name.hasPrefix("-") || name == "…", "\(page.path): there is no command in 'swiftlet \(call)'")
                continue
            }
            #expect(throws: Never.self, "\(page.path): swiftlet \(call)") {
                _ = try Arguments(parsing: Array(words.dropFirst()), for: spec)
            }
        }
    }

    @Test(arguments: DocumentationPage.all)
    func linksLeadSomewhere(_ page: DocumentationPage) throws {
        for link in page.links where !link.hasPrefix("https://") && !link.hasPrefix("http://") {
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let folder = page.path.hasPrefix("docs/") ? "docs/" : ""
            let path = parts[0].isEmpty ? page.path : folder + parts[0]
            let whole = RepositoryPath.root + "/" + path
            #expect(FileManager.default.fileExists(atPath: whole), "\(page.path): \(link)")
            guard parts.count > 1, path.hasSuffix(".md") else { continue }
            let standardized = URL(filePath: whole).standardized.path.dropFirst(RepositoryPath.root.count + 1)
            #expect(
                try DocumentationPage(String(standardized)).anchors.contains(String(parts[1])), "\(page.path): \(link)")
        }
    }
}
