import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Recordings
import Testing

/// What the documentation says to `kubectl` is done, by an embedded cluster, in the order of a newcomer's reading.
@Suite(.timeLimit(.minutes(2)), .enabled(if: ChildProcess.find("kubectl") != nil, "kubectl is not installed"))
struct ClusterCommandTests {
    private static let pages = ["docs/walkthrough.md", "README.md", "docs/operating.md", "docs/troubleshooting.md"]
    /// These need a container that runs.
    private static let needsContainers = ["port-forward", "logs", "rollout"]

    /// Lines with `kubectl` in blocks that a person would copy, without comments.
    private static func commands(_ path: String) throws -> [String] {
        let blocks = try DocumentationPage(path).blocks.filter { ["", "sh"].contains($0.language) }
        return blocks.flatMap(\.lines).compactMap { line in
            let command = line.components(separatedBy: "   #")[0].trimmed
            guard command.hasPrefix("kubectl ") || command.contains("| kubectl ") else { return nil }
            return needsContainers.contains { command.contains(" \($0)") } ? nil : command
        }
    }

    @Test func kubectlDoesWhatThePagesSay() async throws {
        let bash = try #require(ChildProcess.find("bash"))
        let program = URL(filePath: BuiltProgram.path).deletingLastPathComponent().path
        try await PlanWorld.run { world in
            for name in ["examples", "manifests"] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(world.folder)/\(name)", withDestinationPath: "\(RepositoryPath.root)/\(name)")
            }
            let call = try await Call.inProcess(["convert", RepositoryPath.root + "/examples/bytebites/hpa.yaml"])
            _ = try world.write("autoscaler.yaml", call.output)
            // The controller that an overlay would bring holds it.
            try await world.store.create(.namespaces, ["metadata": ["name": "swiftlet-system"]])
            try await world.store.create(
                .leases, namespace: "swiftlet-system",
                ["metadata": ["name": "swiftlet"], "spec": ["holderIdentity": "swiftlet-7d4b9-x2k9p_1"]])
            var outputs: [String] = []
            for page in Self.pages {
                let commands = try Self.commands(page)
                #expect(!commands.isEmpty, "\(page) says nothing to kubectl")
                for command in commands {
                    let words = command.replacing("NAME", with: "order-service-hpa")
                    let run = try await ChildProcess.run(
                        bash, ["-c", "set -o pipefail; cd '\(world.folder)' && \(words)"],
                        environment: [
                            "PATH": "\(program):/usr/bin:/bin:/usr/local/bin", "HOME": world.folder,
                            "KUBECONFIG": world.folder + "/kubeconfig",
                        ])
                    #expect(run.status == 0, "\(page): \(command)\n\(run.output)\(run.errors)")
                    outputs.append(run.output)
                }
            }
            for expected in [
                "deployment.apps/swiftlet created", "horizontalautoscaler.swiftlet.dev/order-service-hpa created",
                "REFERENCE   TARGETS", "swiftlet-7d4b9-x2k9p_1", "Kind:         HorizontalAutoscaler",
            ] { #expect(outputs.contains { $0.contains(expected) }, "\(expected): \(outputs)") }
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text.drop { $0 == " " })
    }
}
