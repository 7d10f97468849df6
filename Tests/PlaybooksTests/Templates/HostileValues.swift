/// Values that would be syntax somewhere, if they were put into a file as they are.
enum HostileValues {
    /// Values on one line.
    static let lines = [
        "/srv/data",
        "/srv/my data",
        "",
        "it's \"quoted\"",
        "$(reboot)",
        "`reboot`",
        "${HOME} $HOME $$ $1",
        "]] --]] ]=]",
        "\"..os.execute(\"touch /tmp/pwned\")..\"",
        "'; touch /tmp/pwned; '",
        "%n %i %% %s",
        "back\\slash\\n\\",
        "-- comment # comment ; comment",
        "{{source}} {{{source}}}",
        "grüße/日本/👩‍👩‍👧/e\u{301}/'\u{301}",
        "\u{202E}txt.exe",
        "a\u{A0}b\u{FEFF}c",
        "\\034\\x22\\065",
        "=x -y --z",
        "&<>|;*?[!~^",
    ]

    /// Values with characters that end lines or mean something to a terminal.
    static let controls = [
        "/srv/a\n[Service]\nExecStart=/bin/sh",
        "a\r\nb",
        "tab\there",
        "\u{1B}[2J",
        "next\u{85}line\u{2028}line",
        "bell\u{7}9",
    ]
}
