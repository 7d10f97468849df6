import LockstepTestSupport
import Testing

/// The real rsync of this machine, with what its receiving side compares files by.
struct Rsync: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the sending side is told.
    let options: [String]
    /// The receiving side's program: a sh script that is given its arguments.
    let receiver: String

    /// It compares bytes.
    static let attentive = Rsync("every file is read", ["--checksum"])

    /// Those that a change of equal size and time is hidden from, each in its own way.
    static let blind = [
        Rsync("times count to the second", []),
        Rsync("times count to the nanosecond", ["-M--modify-window=-1"]),
        // As 3.1.1 and 3.1.2 understand it: their window of -1 seconds is one in which all times are equal.
        Rsync(
            "3.1.2 on the receiving side",
            ["-M--modify-window=-1"],
            receiver: """
                for word do
                    shift
                    case $word in --modify-window=-1 | -@-1) word=--size-only ;; esac
                    set -- "$@" "$word"
                done
                exec rsync "$@"
                """
        ),
    ]

    private init(_ description: String, _ options: [String], receiver: String = "exec rsync \"$@\"") {
        testDescription = description
        self.options = options
        self.receiver = receiver
    }

    /// Makes the target the source's equal, as far as rsync sees; over what it takes for a remote shell.
    func copy(from source: String, to target: String) async {
        // The words of the remote side arrive as one, behind the host's name.
        let script = """
            RECEIVER=$1 SOURCE=$2 TARGET=$3
            export RECEIVER
            shift 3
            mkdir -p "$TARGET"
            exec rsync -a --delete "$@" --rsh='sh -c '"'"'shift; eval "set -- $*"; shift; eval "$RECEIVER"'"'"' shell' \
                "$SOURCE/" "slave:$TARGET/"
            """
        _ = try? await LocalProgram.run("sh", ["-c", script, "sh", receiver, source, target] + options)
    }
}
