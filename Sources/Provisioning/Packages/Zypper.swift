/// The package manager of openSUSE.
struct Zypper: RPM {
    let detection = "has zypper"

    func install(_ names: [String]) -> String {
        call("install --no-recommends \(names.joined(separator: " "))")
    }

    func installFiles(_ names: [String]) -> String {
        """
        mkdir "$new/sources"
        \(call("--reposd-dir \"$new/sources\" install --allow-unsigned-rpm --no-recommends \"$new\"/*.rpm"))
        """
    }

    func download(_ name: String) -> String {
        // The empty system has no release, which the addresses of repositories often name.
        let options = """
            --cache-dir "$1/cache" --installroot "$1/root" --reposd-dir /etc/zypp/repos.d \
            ${release:+--releasever "$release"} --gpg-auto-import-keys
            """
        return """
            release=$(. /etc/os-release && echo "${VERSION_ID-}")
            \(call("\(options) install --download-only --no-recommends \(name)"))
            find "$1/cache" -name '*.rpm' -exec mv {} "$1" ';'
            rm -r "$1/cache" "$1/root"
            """
    }

    /// A call of zypper, which also ends with another status than 0 where it did what it was asked to: something should be
    /// started again (102, 103), or one of the repositories could not be reached (106).
    private func call(_ words: String) -> String {
        """
        zypper -q -n \(words) || {
            status=$?
            case $status in
            102|103|106) ;;
            *) (exit "$status") ;;
            esac
        }
        """
    }
}
