-- What the layer does, under plain Lua: lua cases.lua LAYER DIRECTORY CASE

local path, run, name = ...
local lsyncd = dofile((arg[0]:gsub("[^/]*$", "")) .. "lsyncd.lua")
local cases = {}

local function text(value)
    if type(value) ~= "table" then return tostring(value) end
    local parts = {}
    for index, part in ipairs(value) do parts[index] = text(part) end
    return "{" .. table.concat(parts, ", ") .. "}"
end

local function expect(is, wanted, what)
    if text(is) ~= text(wanted) then error((what or "value") .. ": " .. text(is) .. " instead of " .. text(wanted), 2) end
end

local function holds(words, wanted)
    for _, word in ipairs(words) do
        if word == wanted then return true end
    end
    return false
end

-- What was started and runs: "all" for a full pass, the sorted patterns for some changes, without the source itself, which
-- leads to all others; "nothing" to read on.
local function running()
    local list = {}
    for index, one in ipairs(lsyncd.started) do
        if one.binary == "/bin/sh" then
            list[index] = "nothing"
        elseif one.words[1] == "<" then
            local patterns = {}
            for pattern in (one.words[2] .. "\0"):gmatch("(%Z+)%z") do
                if pattern ~= "/" then patterns[#patterns + 1] = pattern end
            end
            table.sort(patterns)
            list[index] = table.concat(patterns, " ")
        else
            list[index] = "all"
        end
    end
    return list
end

local function report(word)
    local file = assert(io.open(run .. "/report.json"))
    local line = file:read("*l")
    file:close()
    local value = line:match('"' .. word .. '":"?([^",}]*)')
    return tonumber(value) or value
end

-- A copy that follows its source.
local function live(changed)
    lsyncd.start(dofile(path), run, changed)
    lsyncd.finish()
    expect(running(), {}, "what runs once all is there")
end

cases["The first pass sends all, and then changes go by themselves"] = function()
    lsyncd.start(dofile(path), run)
    expect(running(), { "all" })
    lsyncd.read("Modify", "early")
    expect(running(), { "all" }, "what runs during the first pass")
    lsyncd.finish()
    expect(report("phase"), "live")
    expect(running(), { "/early" })
    lsyncd.finish()
    expect(running(), {})
    lsyncd.pass(2)
    expect(report("runs"), 2)
end

cases["A file that is made, and written a moment later, is one transfer"] = function()
    live()
    lsyncd.read("Create", "new")
    expect(running(), { "nothing" })
    lsyncd.read("Modify", "new")
    lsyncd.finish()
    expect(running(), { "/new" })
    lsyncd.finish()
    expect(running(), {})
    lsyncd.pass(2)
    expect(report("runs"), 2, "runs of rsync")
end

cases["Files that are made without end do not hold up what is to be sent"] = function()
    live()
    lsyncd.read("Create", "a")
    for count = 1, 9 do
        lsyncd.read("Create", "more" .. count)
        expect(running(), { "nothing" })
    end
    lsyncd.finish()
    expect(#running(), 1)
    expect(running()[1]:find("^/a /more1 ") ~= nil, true, "whether they are sent: " .. running()[1])
    lsyncd.read("Create", "later")
    lsyncd.finish()
    expect(running(), { "nothing" })
    lsyncd.read("Create", "last")
    lsyncd.finish()
    expect(running(), { "/last /later" })
end

cases["What was there before is sent at once, and so is a directory"] = function()
    live()
    lsyncd.read("Modify", "old")
    expect(running(), { "/old" })
    lsyncd.finish()
    lsyncd.read("Delete", "old")
    expect(running(), { "/old" })
    lsyncd.finish()
    lsyncd.read("Create", "below/")
    expect(running(), { "/below/***" })
end

cases["With a delay there is nothing to read on for"] = function()
    live { delay = "5" }
    lsyncd.read("Create", "new")
    lsyncd.pass(4)
    lsyncd.read("Create", "later")
    expect(running(), {}, "what runs before the delay is over")
    lsyncd.pass(1)
    expect(running(), { "/later /new" })
end

cases["One rsync at a time; what changes meanwhile goes together, once"] = function()
    live()
    lsyncd.read("Modify", "a")
    for _ = 1, 3 do lsyncd.read("Modify", "b", "Create", "c", "Modify", "a", "Delete", "b") end
    expect(running(), { "/a" })
    lsyncd.finish()
    expect(running(), { "nothing" })
    lsyncd.finish()
    expect(running(), { "/a /b /c" })
    lsyncd.finish()
    expect(running(), {})
end

cases["A way to fail that nobody foresaw is tried again with the same changes"] = function()
    live()
    for _, exit in ipairs { 1, 5, 12, 20, 30, 99, 127, 137, 255 } do
        lsyncd.read("Modify", "a")
        lsyncd.finish(exit)
        expect(running(), {}, "what runs at once after " .. exit)
        lsyncd.read("Modify", "b")
        expect(running(), {}, "what runs before the next attempt")
        lsyncd.pass(1)
        expect(running(), { "/a /b" }, "the attempt after " .. exit)
        lsyncd.finish()
    end
end

cases["A target that is away is tried after 1, 2, 4 to 60 seconds, and then all is sent"] = function()
    live()
    lsyncd.read("Modify", "a")
    for _, pause in ipairs { 1, 2 } do
        lsyncd.finish(255)
        lsyncd.pass(pause)
        expect(running(), { "/a" })
    end
    lsyncd.finish(255)
    for _, pause in ipairs { 4, 8, 16, 32, 60, 60 } do
        lsyncd.pass(2)
        expect(report("phase"), "suspended")
        for count = 1, 1000 do lsyncd.read("Modify", "noise" .. count % 7) end
        lsyncd.pass(pause - 4)
        expect(running(), {}, "what runs two seconds before " .. pause)
        lsyncd.pass(2)
        expect(running(), { "all" }, "what runs after " .. pause)
        expect(report("phase"), "catching-up")
        lsyncd.finish(255)
    end
    lsyncd.pass(60)
    lsyncd.read("Modify", "during")
    lsyncd.finish()
    expect(report("phase"), "live")
    expect(report("failures"), 0)
    expect(running(), { "/during" })
end

cases["Files that cannot be transferred hold up nobody, and are tried again after ten minutes"] = function()
    live()
    lsyncd.read("Modify", "a")
    for _, pause in ipairs { 1, 2, 4 } do
        lsyncd.finish(23)
        lsyncd.read("Modify", "other" .. pause)
        lsyncd.pass(pause)
        expect(#running(), 1)
    end
    expect(running(), { "/a /other1 /other2 /other4" })
    lsyncd.finish(23)
    lsyncd.pass(2)
    expect(report("incomplete"), "true")
    lsyncd.read("Modify", "next")
    expect(running(), { "/next" })
    lsyncd.finish()
    lsyncd.pass(596)
    expect(running(), {})
    lsyncd.pass(4)
    expect(running(), { "all" })
    lsyncd.finish()
    expect(report("incomplete"), "false")
end

cases["A file that vanished is nobody's fault"] = function()
    live()
    lsyncd.read("Modify", "a")
    lsyncd.finish(24)
    lsyncd.pass(2)
    expect(report("failures"), 0)
    expect(running(), {})
end

cases["A full pass comes when it is asked for, without a start"] = function()
    live()
    assert(io.open(run .. "/resync", "w")):close()
    lsyncd.pass(2)
    expect(running(), { "all" })
    expect(io.open(run .. "/resync"), nil)
    lsyncd.finish()
    lsyncd.pass(60)
    expect(running(), {})
end

cases["Names are patterns that mean these names only"] = function()
    live()
    for file, pattern in pairs {
        ["a]b"] = "/a]b", ["a\\b"] = "/a\\b", ["a*b"] = "/a\\*b", ["a\\?b"] = "/a\\\\\\?b", ["[a]"] = "/\\[a]",
        ["d\\/"] = "/d\\\\/***", [" "] = "/ ", ["#"] = "/#", ["+"] = "/+", ["new\nline"] = "/new\nline",
    } do
        lsyncd.read(file:sub(-1) == "/" and "Create" or "Modify", file)
        expect(running(), { pattern }, "the pattern of " .. file)
        lsyncd.finish()
    end
    lsyncd.read("Modify", "x*/y")
    expect(running(), { "/x\\*/ /x\\*/y" })
end

cases["Of more than 500 entries of a directory all are looked at"] = function()
    live()
    lsyncd.read("Modify", "first")
    for count = 1, 500 do lsyncd.read("Modify", "many/" .. count) end
    for count = 1, 501 do lsyncd.read("Modify", "more/" .. count) end
    lsyncd.finish()
    local patterns = running()[1]
    expect(patterns:find("/many/*", 1, true), nil)
    expect(patterns:find("/many/500", 1, true) ~= nil, true, "whether 500 are named")
    expect(patterns:find("/more/*", 1, true) ~= nil, true, "whether 501 are not")
    expect(patterns:find("/more/7", 1, true), nil)
end

cases["A source that is empty empties no target"] = function()
    lsyncd.entries = { [".lockstep-canary-1"] = false }
    lsyncd.start(dofile(path), run)
    expect(holds(lsyncd.started[1].words, "--delete"), false, "whether it deletes")
    lsyncd.finish()
    lsyncd.entries = { file = false }
    assert(io.open(run .. "/resync", "w")):close()
    lsyncd.pass(2)
    expect(holds(lsyncd.started[1].words, "--delete"), true, "whether it deletes")
end

cases["What deletes, by the setting"] = function()
    for delete, wanted in pairs { yes = { true, true }, no = { false, false }, startup = { true, false } } do
        lsyncd.start(dofile(path), run, { name = delete, delete = delete })
        expect(holds(lsyncd.started[1].words, "--delete"), wanted[1], "a full pass with " .. delete)
        lsyncd.finish()
        lsyncd.read("Modify", "a")
        expect(holds(lsyncd.started[#lsyncd.started].words, "--delete"), wanted[2], "a change with " .. delete)
        while #lsyncd.started > 0 do lsyncd.finish() end
    end
end

cases["A canary goes by itself where nothing is deleted, and is deleted"] = function()
    live { delete = "no" }
    lsyncd.read("Modify", "a", "Modify", ".lockstep-canary-1")
    expect(running(), { "/.lockstep-canary-1" })
    expect(holds(lsyncd.started[1].words, "--delete"), true, "whether it deletes")
    lsyncd.finish()
    expect(running(), { "/a" })
end

cases["Copies that share an lsyncd each have their own transfers and failures"] = function()
    lsyncd.start(dofile(path), run, { name = "a" })
    lsyncd.start(dofile(path), run, { name = "b" })
    lsyncd.finish()
    lsyncd.finish()
    lsyncd.read("Modify", "x")
    expect(running(), { "/x", "/x" })
    lsyncd.finish(255)
    lsyncd.finish()
    lsyncd.read("Modify", "y")
    expect(running(), { "/y" }, "what goes to the one that works")
    lsyncd.pass(1)
    expect(running(), { "/y", "/x /y" })
end

cases["A source that is another directory than before ends lsyncd"] = function()
    live()
    lsyncd.pass(20)
    expect(lsyncd.terminated, nil)
    os.rename(run .. "/source", run .. "/gone")
    os.execute("mkdir '" .. run .. "/source'")
    lsyncd.pass(10)
    expect(lsyncd.terminated, 1)
end

cases["Nothing waits by the clock, which may jump"] = function()
    live()
    lsyncd.read("Modify", "a")
    for _, pause in ipairs { 1, 2, 0 } do
        lsyncd.finish(255)
        lsyncd.pass(pause)
    end
    local time = os.time
    os.time = function() return time() - 86400 end
    lsyncd.pass(4)
    expect(running(), { "all" })
    os.time = time
end

cases["lsyncd that cannot do it is refused"] = function()
    for version, is_fit in pairs {
        ["2.1.5"] = false, ["2.1.6"] = false, ["2.2.0"] = false, ["2.2.1"] = false, ["unknown"] = false,
        ["2.2.2"] = true, ["2.2.3"] = true, ["2.3.0"] = true, ["2.3.1"] = true, ["3.0.0"] = true,
    } do
        lsyncd_version = version
        expect(pcall(dofile, path), is_fit, "whether " .. version .. " is taken")
    end
end

cases["A word that is wrong, unknown or missing is named"] = function()
    local layer = dofile(path)
    for _, row in ipairs {
        { { name = "a b" }, "name cannot be 'a b'" },
        { { target = "srv" }, "target cannot be 'srv'" },
        { { target = "/srv/../etc" }, "target must not hold '..'" },
        { { host = "-oProxyCommand=x" }, "host cannot be '-oProxyCommand=x'" },
        { { address = "-x" }, "address cannot be '-x'" },
        { { user = "a b" }, "user cannot be 'a b'" },
        { { delay = "soon" }, "delay cannot be 'soon'" },
        { { delete = "maybe" }, "delete cannot be 'maybe'" },
        { { compress = true }, "compress cannot be 'true'" },
        { { exclude = { "" } }, "exclude has an empty pattern" },
        { { exclude = "*.tmp" }, "exclude is a list of patterns" },
        { { spare = "x" }, "Lockstep's layer knows no 'spare'" },
    } do
        local is_taken, message = pcall(lsyncd.start, layer, run, row[1])
        expect(is_taken, false, "whether it is taken")
        expect(message:find(row[2], 1, true) ~= nil, true, message)
    end
    expect(#lsyncd.started, 0, "what was started")
end

assert(cases[name], "no such case")()
