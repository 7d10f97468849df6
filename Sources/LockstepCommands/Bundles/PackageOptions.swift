import ArgumentParser

/// The options that say where packages come from.
struct PackageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Install packages from this folder, which 'lockstep bundle create' has made, for hosts without a network.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var bundle: String?
}
