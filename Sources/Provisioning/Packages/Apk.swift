/// The package manager of Alpine.
struct Apk: PackageManager {
    let detection = "has apk"
    let version = "echo \"$VERSION_ID\" | cut -d . -f 1,2"
    let query = "apk info -e \"$@\""

    func install(_ names: [String]) -> String {
        let words = names.joined(separator: " ")
        return "apk add -q \(words) || { apk update -q && apk add -q \(words); }"
    }

    func installFiles(_ names: [String]) -> String {
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
    }

    func download(_ name: String) -> String {
        // Without the cache it fetches the lists, which may be old or absent.
        "apk fetch -q --no-cache --recursive --output \"$1\" \(name)"
    }

    // As in `lua5.4-5.4.6-r4.apk`.
    func package(of file: String) -> String? {
        file.hasSuffix(".apk") ? name(in: file, before: 2, separatedBy: "-") : nil
    }
}
