import CommandLine
import LoopbackClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProgramTests {
    @Test func overviewListsEveryCommand() async throws {
        let call = try await Call.inProcess(["help"])
        #expect(call.code == 0)
        #expect(
            call.output == """
                swiftlet decides how many replicas a workload should have, as the HPA of
                Kubernetes does, from metrics in Prometheus, and explains every decision.

                Usage: swiftlet COMMAND [OPTIONS]

                Commands:
                  run            Scale workloads until stopped
                  plan           Decide now, explain it, and write nothing
                  shadow-report  Say where a shadow run and the controller in charge differed
                  replay         Try a policy on a recorded past, and score what it does
                  compare        Rank several policies on the same recorded past
                  tune           Find the cheapest policy that is good enough on a recorded past
                  record         Write a trace of the past from Prometheus, for replay
                  validate       Check autoscaler manifests as the API server does, and more
                  convert        Turn HorizontalPodAutoscalers into HorizontalAutoscalers, and back
                  demo           Run the controller through a dinner rush on an embedded cluster
                  version        Print the version of swiftlet and of the libraries it runs with
                  completions    Print the completions of a shell
                  help           Describe a command

                Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 a server could not be
                reached or refused. 'swiftlet help COMMAND' describes a command.

                """)
    }

    @Test func helpOfACommandIsMadeFromItsTable() async throws {
        let call = try await Call.inProcess(["help", "validate"])
        #expect(
            call.output == """
                Check autoscaler manifests as the API server does, and more.

                Usage: swiftlet validate [OPTIONS] FILE…

                Prints file:line:column: field: what is wrong. Unknown fields are errors and are
                named with the nearest known one. Objects of other kinds are left out with a
                note. '-' reads standard input. Exit code 1 when anything is invalid.

                Files of a replay are checked as well, traces, workload models and expectations,
                and files of --config.

                Options:
                  -o, --output table|json
                      Output format (default table)
                  --scale-to-zero
                      Allow minReplicas 0, as feature gate HPAScaleToZero does
                  --column NAME
                      The column of the values, where the CSV has several
                  --no-color
                      Write without colours, as with NO_COLOR set or no terminal
                  -h, --help
                      Show this help

                Examples:
                  # One file
                  swiftlet validate hpa.yaml
                  # What a replay is made of
                  swiftlet validate rush.csv workload.yaml expect.yaml
                  # What a cluster has
                  kubectl get hpa -A -o yaml | swiftlet validate -

                """)
    }

    @Test(arguments: Command.all.map(\.spec.name))
    func everyCommandHasHelpThatFitsATerminal(_ name: String) async throws {
        let (asked, flag) = (
            try await Call.inProcess(["help", name]), try await Call.inProcess([name, "--help"])
        )
        #expect(asked.output == flag.output)
        #expect(flag.code == 0 && flag.errors.isEmpty)
        let prose = flag.output.split(separator: "\n").filter { !$0.hasPrefix("  ") }
        #expect(prose.allSatisfy { $0.count <= 80 })
    }

    struct Case: Sendable, CustomStringConvertible {
        var words: [String]
        var code: Int32
        var errors: String
        var description: String { words.joined(separator: " ") }

        init(_ text: String, _ code: Int32, _ errors: String = "") {
            words = text.split(separator: " ").map(String.init)
            self.code = code
            self.errors = errors
        }
    }

    @Test(arguments: [
        Case("version", 0), Case("--version", 0), Case("--help", 0), Case("help plan", 0), Case("completions fish", 0),
        Case(
            "validat", 2,
            "swiftlet: 'validat' is not a command of swiftlet, did you mean validate? (see 'swiftlet help')\n"),
        Case(
            "--speed 3 demo", 2,
            "swiftlet: '--speed' is not an option of swiftlet; options follow the command (see 'swiftlet help')\n"),
        Case(
            "help plan demo", 2,
            "swiftlet: 'demo' is one argument too many, help takes one command (see 'swiftlet help')\n"),
        Case("completions ksh", 2, "swiftlet: 'ksh' is none of bash, zsh, fish (see 'swiftlet help completions')\n"),
        Case(
            "plan -f x.yaml --kubeconfg k", 2,
            "swiftlet: '--kubeconfg' is not an option of swiftlet plan, did you mean --kubeconfig? (see 'swiftlet help plan')\n"
        ),
        Case("validate", 2, "swiftlet: FILE is missing: swiftlet validate FILE (see 'swiftlet help validate')\n"),
        Case("convert /nonexistent.yaml", 1, "swiftlet: /nonexistent.yaml: no such file\n"),
    ])
    func theBuiltProgramEndsWithTheCodeOfWhatHappened(_ test: Case) async throws {
        let call = try await Call.built(test.words)
        #expect(call.code == test.code)
        #expect(call.errors == test.errors)
        #expect(call.output.isEmpty == (test.code != 0))
    }

    @Test func withoutArgumentsItSaysWhatThereIs() async throws {
        let call = try await Call.built([])
        #expect(call.code == 2)
        #expect(call.output.isEmpty)
        #expect(call.errors.contains("Usage: swiftlet COMMAND"))
    }

    @Test func aReaderThatGoesEndsItQuietly() async throws {
        let shell = try #require(ChildProcess.find("bash"))
        let script = "\"$0\" completions bash | true; echo \"${PIPESTATUS[0]}\""
        // Whether the reader has gone before the first write is a race: either end is quiet.
        let process = try await ChildProcess.run(shell, ["-c", script, BuiltProgram.path])
        #expect(["0\n", "141\n"].contains(process.output))
        #expect(process.errors.isEmpty)
    }

    @Test func everyShellIsTaughtEveryOption() async throws {
        for shell in ["bash", "zsh", "fish"] {
            let text = try await Call.inProcess(["completions", shell]).output
            for command in Command.all {
                #expect(text.contains(command.spec.name))
                for option in command.spec.options { #expect(text.contains(option.name), "\(shell) \(option.name)") }
            }
        }
    }
}
