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

let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "lockstep",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Bottom-up: a target may use only what stands above it.
        .target(name: "RemoteHost", swiftSettings: settings),
        .testTarget(name: "RemoteHostTests", dependencies: ["RemoteHost"], swiftSettings: settings),

        .target(name: "Provisioning", dependencies: ["RemoteHost"], swiftSettings: settings),
        .testTarget(
            name: "ProvisioningTests",
            dependencies: ["Provisioning", "LockstepTestSupport", "RemoteHost"],
            resources: [.copy("Fixtures")],
            swiftSettings: settings
        ),

        .target(
            name: "LockstepTestSupport",
            dependencies: ["RemoteHost", "Provisioning", subprocess, systemPackage],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LockstepTestSupportTests",
            dependencies: ["LockstepTestSupport", "RemoteHost"],
            swiftSettings: settings
        ),
    ]
)
