import BuiltInPlaybooks
import LockstepTestSupport
import Playbooks
import Testing

@Suite("Lua templates")
struct LuaTemplateTests {
    @Test(
        "A value of an lsyncd configuration is what Lua reads",
        arguments: HostileValues.lines + HostileValues.controls
    )
    func valueIsCarried(value: String) async throws {
        let text = try #require(BuiltInPlaybooks.template(named: "lsyncd.conf.lua"))
        let template = try Template(named: "lsyncd.conf.lua", text: text)
        #expect(
            template.variables
                == ["name", "source", "target", "sync_user", "sync_address", "sync_port", "delay"]
        )
        let values = Dictionary(uniqueKeysWithValues: template.variables.map { ($0, "<\($0)>" + value) })
        let configuration = try template.render(values)

        // The layer is replaced by one that prints what it was given, byte for byte.
        let result = try await LocalProgram.run(
            "lua5.3",
            input: """
                function dofile(path) return { replicate = function(t)
                  for _, k in ipairs{"name", "source", "target", "user", "address", "port", "delay"} do
                    io.write(t[k], "\\0") end
                end } end

                """ + configuration
        )
        #expect(result.status == 0, "\(result.error)\n\(configuration)")
        let expected = ["name", "source", "target", "sync_user", "sync_address", "sync_port", "delay"]
            .map { "<\($0)>\(value)\0" }.joined()
        #expect(result.bytes == Array(expected.utf8), "\(configuration)")
        #expect(configuration.split(separator: "\n").count == text.split(separator: "\n").count)
    }

    @Test(
        "A tag stands only where Lua expects a value",
        arguments: [
            ("x = \"{{v}}\"", "within quotes"),
            ("x = 'it\\'s {{v}}'", "within quotes"),
            ("-- {{v}}", "in a comment"),
            ("--[[ a\n{{v}} ]]", "in a comment"),
            ("--[==[ ]] {{v}} ]==]", "in a comment"),
            ("x = [[ {{v}} ]]", "within [[ ]]"),
            ("x = [=[ ]] {{v}} ]=]", "within [[ ]]"),
        ]
    )
    func placeIsChecked(text: String, reason: String) {
        let error = #expect(throws: TemplateError.self) { try Template(named: "a.lua", text: text) }
        #expect(error?.code == .placeRefused)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(
        "A tag may follow quotes, comments and brackets that have ended",
        arguments: [
            "x = \"a\" .. {{v}}", "-- c\nx = {{v}}", "--[[ c ]] x = {{v}}", "x = [==[ ]] ]==] .. {{v}}", "t[1] = {{v}}",
            "x = a-- {{! no tag }}\n.. {{v}}", "x = '\\'' .. {{v}}", "x = [=[ ]==] ]=] .. {{v}}",
        ]
    )
    func placeIsFree(text: String) throws {
        #expect(try Template(named: "a.lua", text: text).variables == ["v"])
    }
}
