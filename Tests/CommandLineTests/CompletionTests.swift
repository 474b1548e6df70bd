import CommandLine
import FoundationEssentials
import LoopbackClient
import Recordings
import Testing

/// Completions in the shells themselves: the same lines, and what each shell offers at their end.
@Suite(.timeLimit(.minutes(2))) struct CompletionTests {
    struct Line: Sendable, CustomTestStringConvertible {
        var text: String
        var offers: [String]
        var testDescription: String { text }

        init(_ text: String, _ offers: String...) {
            self.text = text
            self.offers = offers
        }
    }

    private static let lines = [
        Line("swiftlet va", "validate"),
        Line("swiftlet plan --kube", "--kubeconfig"),
        Line("swiftlet plan -o j", "json"),
        Line("swiftlet plan --output=y", "yaml"),
        Line("swiftlet help de", "demo"),
        Line("swiftlet completions ", "bash", "fish", "zsh"),
        Line("swiftlet run --log-format ", "json", "text"),
        Line("swiftlet plan -f manif", "manifest.yaml"),
        Line("swiftlet validate manif", "manifest.yaml"),
        Line("swiftlet version --no", "--no-color"),
    ]

    /// Runs a body in a folder with a file to complete and a shell's completions.
    private func withCompletions(
        _ shell: String, named name: String, _ body: (String, String) async throws -> Void
    ) async throws {
        guard let program = ChildProcess.find(shell) else {
            try Test.cancel("\(shell) is not installed: this test checked nothing")
        }
        let folder = FileManager.default.temporaryDirectory.path + "/shell-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = try await Call.inProcess(["completions", shell]).output
        try script.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
        try "".write(toFile: folder + "/manifest.yaml", atomically: false, encoding: .utf8)
        try await body(program, folder)
    }

    /// Words without the option they are the value of, which some shells repeat, in order.
    private static func words(_ output: String) -> [String] {
        output.split(separator: "\n").map { line in
            let word = line.split(separator: "\t").first ?? ""
            return String(word.split(separator: "=").last ?? word)
        }.sorted()
    }

    @Test func bashOffersWhatFits() async throws {
        try await withCompletions("bash", named: "swiftlet.bash") { bash, folder in
            // Readline splits at the sign, as COMP_WORDBREAKS says.
            let script = """
                cd "$0"; source ./swiftlet.bash
                read -ra COMP_WORDS <<< "${1//=/ = }"
                [[ $1 == *' ' ]] && COMP_WORDS+=('')
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _swiftlet
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            for line in Self.lines {
                let run = try await ChildProcess.run(bash, ["-c", script, folder, line.text])
                #expect(run.errors.isEmpty)
                #expect(Self.words(run.output) == line.offers, "\(line.text)")
            }
            try "".write(toFile: folder + "/a name with spaces", atomically: false, encoding: .utf8)
            let spaces = """
                cd "$0"; source ./swiftlet.bash
                COMP_WORDS=(swiftlet plan -f 'a na'); COMP_CWORD=3
                _swiftlet
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            let run = try await ChildProcess.run(bash, ["-c", spaces, folder])
            #expect(run.output == "a name with spaces\n")
        }
    }

    @Test func zshOffersWhatFits() async throws {
        try await withCompletions("zsh", named: "_swiftlet") { zsh, folder in
            let driver = RepositoryPath.fixtures + "/shells/complete.zsh"
            let bash = try #require(ChildProcess.find("bash"))
            for line in Self.lines {
                let words = ["-c", "cd \"$1\" && exec \"$0\" -f \"$2\" \"$1\" \"$3\"", zsh, folder, driver, line.text]
                let run = try await ChildProcess.run(bash, words, environment: ["TERM": "dumb"])
                #expect(run.status == 0, "\(run.errors)")
                #expect(Self.words(run.output) == line.offers, "\(line.text): \(run.output)")
            }
        }
    }

    @Test func fishOffersWhatFits() async throws {
        try await withCompletions("fish", named: "swiftlet.fish") { fish, folder in
            let script = "cd $argv[1]; source swiftlet.fish; complete -C $argv[2]"
            for line in Self.lines {
                let run = try await ChildProcess.run(
                    fish, ["--no-config", "-c", script, folder, line.text], environment: ["HOME": folder])
                #expect(run.errors.isEmpty)
                #expect(Self.words(run.output) == line.offers, "\(line.text)")
            }
        }
    }

    /// kubectl asks the plugin's helper, and shows what it answers.
    @Test func kubectlOffersWhatFits() async throws {
        guard let kubectl = ChildProcess.find("kubectl") else {
            try Test.cancel("kubectl is not installed: this test checked nothing")
        }
        let folder = FileManager.default.temporaryDirectory.path + "/shell-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["kubectl-swiftlet", "kubectl_complete-swiftlet"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/" + name, withDestinationPath: BuiltProgram.path)
        }
        for line in Self.lines {
            var words = line.text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            words[0] = "swiftlet"
            let run = try await ChildProcess.run(
                kubectl, ["__complete"] + words, environment: ["PATH": folder + ":/usr/bin:/bin", "HOME": folder])
            guard !run.errors.contains("unknown command") else {
                try Test.cancel("this kubectl asks no plugin for completions: this test checked nothing")
            }
            let isFile = line.offers == ["manifest.yaml"]
            let offered = run.output.split(separator: "\n").filter { !$0.hasPrefix(":") }.joined(separator: "\n")
            // Files are the shell's own matter.
            #expect(Self.words(offered) == (isFile ? [] : line.offers), "\(line.text): \(run.output)")
            #expect(run.output.hasSuffix(isFile ? ":0\n" : ":4\n"), "\(run.output)")
        }
    }
}
