/// What package managers have in common whose packages are those of rpm.
protocol RPM: PackageManager {}

extension RPM {
    var query: String { #"rpm -q --qf '%{NAME}\n' "$@""# }

    // As in `lua-libs-5.4.6-3.fc40.x86_64.rpm`.
    func package(of file: String) -> String? {
        file.hasSuffix(".rpm") ? name(in: file, before: 2, separatedBy: "-") : nil
    }
}
