/// The package manager of Fedora, and of Red Hat Enterprise Linux with its kin, where EPEL is added for what only that has;
/// older ones have yum.
struct Dnf: RPM {
    /// openSUSE may have it beside zypper.
    let detection = "{ has dnf || has yum; } && ! has zypper"
    let version = "echo \"${VERSION_ID%%.*}\""

    func install(_ names: [String]) -> String {
        let words = names.joined(separator: " ")
        return """
            dnf=$(command -v dnf || command -v yum)
            add_epel() {
                case " $(. /etc/os-release && echo "$ID $ID_LIKE") " in
                *' rhel '*|*' centos '*) "$dnf" -q -y install epel-release ;;
                *) return 1 ;;
                esac
            }
            "$dnf" -q -y install \(words) || { add_epel && "$dnf" -q -y install \(words); }
            """
    }

    func installFiles(_ names: [String]) -> String {
        "\"$(command -v dnf || command -v yum)\" -q -y --disablerepo='*' install \"$new\"/*"
    }

    func download(_ name: String) -> String {
        // Without an architecture it takes those of all that this machine can run.
        "dnf -q -y download --resolve --alldeps --arch \"$(uname -m)\" --arch noarch --destdir \"$1\" \(name)"
    }
}
