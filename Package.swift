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

        // The pure core, and the one lock.
        .target(name: "Autoscaling", swiftSettings: strict),
        .target(name: "Locking", swiftSettings: strict),

        // Wire formats and clients.
        .target(name: "KubernetesTypes", dependencies: ["Autoscaling"], swiftSettings: strict),
        .target(name: "HTTPTransport", dependencies: ["CCurl", "Locking"], swiftSettings: strict),

        // The server side: libmicrohttpd, and the embedded cluster on it.
        .target(name: "HTTPService", dependencies: ["CMicroHTTPD", "Locking"], swiftSettings: strict),

        .target(
            name: "MiniCluster", dependencies: ["HTTPService", "KubernetesTypes", "Autoscaling"],
            swiftSettings: strict),

        // What tests share: recorded exchanges and the folders they lie in.
        .target(name: "Recordings", path: "Tests/Recordings", swiftSettings: strict),
        .target(name: "LoopbackClient", path: "Tests/LoopbackClient", swiftSettings: strict),
        .testTarget(name: "KubernetesTypesTests", dependencies: ["KubernetesTypes"], swiftSettings: strict),
        .testTarget(
            name: "MiniClusterTests",
            dependencies: [
                "MiniCluster", "HTTPService", "KubernetesTypes", "Autoscaling", "LoopbackClient", "Recordings",
            ],
            swiftSettings: strict),
        .testTarget(name: "HTTPServiceTests", dependencies: ["HTTPService", "LoopbackClient"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
