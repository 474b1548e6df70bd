// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built with the same strictness; `Locking` and the core know of no other module.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "swiftlet",
    targets: [
        // C libraries: a module map and a header of inline wrappers each.
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(
            name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CAllocator"),

        // The pure core, the one lock, and the one reader of whole files.
        .target(name: "Autoscaling", swiftSettings: strict),
        .target(name: "Forecasting", dependencies: ["Autoscaling"], swiftSettings: strict),
        .target(name: "Locking", swiftSettings: strict),
        .target(name: "Files", swiftSettings: strict),

        // When schedules are in force: cron expressions on the clocks of a time zone.
        .target(name: "Schedules", dependencies: ["Autoscaling"], swiftSettings: strict),

        // Wire formats and clients.
        .target(name: "KubernetesTypes", dependencies: ["Autoscaling"], swiftSettings: strict),
        .target(
            name: "Manifests", dependencies: ["Autoscaling", "Files", "KubernetesTypes", "Schedules", "CYAML"],
            swiftSettings: strict),
        .target(name: "HTTPTransport", dependencies: ["CCurl", "Locking"], swiftSettings: strict),
        .target(
            name: "PrometheusClient", dependencies: ["Autoscaling", "Files", "HTTPTransport", "Locking"],
            swiftSettings: strict),
        .target(
            name: "KubernetesClient",
            dependencies: ["Autoscaling", "Files", "HTTPTransport", "KubernetesTypes", "Locking", "Manifests"],
            swiftSettings: strict),

        // The server side: libmicrohttpd, the metrics of the process, and the embedded cluster.
        .target(name: "HTTPService", dependencies: ["CMicroHTTPD", "Locking"], swiftSettings: strict),
        .target(name: "Exposition", dependencies: ["Locking"], swiftSettings: strict),
        .target(name: "HTML", swiftSettings: strict),
        .target(
            name: "MiniCluster", dependencies: ["HTTPService", "KubernetesTypes", "Autoscaling", "Locking"],
            swiftSettings: strict),

        // Traces: what a controller writes down, and what a replay reads.
        .target(name: "Journal", dependencies: ["Autoscaling"], swiftSettings: strict),
        .target(
            name: "Replay",
            dependencies: [
                "Autoscaling", "Forecasting", "HTML", "Journal", "KubernetesTypes", "Manifests", "PrometheusClient",
                "Schedules",
            ],
            swiftSettings: strict),

        // The controller and its command line.
        .target(
            name: "Controller",
            dependencies: [
                "Autoscaling", "Exposition", "Files", "Forecasting", "HTML", "HTTPService", "HTTPTransport", "Journal",
                "KubernetesClient", "KubernetesTypes", "Locking", "Manifests", "PrometheusClient", "Schedules",
            ],
            swiftSettings: strict),
        .target(
            name: "CommandLine",
            dependencies: [
                "Autoscaling", "CAllocator", "Controller", "Exposition", "Files", "HTTPService", "HTTPTransport",
                "Journal",
                "KubernetesClient", "KubernetesTypes", "Locking", "Manifests", "MiniCluster", "PrometheusClient",
                "Replay", "Schedules",
            ],
            swiftSettings: strict),
        .executableTarget(name: "swiftlet", dependencies: ["CommandLine"], swiftSettings: strict),

        // What is measured: `make bench`, and the properties of decisions at full speed.
        .target(name: "AllocationCounter", path: "Benchmarks/AllocationCounter"),
        .executableTarget(
            name: "swiftlet-bench",
            dependencies: [
                "AllocationCounter", "Autoscaling", "DecisionProperties", "Journal", "Manifests", "PrometheusClient",
                "Replay",
            ],
            path: "Benchmarks/Core", swiftSettings: strict),

        .executableTarget(
            name: "swiftlet-load",
            dependencies: ["Autoscaling", "HTTPService", "KubernetesTypes", "Locking", "MiniCluster"],
            path: "Benchmarks/Load", swiftSettings: strict),

        // The whole controller in virtual time, under faults: `make simulate`.
        .target(name: "VirtualMachine", path: "Tests/Simulation/VirtualMachine"),
        .executableTarget(
            name: "swiftlet-simulate",
            dependencies: [
                "Autoscaling", "Controller", "HTTPService", "HTTPTransport", "KubernetesClient", "KubernetesTypes",
                "Locking", "MiniCluster", "PrometheusClient", "Recordings", "VirtualMachine",
            ],
            path: "Tests/Simulation/Program", swiftSettings: strict),

        // What tests share: recorded exchanges and the folders they lie in, a raw client, an installed prometheus.
        .target(name: "Recordings", path: "Tests/Recordings", swiftSettings: strict),
        .target(name: "LoopbackClient", path: "Tests/LoopbackClient", swiftSettings: strict),
        .target(
            name: "DecisionProperties", dependencies: ["Autoscaling", "Recordings"], path: "Tests/DecisionProperties",
            swiftSettings: strict),
        .target(
            name: "ScriptedServers", dependencies: ["Locking"], path: "Tests/ScriptedServers", swiftSettings: strict),
        .target(name: "RealPrometheus", path: "Tests/RealPrometheus", swiftSettings: strict),

        .testTarget(
            name: "AutoscalingTests", dependencies: ["Autoscaling", "DecisionProperties", "Recordings"],
            swiftSettings: strict),
        .testTarget(
            name: "ForecastingTests", dependencies: ["Autoscaling", "Forecasting", "Recordings"], swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests", dependencies: ["Autoscaling", "KubernetesTypes", "Manifests", "Recordings"],
            swiftSettings: strict),
        .testTarget(
            name: "SchedulesTests", dependencies: ["Autoscaling", "LoopbackClient", "Recordings", "Schedules"],
            swiftSettings: strict),
        .testTarget(
            name: "KubernetesTypesTests", dependencies: ["Autoscaling", "KubernetesTypes", "Recordings"],
            swiftSettings: strict),
        .testTarget(
            name: "ManifestsTests", dependencies: ["Autoscaling", "KubernetesTypes", "Manifests", "Recordings"],
            swiftSettings: strict),
        .testTarget(
            name: "KubernetesClientTests",
            dependencies: [
                "Autoscaling", "HTTPService", "HTTPTransport", "KubernetesClient", "KubernetesTypes", "Locking",
                "LoopbackClient", "Manifests", "MiniCluster", "Recordings", "ScriptedServers",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PrometheusClientTests",
            dependencies: [
                "PrometheusClient", "HTTPTransport", "Autoscaling", "Locking", "Recordings", "ScriptedServers",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "MiniClusterTests",
            dependencies: [
                "MiniCluster", "HTTPService", "HTTPTransport", "KubernetesTypes", "PrometheusClient", "Autoscaling",
                "LoopbackClient", "RealPrometheus", "Recordings",
            ],
            swiftSettings: strict),
        .testTarget(name: "HTTPServiceTests", dependencies: ["HTTPService", "LoopbackClient"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "Locking", "Recordings", "ScriptedServers"],
            swiftSettings: strict),
        .testTarget(
            name: "ControllerTests",
            dependencies: [
                "Autoscaling", "Controller", "Exposition", "HTML", "HTTPService", "HTTPTransport", "Journal",
                "KubernetesClient", "KubernetesTypes", "Locking", "LoopbackClient", "Manifests", "MiniCluster",
                "PrometheusClient", "RealPrometheus", "Recordings", "Replay", "DecisionProperties",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "Autoscaling", "CommandLine", "Controller", "HTTPService", "HTTPTransport", "Journal",
                "KubernetesTypes", "Locking", "LoopbackClient", "Manifests", "MiniCluster", "RealPrometheus",
                "Recordings", "swiftlet",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReplayTests",
            dependencies: ["Autoscaling", "HTML", "Journal", "KubernetesTypes", "Manifests", "Recordings", "Replay"],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Autoscaling", "Controller", "Exposition", "HTTPService", "HTTPTransport", "KubernetesClient",
                "KubernetesTypes", "LoopbackClient", "Manifests", "MiniCluster", "RealPrometheus", "Recordings",
                "swiftlet",
            ],
            exclude: ["evaluate-rules.py"], swiftSettings: strict),
        .target(
            name: "Fuzzing",
            dependencies: [
                "Autoscaling", "CommandLine", "Controller", "Exposition", "HTTPService", "HTTPTransport", "Journal",
                "KubernetesClient", "KubernetesTypes", "Locking", "Manifests", "PrometheusClient", "Replay",
                "Schedules",
            ],
            path: "Tests/Fuzzing", swiftSettings: strict),
        .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing", "Recordings"], swiftSettings: strict),
        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: strict),
        .testTarget(name: "ExpositionTests", dependencies: ["Exposition"], swiftSettings: strict),
        // Of the program `swiftlet-simulate`, which is built with all others; linked, it would take over the tests' clock.
        .testTarget(name: "SimulationTests", dependencies: ["LoopbackClient"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// `make sanitize TARGETS=…`: the tests of some targets, without the others.
if let wanted = Context.environment["SWIFTLET_TEST_TARGETS"], !wanted.isEmpty {
    let names = wanted.split(separator: " ").map(String.init)
    package.targets.removeAll { $0.type == .test && !names.contains($0.name) }
}

// `make fuzz`: libFuzzer brings the program's entry, so that it can be linked under `--sanitize=fuzzer` alone.
if Context.environment["SWIFTLET_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "swiftlet-fuzz", dependencies: ["Fuzzing"], path: "Tests/FuzzDriver", swiftSettings: strict))
}
