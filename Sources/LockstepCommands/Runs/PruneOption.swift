import ArgumentParser

/// The option that lets copies go which the inventory does not have.
struct PruneOption: ParsableArguments {
    @Flag(help: "End the copies that the master keeps and the inventory does not have; files stay as they are.")
    var prune = false
}
