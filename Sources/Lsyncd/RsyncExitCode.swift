/// What it means when rsync, run by lsyncd through our wrapper, ended with some number.
package struct RsyncExitCode: Sendable, Hashable {
    /// The number, 0 to 255.
    package let number: Int

    /// Makes an exit code of the number in a report.
    package init(_ number: Int) { self.number = number }

    /// Whether everything arrived. Files that vanished meanwhile (24) are no failure: their deletion follows.
    package var isSuccess: Bool { number == 0 || number == 24 }

    /// What happened, in plain words.
    package var meaning: String { explanation.meaning }

    /// What to look at or do next; nil where nothing is wrong.
    package var advice: String? { explanation.advice }

    private typealias Explanation = (meaning: String, advice: String?)

    /// rsync(1), EXIT VALUES; from 126 on those of the shell that wraps it, and of ssh.
    private var explanation: Explanation {
        switch number {
        case 0: ("all files arrived", nil)
        case 1: ("rsync did not understand its options", "compare the versions of rsync on master and slave")
        case 2:
            (
                "what came from the slave is not what its rsync says",
                "look whether a start-up file of the slave's login shell prints something, such as ~/.bashrc; else upgrade rsync"
            )
        case 3: ("the source or the target directory cannot be used", "check that both exist and may be entered")
        case 4: ("one side's rsync lacks something that was asked of it", "upgrade the older rsync")
        case 5: ("the transfer could not begin", "run the transfer by hand and read what it says")
        case 10: ("the connection broke", "check the network between master and slave")
        case 11: ("a file could not be read or written", "check free space, inodes and quota of the target")
        case 12:
            (
                "the connection failed, or the slave's end said something unexpected or nothing",
                "read lsyncd's log for what ssh said, and sshd's log on the slave: ssh says nothing where the slave closes the connection before the login, as by MaxStartups"
            )
        case 13: ("rsync failed inside", "upgrade rsync")
        case 14: ("rsync's own processes lost each other", "check memory and process limits")
        case 20: ("rsync was told to stop", "nothing, if lsyncd was restarted")
        case 21, 22: ("rsync ran out of memory or lost a process", "check memory and process limits")
        case 23:
            (
                "some files could not be transferred",
                "read lsyncd's log for their names; mostly the slave's user may not write there"
            )
        case 24: ("some files vanished before they were transferred", nil)
        case 25: ("rsync stopped deleting at its limit", "raise the limit of deletions")
        case 30: ("no byte moved for too long", "check the network, and whether the slave's disk hangs")
        case 35: ("no connection in time", "check the network between master and slave")
        case 77:
            (
                "the slave refused what the master asked for",
                "let `lockstep up` set both up anew: the target or the forced command differs"
            )
        case 126: ("rsync may not be run", "check the rights of /usr/bin/rsync on both sides")
        case 127: ("rsync is not installed", "install rsync on master and slave")
        case 255:
            (
                "ssh could not connect or log in, or the connection broke",
                "check that the slave is up, its host key is the recorded one, and it lets the master's key in: sshd's log there says why not; ssh says nothing where the slave closes the connection before the login, as by MaxStartups"
            )
        case 129...192:
            ("rsync was killed by signal \(number - 128)", "look for out of memory in the master's log")
        default: ("rsync ended with \(number), which it does not explain", "read lsyncd's log")
        }
    }
}
