package import SystemPackage

/// What a lab reports while it works; the caller decides what to show.
package enum LabEvent: Sendable, Hashable {
    /// An engine answered; with its version and its runtime.
    case engineChosen(name: String, version: String, runtime: String)
    /// The base image is there already.
    case imageCached(tag: String)
    /// A step of making the base image begins.
    case imageStep(String)
    /// A line that the making of the image printed.
    case imageOutput(String)
    /// The base image is made.
    case imageMade(tag: String, took: Duration)
    /// The lab's own network is there.
    case networkMade(name: String, subnet: String)
    /// A host enters this phase.
    case host(String, HostPhase)
    /// Something to know that stops nothing.
    case warning(String)
    /// The lab failed or was interrupted: what it had made is being removed.
    case takingBack(reason: String)
    /// Something of the lab is gone.
    case removed(String)
    /// A file is written.
    case wrote(FilePath)

    /// The phases of a host on its way up and down.
    package enum HostPhase: Sendable, Hashable {
        /// Its container is being made.
        case creating
        /// It boots: systemd is asked until it says so.
        case booting
        /// It booted, and the lab's key was let in over ssh.
        case ready(took: Duration)
        /// It is shut down.
        case stopped
    }
}
