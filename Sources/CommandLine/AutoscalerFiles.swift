internal import Controller
internal import Manifests

/// Reads the autoscalers that `-f` names, for every command that decides. What is wrong or left out is said as it is found.
struct AutoscalerFiles {
    private let console: Console
    private let options: ManifestSet.Options

    init(_ arguments: Arguments, _ console: Console, defaultNamespace: String = "default") throws(UsageError) {
        self.console = console
        options = ManifestSet.Options(
            defaultNamespace: defaultNamespace,
            gates: FeatureGates(hpaScaleToZero: try arguments[HPAFlags.scaleToZero]))
    }

    /// - Returns: Manifests with at least one autoscaler, all of them valid.
    /// - Throws: ``CommandFailure`` for anything else: one invalid manifest stops the run.
    func read(_ paths: [String]) throws(CommandFailure) -> ManifestSet {
        let set = ManifestSet(reading: paths, options: options, standardInput: console.input)
        for diagnostic in set.diagnostics { console.complain(diagnostic.labelled) }
        if set.hasErrors { throw CommandFailure(.no, "nothing is decided by an invalid manifest; correct it first") }
        if set.validAutoscalers.isEmpty {
            throw CommandFailure(.no, "no HorizontalPodAutoscaler in \(paths.joined(separator: ", "))")
        }
        return set
    }
}

extension Diagnostic {
    /// With its severity, where that is not an error.
    var labelled: String { severity == .error ? description : "\(severity.rawValue): \(description)" }
}
