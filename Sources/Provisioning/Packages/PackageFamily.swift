import RemoteHost

/// The package managers that Lockstep works with, and the words that each of them takes.
package enum PackageFamily: String, Sendable, Hashable, CaseIterable {
    /// Debian, Ubuntu and their kin.
    case apt
    /// Fedora, and Red Hat Enterprise Linux with its kin, where EPEL is added for what only that has; older ones by yum.
    case dnf
    /// openSUSE.
    case zypper
    /// Alpine.
    case apk
    /// Arch.
    case pacman

    /// A snippet that prints a line with the host's package manager and platform, then the installed ones among some
    /// packages, one a line.
    package static func probe(_ names: [String]) -> String {
        """
        set -- \(names.joined(separator: " "))
        has() { command -v "$1" >/dev/null; }
        if has apt-get; then family=apt
        elif has zypper; then family=zypper
        elif has dnf || has yum; then family=dnf
        elif has apk; then family=apk
        elif has pacman; then family=pacman
        else family=none; fi
        \(Self.platform)
        echo "$family $(platform $family)"
        case $family in
        apt) dpkg-query -W -f='${db:Status-Status} ${Package}\\n' "$@" | sed -n 's/^installed //p' ;;
        zypper|dnf) rpm -q --qf '%{NAME}\\n' "$@" ;;
        apk) apk info -e "$@" ;;
        pacman) pacman -Qq "$@" ;;
        esac
        :
        """
    }

    /// A sh function `platform FAMILY` that prints what packages are made for, such as `debian-12-x86_64`: as much of the
    /// version as decides about packages.
    package static let platform = """
        platform() (
            ID= VERSION_ID=
            for release in /etc/os-release /usr/lib/os-release; do
                if [ -e "$release" ]; then . "$release"; break; fi
            done
            case $1 in
            dnf) VERSION_ID=${VERSION_ID%%.*} ;;
            apk) VERSION_ID=$(echo "$VERSION_ID" | cut -d . -f 1,2) ;;
            esac
            echo "${ID:-linux}-${VERSION_ID:-rolling}-$(uname -m)"
        )
        """

    /// Commands that install packages from the host's own sources.
    package func install(_ names: [String]) -> String {
        let words = names.joined(separator: " ")
        switch self {
        case .apt:
            // Package lists may be old or absent: they are fetched only when the first try shows it.
            let install = "apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 install \(words)"
            return """
                export DEBIAN_FRONTEND=noninteractive
                \(install) || { apt-get -q update && \(install); }
                """
        case .dnf:
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
        case .zypper: return Self.zypper("install --no-recommends \(words)")
        case .apk: return "apk add -q \(words) || { apk update -q && apk add -q \(words); }"
        case .pacman:
            // A new system has no lists of packages. Old ones stay: what newer ones name need not fit the system.
            return """
                [ -n "$(ls /var/lib/pacman/sync 2>/dev/null)" ] || pacman -Sy --noconfirm
                pacman -S --noconfirm --needed \(words)
                """
        }
    }

    /// A call of zypper, which also ends with another status than 0 where it did what it was asked to: something should be
    /// started again (102, 103), or one of the repositories could not be reached (106).
    private static func zypper(_ words: String) -> String {
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

    /// Commands that install packages from files in the folder `$new`, and ask no other source.
    func installFiles(_ names: [String]) -> String {
        switch self {
        case .apt:
            // As an archive of their own, so that of the files only those are taken that this host lacks.
            """
            export DEBIAN_FRONTEND=noninteractive
            mkdir -p "$new/lists/partial"
            chmod 755 "$new"
            for file in "$new"/*.deb; do
                dpkg-deb -f "$file"
                printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "${file##*/}" "$(stat -c %s "$file")" \
            "$(sha256sum <"$file" | cut -d ' ' -f 1)"
            done >"$new/Packages"
            echo "deb [trusted=yes] file:$new ./" >"$new/sources"
            from_files() {
                apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dir::Etc::sourcelist="$new/sources" \
            -o Dir::Etc::sourceparts=- -o Dir::State::lists="$new/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
            -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
            }
            from_files update
            from_files install \(names.joined(separator: " "))
            """
        case .dnf: "\"$(command -v dnf || command -v yum)\" -q -y --disablerepo='*' install \"$new\"/*"
        case .zypper:
            """
            mkdir "$new/sources"
            \(Self.zypper("--reposd-dir \"$new/sources\" install --allow-unsigned-rpm --no-recommends \"$new\"/*.rpm"))
            """
        case .apk:
            // As a repository of their own: a package that is installed by its file stays at that very version for ever.
            // The index goes by the format of the packages, which apk 3 has two of.
            """
            files="$new/$(apk --print-arch)"
            index="$files/APKINDEX.tar.gz"
            mkdir "$files"
            mv "$new"/*.apk "$files"
            apk verify "$files"/*.apk
            apk index -q -o "$index" "$files"/*.apk || apk mkndx -q -o "$index" "$files"/*.apk
            apk add -q --no-network --allow-untrusted --repositories-file /dev/null --repository "$new" \
            \(names.joined(separator: " "))
            """
        case .pacman:
            // Without the sections that name repositories.
            """
            awk '/^ *\\[/ { kept = /\\[options\\]/ } kept' /etc/pacman.conf >"$new/pacman.conf"
            pacman -U --noconfirm --needed --config "$new/pacman.conf" "$new"/*.pkg.tar.*
            """
        }
    }

    /// A script that puts a package, and all that it needs on a system that has nothing, into the folder `$1`.
    package func download(_ name: String) -> String {
        switch self {
        case .apt:
            // What this machine has installed does not matter to the one that the packages are for.
            return """
                mkdir "$1/partial"
                : >"$1/partial/status"
                apt-get -qq -y --no-install-recommends --download-only -o Debug::NoLocking=1 \
                -o Dir::State::status="$1/partial/status" -o Dir::Cache::archives="$1" -o APT::Sandbox::User= \
                install \(name)
                rm -r "$1/partial"
                """
        case .dnf:
            // Without an architecture it takes those of all that this machine can run.
            return """
                dnf -q -y download --resolve --alldeps --arch "$(uname -m)" --arch noarch --destdir "$1" \(name)
                """
        case .zypper:
            // The empty system has no release, which the addresses of repositories often name.
            let options = """
                --cache-dir "$1/cache" --installroot "$1/root" --reposd-dir /etc/zypp/repos.d \
                ${release:+--releasever "$release"} --gpg-auto-import-keys
                """
            return """
                release=$(. /etc/os-release && echo "${VERSION_ID-}")
                \(Self.zypper("\(options) install --download-only --no-recommends \(name)"))
                find "$1/cache" -name '*.rpm' -exec mv {} "$1" ';'
                rm -r "$1/cache" "$1/root"
                """
        case .apk:
            // Without the cache it fetches the lists, which may be old or absent.
            return "apk fetch -q --no-cache --recursive --output \"$1\" \(name)"
        case .pacman:
            // Its user for downloads may not look into the folders of others.
            return """
                mkdir "$1/database"
                cp -r /var/lib/pacman/sync "$1/database"
                sed '/^ *DownloadUser/d' /etc/pacman.conf >"$1/pacman.conf"
                pacman -Sw --noconfirm --config "$1/pacman.conf" --dbpath "$1/database" --cachedir "$1" \(name)
                rm -r "$1/database" "$1/pacman.conf"
                """
        }
    }

    /// The name of the package that a file of this family holds; nil where it is no such file.
    package func package(of file: String) -> String? {
        // Of `rsync_3.2.7-1_amd64.deb`, `lua-libs-5.4.6-3.fc40.x86_64.rpm`, `lua5.4-5.4.6-r4.apk` and
        // `lua53-5.3.6-2-x86_64.pkg.tar.zst`, what is before the version.
        let (ending, separator, pieces): (String, Character, Int) =
            switch self {
            case .apt: (".deb", "_", 2)
            case .dnf, .zypper: (".rpm", "-", 2)
            case .apk: (".apk", "-", 2)
            case .pacman: (".pkg.tar.", "-", 3)
            }
        guard self == .pacman ? file.contains(ending) && !file.hasSuffix(".sig") : file.hasSuffix(ending) else {
            return nil
        }
        let parts = file.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count > pieces else { return nil }
        let name = parts.dropLast(pieces).joined(separator: String(separator))
        return name.isEmpty ? nil : name
    }
}

/// Which packages a host has.
package struct PackageState: Sendable, Hashable {
    /// The host's package manager.
    package var family: PackageFamily
    /// What its packages are made for.
    package var platform: String
    /// Those that are installed, among the ones that were asked for.
    package var installed: Set<String>

    /// Reads what `PackageFamily.probe` printed; `purpose` is what would have been installed, and `reason` what the probe said
    /// to standard error, behind a colon.
    package init(_ lines: some Collection<Substring>, purpose: String, reason: String = "") throws(PlanError) {
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 2, let family = PackageFamily(rawValue: String(words[0])) else {
            let known = PackageFamily.allCases.map(\.rawValue).joined(separator: ", ")
            throw PlanError(
                "this host has no package manager that is known: \(known)\(reason)",
                hint: "install \(purpose) there by hand, then run again"
            )
        }
        self.family = family
        platform = String(words[1])
        installed = Set(lines.dropFirst().map(String.init))
    }
}
