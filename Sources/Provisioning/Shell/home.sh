# home_of USER sets `home` to the home directory of a user, and to nothing where there is no such user.
home_of() {
    home=$(getent passwd "$1")
    home=${home%:*}
    home=${home##*:}
}
