// swift-tools-version: 6.2

import PackageDescription

/// The settings that every Swift target shares: one language mode, warnings as errors everywhere.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

let package = Package(
    name: "lockstep",
    platforms: [.macOS(.v15)],
    targets: [
        // Bottom-up: a target may use only what stands above it.
        .target(name: "RemoteHost", swiftSettings: settings),
        .testTarget(name: "RemoteHostTests", dependencies: ["RemoteHost"], swiftSettings: settings),
    ]
)
