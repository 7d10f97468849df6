/// The package manager of Debian, Ubuntu and their kin.
struct Apt: PackageManager {
    let detection = "has apt-get"
    let query = #"""
        dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" |
            while read -r status name; do [ "$status" != installed ] || echo "$name"; done
        """#

    func install(_ names: [String]) -> String {
        // Package lists may be old or absent: they are fetched only when the first try shows it.
        let words = names.joined(separator: " ")
        let install = "apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 install \(words)"
        return """
            export DEBIAN_FRONTEND=noninteractive
            \(install) || { apt-get -q update && \(install); }
            """
    }

    func installFiles(_ names: [String]) -> String { shellFile(PackageResources.apt_install_files_sh, names) }

    func download(_ name: String) -> String {
        // What this machine has installed does not matter to the one that the packages are for.
        """
        mkdir "$1/partial"
        : >"$1/partial/status"
        apt-get -qq -y --no-install-recommends --download-only -o Debug::NoLocking=1 \
        -o Dir::State::status="$1/partial/status" -o Dir::Cache::archives="$1" -o APT::Sandbox::User= \
        install \(name)
        rm -r "$1/partial"
        """
    }

    // As in `rsync_3.2.7-1_amd64.deb`.
    func package(of file: String) -> String? {
        file.hasSuffix(".deb") ? name(in: file, before: 2, separatedBy: "_") : nil
    }
}
