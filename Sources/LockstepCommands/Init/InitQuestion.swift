/// One question of `lockstep init`.
struct InitQuestion: Sendable, Hashable {
    /// What it is about.
    var topic: Topic
    /// The question, without its end.
    var text: String
    /// What an empty answer means; none where there has to be an answer.
    var standard: String?

    /// What questions are about.
    enum Topic: Sendable, Hashable {
        /// The host that is mirrored from, perhaps with its address.
        case master
        /// Where the master is reached, when that was not said with its name.
        case masterAddress
        /// The user to log in as.
        case user
        /// The private key to log in with.
        case key
        /// How to become root.
        case become
        /// The directory that is mirrored.
        case source
        /// One more slave, or a range of them, perhaps with its address.
        case slave
        /// One more slave of an inventory that is there.
        case addedSlave
        /// Where the slave is reached, when that was not said with its name.
        case slaveAddress
        /// The directory that becomes the copy, on all slaves.
        case target
        /// The directory of one slave, by the name that it was given.
        case ownTarget(String)
    }
}

extension InitQuestion.Topic {
    /// The option that answers it on the command line.
    var flag: String {
        switch self {
        case .master, .masterAddress: "--master"
        case .user: "--user"
        case .key: "--key"
        case .become: "--become"
        case .source: "--source"
        case .slave, .slaveAddress: "--slave"
        case .addedSlave: "--add-slave"
        case .target: "--target"
        case .ownTarget: "--slave-target"
        }
    }
}
