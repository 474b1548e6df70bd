/// The options of `demo`.
enum DemoOptions {
    static let speed = Option<Double>.number(
        "speed", default: 120, in: 1...2_000, "Simulated seconds in each real one; 120 shows two hours in a minute")
    static let seed = Option<Int>.integer(
        "seed", default: 1, in: 0...1_000_000_000, "Decides the pods' names and start-up times")
    static let keep = Option<Bool>.flag("keep", "Go on after the rush until Ctrl-C, for a look with kubectl")
}

extension Command {
    /// `swiftlet demo`.
    static let demo = Command(
        CommandSpec(
            "demo", "Run the controller through a dinner rush on an embedded cluster",
            discussion: [
                "ByteBites' order service (2 to 10 replicas, 100m of cpu requested, 70 % wanted) through two hours of "
                    + "dinner rush in about a minute. The controller is the real one: it talks over HTTP on loopback to "
                    + "a simulated Kubernetes and a simulated Prometheus whose clock runs fast. Nothing else is needed, "
                    + "and nothing is left behind.",
                "While it runs, kubectl works on the cluster: the first lines say how.",
            ],
            options: [DemoOptions.speed.spec, DemoOptions.seed.spec, DemoOptions.keep.spec],
            examples: [
                .init("swiftlet demo", "Two hours in a minute"),
                .init("swiftlet demo --speed 600", "In twelve seconds"),
                .init("swiftlet demo --keep", "And stay for kubectl"),
            ]),
        run: { arguments, console in
            let options = DemoRun.Options(
                speed: try arguments[DemoOptions.speed], seed: UInt64(try arguments[DemoOptions.seed]),
                keeps: try arguments[DemoOptions.keep])
            return try await DemoRun(options: options, console: console).run()
        })
}
