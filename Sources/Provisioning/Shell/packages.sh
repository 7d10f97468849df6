# Functions for the question which of the packages $1, $2, … a host has.

has() { command -v "$1" >/dev/null; }
version() { echo "$VERSION_ID"; }
# say_host MANAGER prints the package manager, and what its packages are made for: `apt debian-12-x86_64`. `version` prints as
# much of the host's version as decides about packages.
say_host() (
    ID='' VERSION_ID=''
    for release in /etc/os-release /usr/lib/os-release; do
        # shellcheck disable=SC1090 # One of the two.
        if [ -e "$release" ]; then . "$release"; break; fi
    done
    VERSION_ID=$(version)
    echo "$1 ${ID:-linux}-${VERSION_ID:-rolling}-$(uname -m)"
)
