internal import Autoscaling
internal import Controller

extension Command {
    /// `swiftlet run`.
    static let run = Command(
        CommandSpec(
            "run", "Scale workloads until stopped",
            discussion: [
                "Keeps the targets of autoscalers at the size that the HPA controller would give them, from CPU and "
                    + "memory usage in Prometheus. The autoscalers are HorizontalAutoscalers of the cluster, its "
                    + "HorizontalPodAutoscalers, or manifests.",
                "SIGTERM or SIGINT ends it in order, after the writes under way; a second one at once.",
            ],
            options: RunOptions.all,
            examples: [
                .init("swiftlet run --leader-elect", "In a pod: every HorizontalAutoscaler of the cluster"),
                .init("swiftlet run --source=hpa --shadow --shadow-log=shadow.jsonl", "See where it would differ"),
                .init("swiftlet run -f hpa.yaml --prometheus-url http://localhost:9090", "One autoscaler from a file"),
            ]),
        run: { arguments, console in
            try await Run(RunSettings(arguments, console), console).run()
            return .done
        })
}
