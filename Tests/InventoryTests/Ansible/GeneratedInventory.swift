import LockstepTestSupport

/// An inventory made up from a seed: all that the dialect has, in odd company, and now and then what it has not.
struct GeneratedInventory {
    /// The text.
    private(set) var text = ""
    private var random: SeededRandom
    private let isFaulty: Bool
    private let lineEnd: String

    /// Makes up an inventory.
    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        isFaulty = random.once(in: 4)
        lineEnd = random.once(in: 6) ? "\r\n" : "\n"
        for _ in 0..<Int.random(in: 0...2, using: &random) { add(hostLine()) }
        for _ in 0..<Int.random(in: 1...7, using: &random) { addSection() }
        // A group that is used needs a section, wherever it stands.
        for group in Self.groups where !random.once(in: isFaulty ? 8 : 400) {
            add("[\(group)]")
            if random.once(in: 3) { add(hostLine()) }
        }
        if !random.once(in: 8) { return }
        while text.last?.isNewline == true { text.removeLast() }
    }

    private static let groups = ["north", "south", "edge_group", "web-tier", "düne", "a", "g1.x", "all_of_it"]
    private static let hosts = [
        "alpha", "beta", "web01.example.net", "192.0.2.7", "alpha", "gamma", "straße", "h-1", "x_y", "10", "a.b.c",
    ]
    private static let hostWords =
        hosts + [
            "alpha:2222", "beta:22", "192.0.2.7:8022", "::1", "2001:db8::7", "[2001:db8::7]:2022", "[::1]:22",
            "fe80::a:b",
            "n[1:3]", "n[01:03]", "n[08:11]", "n[0:6:2]", "n[a:c]", "n[x:z]-[1:2]", "[a:c].example.net", "n[1:2][a:b]",
            "n[001:005:3].x", "n[:2]", "n[A:C]", "n[y:B]", "n[1:2]:2200", "n[5:5]", "\"alpha\"", "al\"pha\"", "'b c'",
            "be\\ ta", "[2001:db8::[1:3]]:22", "n[1:3:9]", "[1:2]", "n[a:e:2]", "user@alpha", "alpha/beta", "n[00:02]",
            "port:70000", "x:y", "a:b:c", "alpha:", "(x)", "!alpha", "~alpha", "*", "al*", "alpha,beta", "{{x}}", "-",
            "-alpha",
            "alpha=1", "=",
        ]
    private static let faultyWords = [
        "n[1:", "n[1]", "n[]", "n[a:3]", "n[01:100]", "n[1:3:0]", "n[1:3:x]", "n[1:]", "---", "beta::",
        "\"open", "n[1:2", "[x", "n[c:a]", "n[1:2:3:4]", "''", "n[1.5:2]", "[]", "[a b]", "\\",
    ]
    private static let names = [
        "http_port", "x", "y", "ansible_port", "ansible_host", "_z", "über", "a-b", "1st", "x.y", "list",
        "ansible_user",
        "target", "delay", "environment", "a b", "class", "X",
    ]
    private static let plainValues = [
        "1", "22", "01", "0", "-5", "+5", "1.5", ".5", "5.", "1e3", "1E-2", "0x1F", "0o17", "0b11", "1_000", "1__0",
        "True",
        "true", "False", "yes", "None", "none", "null", "word", "/srv/site", "192.0.2.1", "a=b", "=", "==x", "ü",
        "$HOME",
        "`id`", "~/x", "{{x}}", "[1,2]", "[]", "{}", "(1,2)", "()", "(1)", "1,2", "1,", "{1}", "[1,[2,{}]]", "1-2",
        "--1",
        "a,b", "[a]", "...", "-", "00", "0_0", "1:2", "12345678901234567890123", "1.0", "100000.0", "1e16", "set()",
        "!x",
        "%", "0777", "-0", "+0.0", "1_0.5", "x:y", ";x", "a;b", "1;", "not", "-True", "1if", "1or", "[1,]", "[,]",
        "{1:2}",
    ]
    private static let quotedValues = [
        "\"a b\"", "'a b'", "\"\"", "''", "\"'q'\"", "'\"q\"'", "\"1\"", "'1'", "\"[1, 2]\"", "\"['a', 'b']\"",
        "'{\"k\": \"v\"}'", "\"{'k': [1, 2.5, None]}\"", "\"a#b\"", "'a # b'", "\"1 # c\"", "\"'x' # c\"",
        "'it'\"'\"'s'",
        "a\\ b", "a\\#b", "\"a\\\"b\"", "\"a\\\\b\"", "\"a\\nb\"", "'a\\nb'", "\"'a\\\\nb'\"", "x\"y z\"w", "\"u'x'\"",
        "\"r'\\\\d'\"", "\" lead\"", "\"trail \"", "\"'a' 'b'\"", "\"(1, 'a')\"", "\"- 1\"", "\"True \"",
        "\" 1\"", "\"''\"", "\"'''x'''\"", "\"[1,\"", "\"'\"", "'\"'", "\"'\\\\x41'\"", "\"'\\\\u00fc'\"", "\"1 2\"",
        "\"{'a': 1, 'a': 2}\"", "\"{1, 2}\"", "\"x=1 y=2\"", "\"[True, False]\"", "\"-1.5e-3\"", "\"\t1\"", "\"1 + 1\"",
        "\"2j\"", "\"{'a': {'b': []}}\"", "\"{1: 2}\"", "\"{None: 1}\"", "\"f'x'\"", "\"('a' 'b')\"",
    ]

    // MARK: - Sections

    private mutating func addSection() {
        let group = random.once(in: 6) ? random.pick(["all", "ungrouped"]) : random.pick(Self.groups)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
            add("[\(group)\(random.once(in: 12) ? ":hosts" : "")]\(ending())")
            for _ in 0..<Int.random(in: 0...4, using: &random) { add(hostLine()) }
        case 5..<8:
            add("[\(group):vars]\(ending())")
            for _ in 0..<Int.random(in: 0...4, using: &random) { add(variableLine()) }
        default:
            // What is below `ungrouped` is a difference of its own.
            let group = group == "ungrouped" ? "all" : group
            add("[\(group):children]\(ending())")
            for _ in 0..<Int.random(in: 0...3, using: &random) { add(child(of: group)) }
        }
        if isFaulty, random.once(in: 8) {
            add(
                random.pick([
                    "[north:var]", "[no rth]", "[]", "[north", "[:vars]", "[north]x", "[a:b:c]", "[north:]",
                    "[ north ]",
                ])
            )
        }
    }

    private mutating func child(of group: String) -> String {
        let later = Self.groups.firstIndex(of: group).map { Array(Self.groups[($0 + 1)...]) } ?? Self.groups
        // Downwards only, unless it may be wrong: otherwise nearly every file would have a cycle.
        let names = isFaulty && random.once(in: 4) ? Self.groups + ["nobody", "all", "x y", "alpha"] : later
        return names.isEmpty ? "" : random.pick(names) + (random.once(in: 6) ? " # below" : "")
    }

    private mutating func variableLine() -> String {
        if random.once(in: 10) {
            return "ansible_group_priority\(equals())\(random.pick(["0", "2", "10", "-1", "'3'"]))"
        }
        if isFaulty, random.once(in: 10) {
            return random.pick(["no value", "ansible_group_priority=high", "x", "ansible_group_priority=", ":"])
        }
        let value = random.pick(
            Self.plainValues + Self.quotedValues + ["", "a b", "'a' # b", "1 # c", "a # c", "'a'b", "#x"]
        )
        return random.pick(Self.names) + equals() + value + random.pick(["", "", "", " ", " # c", "\t; c"])
    }

    private mutating func equals() -> String { random.pick(["=", "=", " = ", "\t= ", "= "]) }

    private mutating func ending() -> String { random.once(in: 8) ? random.pick([" # c", "  ", "#c", "\t"]) : "" }

    // MARK: - Hosts

    private mutating func hostLine() -> String {
        let isWrong = isFaulty && random.once(in: 8)
        var line = random.pick(isWrong ? Self.faultyWords : random.once(in: 2) ? Self.hosts : Self.hostWords)
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let name = random.pick(Self.names.filter { !$0.contains(" ") })
            let value = random.pick(random.once(in: 2) ? Self.plainValues : Self.quotedValues)
            line += random.pick([" ", " ", "  ", "\t"]) + name + "=" + value
        }
        if isFaulty, random.once(in: 12) {
            line += random.pick([" bare", " x = 1", " x= y", " 'open", " x=\"open", " x=\\"])
        }
        return line
            + random.pick(
                ["", "", "", " # comment", " #x='", "#tail", " ", " ; x=1"].filter { isFaulty || !$0.contains(";") }
            )
    }

    private mutating func add(_ line: String) {
        if random.once(in: 10) {
            text += random.pick(["# comment", "; comment", "", "   ", "  # indented", "\t"]) + lineEnd
        }
        text += (random.once(in: 12) ? random.pick([" ", "\t", "   ", "\u{A0}"]) : "") + line
        text += (random.once(in: 12) ? random.pick([" ", "\t", "\u{3000}"]) : "") + lineEnd
    }
}
