import SecureShell
import Testing

@Suite("ssh arguments in an inventory")
struct ClientArgumentsTests {
    private let place = ConfigurationOrigin(file: "fleet.ini", line: 7)

    @Test(
        "The options that have a meaning, in each of their forms",
        arguments: [
            ("-o Port=1001", ClientOption.port(1001)), ("-oPort=1001", .port(1001)), ("-p 1001", .port(1001)),
            ("-p1001", .port(1001)), ("-o 'Port 1001'", .port(1001)),
            ("-o 'User=\"a b\"'", .user("a b")), ("-l deploy", .user("deploy")), ("-i ~/key", .identityFile("~/key")),
            ("-o IdentityFile='\"/with blank\"'", .identityFile("/with blank")),
            ("-J a,b:22", .proxyJump([JumpHost(host: "a"), JumpHost(host: "b", port: 22)])),
            ("-o ProxyJump=none", .proxyJump([])),
            ("-oStrictHostKeyChecking=accept-new", .strictHostKeyChecking(.acceptNew)),
            ("-o UserKnownHostsFile=/dev/null", .userKnownHostsFile(["/dev/null"])),
            ("-o connecttimeout=1m", .connectTimeout(60)), ("-vp 22", .port(22)),
            ("-o ConnectTimeout=1d2h", .connectTimeout(93600)),
            ("-J a@b@c", .proxyJump([JumpHost(user: "a@b", host: "c")])),
            ("-o ServerAliveCountMax=5", .serverAliveCountMax(5)),
            (#"-o ProxyCommand="ssh -W %h:%p -q me@bastion""#, .proxyJump([JumpHost(user: "me", host: "bastion")])),
            ("-o ProxyCommand=none", .proxyCommand("none")),
            ("-J ssh://[2001:db8::1]:22/", .proxyJump([JumpHost(host: "2001:db8::1", port: 22)])),
        ]
    )
    func meaning(text: String, option: ClientOption) throws {
        let arguments = try ClientArguments(text, at: place)
        #expect(arguments.directives == [ClientDirective(option, at: place)])
    }

    @Test("Words are cut as Python's shlex cuts them")
    func words() throws {
        let arguments = try ClientArguments(#"-i a\ b -i "c \"d\" \e" -i 'f\g' -i x"y"'z' -i ''"#, at: place)
        let files = arguments.directives.compactMap { directive in
            if case .identityFile(let file) = directive.option { file } else { nil }
        }
        #expect(files == ["a b", #"c "d" \e"#, #"f\g"#, "xyz", ""])
    }

    @Test("Options without a meaning here are named, and so is another configuration")
    func others() throws {
        let arguments = try ClientArguments(
            "-C -o ControlMaster=auto -oForwardAgent=yes -vv -L 1:h:2 -F /first -F /other -4",
            at: place
        )
        #expect(arguments.directives.isEmpty)
        #expect(arguments.withoutEffect == ["-C", "ControlMaster", "ForwardAgent", "-v", "-v", "-L 1:h:2", "-4"])
        #expect(arguments.configurationFile == "/other")
    }

    @Test(
        "What is not done here is named with its reason, and so is what no ssh knows",
        arguments: [
            (
                "-o 'ProxyCommand=nc %h %p'",
                "ProxyCommand (no command is run to connect; ProxyJump goes through a host)"
            ),
            ("-o Nonsense=1", "Nonsense (ssh knows no such option)"),
            (
                "-o CertificateFile=~/mine-cert.pub",
                "CertificateFile (a certificate is read from beside its key, KEY-cert.pub)"
            ),
            ("-o CanonicalizeHostname=yes", "CanonicalizeHostname (names are taken as they are)"),
        ]
    )
    func reasons(text: String, told: String) throws {
        let arguments = try ClientArguments("-p 1001 \(text)", at: place)
        #expect(arguments.withoutEffect == [told])
        #expect(arguments.directives == [ClientDirective(.port(1001), at: place)])
    }

    @Test(
        "What ssh would not take is refused",
        arguments: [
            "-o", "-p", "-p x", "-p 0", "-o Port=x", "-o Host=a", "-o Port", "-J a:b", "-J ''", "web",
            "-Z", "-- x", "'-o", "-i a\\", "-", "-o User=\"", "-o 'User=a b'",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: ClientConfigurationError.self) { try ClientArguments(text, at: place) }
        #expect(error?.origin == place)
    }
}
