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
        let words = [
            "name": "name", "source": "source", "target": "target", "host": "host", "sync_user": "user",
            "sync_address": "address", "sync_port": "port", "delay": "delay", "delete": "delete",
            "compress": "compress", "bandwidth_limit": "bandwidth", "checksum": "checksum", "owner_map": "owner_map",
            "group_map": "group_map", "mode_map": "mode_map", "hard_links": "hard_links", "acls": "acls",
            "xattrs": "xattrs", "fake_super": "fake_super", "gate": "gate", "modify_window": "modify_window",
        ]
        #expect(template.variables == Set(words.keys).union(["include", "exclude"]))
        let values = Dictionary(uniqueKeysWithValues: template.variables.map { ($0, "<\($0)>" + value) })
        let configuration = try template.render(values)

        // The layer is replaced by one that prints what it was given, byte for byte.
        let ordered = words.sorted { $0.key < $1.key }
        let keys = ordered.map { "\"\($0.value)\"" }.joined(separator: ", ")
        let result = try await LocalProgram.run(
            "lua5.3",
            input: """
                function dofile(path) return { replicate = function(t)
                  for _, k in ipairs{\(keys)} do io.write(t[k], "\\0") end
                  for _, k in ipairs{"include", "exclude"} do io.write(table.concat(t[k], "\\n"), "\\0") end
                end } end

                """ + configuration
        )
        #expect(result.status == 0, "\(result.error)\n\(configuration)")
        let expected = (ordered.map(\.key) + ["include", "exclude"]).map { "<\($0)>\(value)\0" }.joined()
        #expect(result.bytes == Array(expected.utf8), "\(configuration)")
    }

    @Test("A list is a table with a line for each item, and no item is an empty one")
    func lists() throws {
        let template = try Template(named: "a.lua", text: "x = {{v[]}}\n")
        #expect(try template.render(["v": ""]) == "x = {}\n")
        #expect(
            try template.render(["v": "*.tmp\n/a \"b\"/\n"])
                == "x = {\n        \"*.tmp\",\n        \"/a \\034b\\034/\",\n        \"\",\n    }\n"
        )
        let error = #expect(throws: TemplateError.self) {
            try Template(named: "a.sh", text: "echo {{v[]}}\n")
        }
        #expect(error?.message.contains("where no list can stand") == true)
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
