import Testing

@testable import Lab

@Suite("Settings of apt")
struct AptSettingsTests {
    static let dump = """
        APT::Architecture "amd64";
        Acquire::http::Proxy "http://user:secret@proxy.example:3142";
        Acquire::https::Proxy "DIRECT";
        Acquire::https::CAInfo "/etc/ssl/private.pem";
        Acquire::http::Proxy-Auto-Detect "/usr/bin/auto-apt-proxy";
        Acquire::Check-Valid-Until "false";
        Acquire::Retries "3";
        DPkg::Post-Invoke:: "rm -f /var/cache/apt/archives/*.deb";
        """

    static var settings: AptSettings {
        AptSettings(
            sources: .debianDefaults("bookworm"),
            transport: AptSettings.transportLines(of: dump),
            logins: ["machine https://repo.example/debian login me password p:/w\n"]
        )
    }

    @Test("How archives are reached is taken over, hooks and programs of this machine are not")
    func transport() {
        let names = Self.settings.transport.map { $0.prefix { $0 != " " } }
        #expect(
            names == [
                "Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::https::CAInfo", "Acquire::Check-Valid-Until",
                "Acquire::Retries",
            ]
        )
    }

    @Test("Nothing of proxies and passwords lasts in the image")
    func lasting() {
        let lasting = Self.settings.lasting
        #expect(lasting == [#"Acquire::Check-Valid-Until "false";"#, #"Acquire::Retries "3";"#])
        let recipe = ImageRecipe(
            base: .debian(codename: "bookworm", sources: Self.settings.sources, settings: lasting)
        )
        #expect(!recipe.script.contains("secret") && recipe.script.contains("Check-Valid-Until"))
    }

    @Test("debootstrap gets the proxy by its variables and the passwords as netrc")
    func debootstrap() {
        #expect(Self.settings.proxyVariables == ["http_proxy": "http://user:secret@proxy.example:3142"])
        #expect(Self.settings.netrc == "machine repo.example login me password p:/w\n")
    }
}
