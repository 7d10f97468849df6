/// The answers that stand on the command line.
struct GivenAnswers: Sendable, Hashable {
    /// The answers to questions that are asked once.
    var master, source, target, user, key, become: String?
    /// The slaves.
    private var slaves: [String]
    /// The directories of single slaves, `NAME=PATH`.
    private var slaveTargets: [String]
    private let hasSlaves: Bool

    /// Begins with slaves and their own directories.
    init(slaves: [String] = [], slaveTargets: [String] = []) {
        self.slaves = slaves
        self.slaveTargets = slaveTargets
        hasSlaves = !slaves.isEmpty
    }

    /// The answer to a question; none where it has to be asked.
    mutating func answer(to topic: InitQuestion.Topic) -> String? {
        switch topic {
        case .master: master
        // What is said of a host on the command line is all that is to be said.
        case .masterAddress: master.map { _ in "" }
        case .user: user
        case .key: key
        case .become: become
        case .source: source
        case .slave, .addedSlave: hasSlaves ? slaves.isEmpty ? "" : slaves.removeFirst() : nil
        case .slaveAddress: hasSlaves ? "" : nil
        case .target, .ownTarget: target
        }
    }

    /// The next of the single slaves' directories.
    mutating func nextOwnTarget() -> String? { slaveTargets.isEmpty ? nil : slaveTargets.removeFirst() }

    /// The options that a first inventory still needs.
    ///
    /// - Parameter takesDefaults: whether those that have a default may be left out.
    func missingFlags(takesDefaults: Bool) -> [String] {
        var topics: [InitQuestion.Topic] = []
        if master == nil { topics.append(.master) }
        if source == nil { topics.append(.source) }
        if !hasSlaves { topics.append(.slave) }
        if !takesDefaults {
            if target == nil, slaveTargets.isEmpty { topics.append(.target) }
            if user == nil { topics.append(.user) }
            if key == nil { topics.append(.key) }
            if become == nil, user != "root" { topics.append(.become) }
        }
        return topics.map(\.flag)
    }
}
