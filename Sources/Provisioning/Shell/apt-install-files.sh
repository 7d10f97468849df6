# Installs the packages $1, $2, … from the files in the folder $new, as from an archive of their own, so that of the files
# only those are taken that this host lacks.

export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2154 # `new` is set.
mkdir -p "$new/lists/partial"
chmod 755 "$new"
for file in "$new"/*.deb; do
    dpkg-deb -f "$file"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${file##*/}" "$(stat -c %s "$file")" \
        "$(sha256sum <"$file" | cut -d ' ' -f 1)"
done >"$new/Packages"
echo "deb [trusted=yes] file:$new ./" >"$new/sources"
from_files() {
    apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dir::Etc::sourcelist="$new/sources" \
        -o Dir::Etc::sourceparts=- -o Dir::State::lists="$new/lists" -o Dir::Cache::pkgcache= \
        -o Dir::Cache::srcpkgcache= -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}
from_files update
from_files install "$@"
