/// The package manager of Arch.
struct Pacman: PackageManager {
    let detection = "has pacman"
    let query = "pacman -Qq \"$@\""

    func install(_ names: [String]) -> String {
        // A new system has no lists of packages. Old ones stay: what newer ones name need not fit the system.
        """
        [ -n "$(ls /var/lib/pacman/sync 2>/dev/null)" ] || pacman -Sy --noconfirm
        pacman -S --noconfirm --needed \(names.joined(separator: " "))
        """
    }

    func installFiles(_ names: [String]) -> String {
        // Without the sections that name repositories.
        """
        awk '/^ *\\[/ { kept = /\\[options\\]/ } kept' /etc/pacman.conf >"$new/pacman.conf"
        pacman -U --noconfirm --needed --config "$new/pacman.conf" "$new"/*.pkg.tar.*
        """
    }

    func download(_ name: String) -> String {
        // Its user for downloads may not look into the folders of others.
        """
        mkdir "$1/database"
        cp -r /var/lib/pacman/sync "$1/database"
        sed '/^ *DownloadUser/d' /etc/pacman.conf >"$1/pacman.conf"
        pacman -Sw --noconfirm --config "$1/pacman.conf" --dbpath "$1/database" --cachedir "$1" \(name)
        rm -r "$1/database" "$1/pacman.conf"
        """
    }

    // As in `lua53-5.3.6-2-x86_64.pkg.tar.zst`.
    func package(of file: String) -> String? {
        guard file.contains(".pkg.tar."), !file.hasSuffix(".sig") else { return nil }
        return name(in: file, before: 3, separatedBy: "-")
    }
}
