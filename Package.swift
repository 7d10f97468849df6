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

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let swiftASN1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")

/// A library target of this package.
func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    embedding folders: [String] = [],
    also more: [SwiftSetting] = []
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        resources: folders.map { .embedInCode($0) },
        swiftSettings: settings + more
    )
}

/// The tests of a target, in the folder of the same name, with a folder of files that they read.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], fixtures: String...) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name)] + dependencies,
        resources: fixtures.map { .copy($0) },
        swiftSettings: settings
    )
}

/// What `make fuzz` builds beside all else; it links libFuzzer, which no other build wants.
let fuzzing: [Target] =
    Context.environment["LOCKSTEP_FUZZING"] == nil
    ? []
    : [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzzing/CLibFuzzer"),
        .executableTarget(
            name: "ParserFuzzing",
            dependencies: [
                "CLibFuzzer", "INIFile", "Inventory", "Playbooks", "Provisioning", "RemoteHost", "SecureShell",
                systemPackage,
            ],
            path: "Tests/Fuzzing/ParserFuzzing",
            swiftSettings: settings
        ),
    ]

/// What `make bench-ssh` builds beside all else.
let benchmarks: [Target] =
    Context.environment["LOCKSTEP_BENCHMARKS"] == nil
    ? []
    : [
        .executableTarget(
            name: "KnownHostsBenchmark",
            dependencies: ["SecureShell", systemPackage],
            path: "Tests/Benchmarks/KnownHostsBenchmark",
            swiftSettings: settings
        )
    ]

let package = Package(
    name: "lockstep",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "lockstep", targets: ["lockstep"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Bottom-up: a target uses only what stands above it.
        .systemLibrary(
            name: "CLibSSH2",
            pkgConfig: "libssh2",
            providers: [.apt(["libssh2-1-dev"]), .brew(["libssh2"])]
        ),
        library("RemoteHost"),
        library(
            "SecureShell",
            ["CLibSSH2", "RemoteHost", nioCore, nioPosix, crypto, cryptoExtras, deque, swiftASN1, systemPackage],
            also: [.strictMemorySafety()]
        ),
        library("INIFile"),
        library("Inventory", ["INIFile", "RemoteHost"]),
        library("Provisioning", ["RemoteHost", crypto], embedding: ["Examples", "Shell"]),
        library("Lsyncd", ["Provisioning", "RemoteHost", crypto], embedding: ["Examples", "Shell"]),
        .target(
            name: "BuiltInPlaybooks",
            path: "playbooks",
            resources: [.embedInCode("templates"), .embedInCode("up.ini"), .embedInCode("verify.ini")],
            swiftSettings: settings
        ),
        library("Playbooks", ["INIFile", "Provisioning", "RemoteHost", mustache]),
        library("Propagation", ["RemoteHost"]),
        library("FleetRunner", ["INIFile", "Lsyncd", "Playbooks", "Propagation", "Provisioning", "RemoteHost"]),
        library("TerminalOutput", ["FleetRunner", "Provisioning", systemPackage]),
        library("Lab", [subprocess, systemPackage]),
        library(
            "LockstepCommands",
            [
                "BuiltInPlaybooks", "FleetRunner", "INIFile", "Inventory", "Lab", "Lsyncd", "Playbooks", "Propagation",
                "Provisioning", "RemoteHost", "SecureShell", "TerminalOutput", argumentParser, subprocess,
                systemPackage,
                unixSignals,
            ]
        ),
        .executableTarget(name: "lockstep", dependencies: ["LockstepCommands"], swiftSettings: settings),

        library(
            "LockstepTestSupport",
            ["Provisioning", "RemoteHost", nioCore, nioPosix, subprocess, systemPackage]
        ),
        library("RecordedAnswers", ["FleetRunner", "Lsyncd", "Provisioning", "RemoteHost"], embedding: ["Shell"]),
        tests(of: "LockstepTestSupport", ["RemoteHost"]),
        tests(of: "RecordedAnswers", ["Provisioning"], fixtures: "Fixtures"),
        .systemLibrary(name: "CMalloc", path: "Tests/CMalloc"),
        tests(of: "RemoteHost", ["LockstepTestSupport", systemPackage]),
        tests(
            of: "SecureShell",
            [
                "LockstepTestSupport", "RemoteHost", crypto, nioCore, systemPackage,
                .target(name: "CMalloc", condition: .when(platforms: [.linux])),
            ],
            fixtures: "Fixtures"
        ),
        tests(of: "INIFile"),
        tests(of: "Inventory", ["INIFile", "LockstepTestSupport", "RemoteHost", systemPackage], fixtures: "Fixtures"),
        tests(of: "Provisioning", ["LockstepTestSupport", "RemoteHost", systemPackage], fixtures: "Fixtures"),
        tests(
            of: "Lsyncd",
            ["BuiltInPlaybooks", "LockstepTestSupport", "Playbooks", "Provisioning", "RemoteHost", systemPackage],
            fixtures: "Fixtures/Failures",
            "Fixtures/Layer",
            "Fixtures/Modules"
        ),
        tests(
            of: "Playbooks",
            ["BuiltInPlaybooks", "INIFile", "LockstepTestSupport", "Provisioning", systemPackage],
            fixtures: "Fixtures"
        ),
        tests(
            of: "FleetRunner",
            [
                "BuiltInPlaybooks", "Inventory", "LockstepTestSupport", "Lsyncd", "Playbooks", "Propagation",
                "Provisioning", "RemoteHost", systemPackage,
            ]
        ),
        tests(of: "TerminalOutput", ["FleetRunner", "LockstepTestSupport", systemPackage], fixtures: "Fixtures"),
        tests(of: "Propagation", ["LockstepTestSupport", "RemoteHost", systemPackage]),
        tests(of: "Lab", [systemPackage]),
        tests(
            of: "LockstepCommands",
            [
                "FleetRunner", "INIFile", "Inventory", "LockstepTestSupport", "Lsyncd", "Playbooks", "Provisioning",
                "RemoteHost", "SecureShell", "lockstep", argumentParser, subprocess, systemPackage,
            ]
        ),
        .testTarget(
            name: "FleetTests",
            dependencies: [
                "FleetRunner", "Lab", "LockstepTestSupport", "Lsyncd", "Propagation", "Provisioning", "RecordedAnswers",
                "RemoteHost", "SecureShell", "lockstep", subprocess, systemPackage,
            ],
            swiftSettings: settings
        ),
    ] + fuzzing + benchmarks
)
