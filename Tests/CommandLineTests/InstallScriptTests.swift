import CommandLine
import FoundationEssentials
import LoopbackClient
import Recordings
import Testing

/// What `make install` puts below its prefix, by the script that does it.
@Suite(.timeLimit(.minutes(1))) struct InstallScriptTests {
    @Test func everythingIsInItsPlace() async throws {
        let bash = try #require(ChildProcess.find("bash"))
        let folder = FileManager.default.temporaryDirectory.path + "/install-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = RepositoryPath.root + "/.ci/install"
        // Twice: an installation is renewed in place.
        for _ in 1...2 {
            let run = try await ChildProcess.run(bash, [script, BuiltProgram.path, folder])
            try #require(run.status == 0, "\(run.errors)")
        }
        let pages = ["swiftlet.1"] + Command.all.map { "swiftlet-\($0.spec.name).1" }
        let installed = try FileManager.default.contentsOfDirectory(atPath: folder + "/share/man/man1")
        #expect(installed.sorted() == pages.sorted())
        let plan = try String(contentsOfFile: folder + "/share/man/man1/swiftlet-plan.1", encoding: .utf8)
        #expect(plan == (try await Call.inProcess(["man", "plan"]).output))
        for (shell, file) in [
            ("bash", "bash-completion/completions/swiftlet"), ("zsh", "zsh/site-functions/_swiftlet"),
            ("fish", "fish/vendor_completions.d/swiftlet.fish"),
        ] {
            let text = try String(contentsOfFile: folder + "/share/" + file, encoding: .utf8)
            #expect(text == (try await Call.inProcess(["completions", shell]).output))
        }
        let plugin = try await ChildProcess.run(folder + "/bin/kubectl-swiftlet", ["help"])
        #expect(plugin.output.contains("Usage: kubectl swiftlet COMMAND [OPTIONS]"))
        let completion = try await ChildProcess.run(folder + "/bin/kubectl_complete-swiftlet", ["vers"])
        #expect(completion.output.hasPrefix("version\t"))
    }
}
