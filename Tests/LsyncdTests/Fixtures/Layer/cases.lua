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
    -- What is in doubt by that is looked at.
    assert(io.open(run .. "/suspects", "w")):close()
    lsyncd.finish()
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

-- What the kernel says is mounted: pairs of a mount point below the directory of the run and its device.
local function mounted(...)
    local words = { ... }
    local lines = { "20 1 8:1 / / rw - ext4 /dev/sda1 rw" }
    for index = 1, #words, 2 do
        local parent = 20
        for other = 1, index - 2, 2 do
            if words[index]:sub(1, #words[other] + 1) == words[other] .. "/" then parent = 20 + other end
        end
        lines[#lines + 1] = string.format("%d %d %s / %s rw - ext4 /dev/x rw", 20 + index, parent, words[index + 1],
            (run .. words[index]):gsub(" ", "\\040"))
    end
    lsyncd.mountinfo = table.concat(lines, "\n") .. "\n"
end

local function left_out()
    local file = assert(io.open(run .. "/report.json"))
    local line = file:read("*l")
    file:close()
    local list = {}
    for path, why in line:match('"left_out":%[(.-)%],"left_out_count"'):gmatch('"path":"(.-)","why":"(.-)"') do
        list[#list + 1] = path .. " " .. why
    end
    expect(report("left_out_count"), #list, "how many are left out")
    return list
end

-- The paths that the run started last hides on both sides.
local function hidden()
    local list = {}
    for _, word in ipairs(lsyncd.started[#lsyncd.started].words) do
        list[#list + 1] = word:match("^%-%-filter=%- (.*)")
    end
    return list
end

cases["A file system that was mounted below the source and is not is left out, across starts, and named"] = function()
    mounted("/source/media", "8:2", "/source/a b", "8:3")
    live()
    lsyncd.pass(2)
    expect(left_out(), {})
    -- The next start, such as after a reboot.
    mounted("/source/a b", "8:3")
    lsyncd.start(dofile(path), run)
    expect(running(), { "all" })
    expect(hidden(), { "/media" }, "what the first pass hides")
    expect(holds(lsyncd.started[1].words, "--delete"), true, "whether the rest is deleted")
    lsyncd.finish()
    lsyncd.pass(2)
    expect(left_out(), { "/media unmounted" })
    lsyncd.read("Delete", "media/")
    expect(hidden(), { "/media" }, "what a change hides")
end

cases["A file system that goes away is left out from the next run on"] = function()
    mounted("/source/media [x]", "8:2")
    live()
    mounted()
    lsyncd.read("Modify", "a")
    expect(hidden(), { "/media \\[x]" })
    lsyncd.finish()
    lsyncd.pass(10)
    expect(lsyncd.terminated, nil)
    expect(left_out(), { "/media [x] unmounted" })
end

cases["A file system that goes away is left out from a full pass that is asked for a moment later"] = function()
    mounted("/source/media", "8:2")
    live()
    mounted()
    assert(io.open(run .. "/resync", "w")):close()
    lsyncd.pass(2)
    expect(running(), { "all" })
    expect(hidden(), { "/media" })
end

cases["A file system that is mounted later ends lsyncd, which does not watch it"] = function()
    mounted("/source/media", "8:2")
    live()
    lsyncd.pass(20)
    expect(lsyncd.terminated, nil)
    mounted("/source/media", "8:2", "/source/later", "8:3")
    lsyncd.pass(10)
    expect(lsyncd.terminated, 1)
end

cases["A file system in another's place ends lsyncd"] = function()
    mounted("/source/media", "8:2")
    live()
    mounted("/source/media", "8:4")
    lsyncd.pass(10)
    expect(lsyncd.terminated, 1)
end

cases["What a service's own view of the system is made of is no mount, and what is mounted elsewhere is none of ours"] = function()
    lsyncd.mountinfo = "20 1 8:1 / / rw - ext4 x rw\n21 20 8:1 " .. run .. "/source/own " .. run .. "/source/own rw - ext4 x rw\n"
        .. "22 20 8:2 / " .. run .. "/source-2 rw - ext4 x rw\n"
    live()
    lsyncd.mountinfo = nil
    lsyncd.pass(10)
    expect(left_out(), {})
    expect(report("phase"), "live")
end

cases["A mount that another covers is not there"] = function()
    mounted("/source/a/b", "8:2")
    live()
    lsyncd.mountinfo = lsyncd.mountinfo .. "40 20 8:5 / " .. run .. "/source/a rw - ext4 x rw\n"
    lsyncd.read("Modify", "x")
    expect(hidden(), { "/a/b" })
end

cases["Nothing is sent or deleted while what the source lies on is not mounted"] = function()
    mounted("/source", "8:2")
    live()
    mounted()
    lsyncd.start(dofile(path), run)
    expect(running(), { "nothing" })
    lsyncd.finish()
    lsyncd.pass(2)
    expect(left_out(), { "/ unmounted" })
    expect(report("phase"), "suspended")
    lsyncd.pass(20)
    expect(running(), { "nothing" })
    lsyncd.finish()
    mounted("/source", "8:2")
    lsyncd.pass(12)
    expect(lsyncd.terminated or running()[1], 1)
end

cases["A mount that is gone for good is forgotten when an operator says so"] = function()
    mounted("/source/media", "8:2", "/source/media/deep", "8:3", "/source/media2", "8:4")
    live()
    mounted()
    lsyncd.pass(10)
    expect(left_out(), { "/media unmounted", "/media/deep unmounted", "/media2 unmounted" })
    local file = assert(io.open(run .. "/accept-missing", "w"))
    file:write("/media\0")
    file:close()
    lsyncd.pass(2)
    expect(io.open(run .. "/accept-missing"), nil)
    expect(lsyncd.terminated, nil, "whether lsyncd ends before other copies are told")
    lsyncd.pass(2)
    expect(lsyncd.terminated, 1)
    lsyncd.start(dofile(path), run)
    expect(hidden(), { "/media2" })
end

-- Lets all that is written to a file of the copy's state fail, as on a disk that is full: the end of it shows that.
local function with_full_disk(call)
    local open = io.open
    function io.open(path, mode)
        local file, why = open(path, mode)
        if not file or mode ~= "wb" or path:sub(1, #run + 7) ~= run .. "/state/" then return file, why end
        local full = {}
        function full:write(...)
            file:write((table.concat({ ... }):sub(1, 3)))
            return self
        end
        function full:close()
            file:close()
            return nil, "No space left on device", 28
        end
        return full
    end
    call()
    io.open = open
end

local function kept(name)
    local file = io.open(run .. "/state/" .. name, "rb")
    local text = file and file:read("*a") or ""
    if file then file:close() end
    return (text:gsub("%z", " "))
end

cases["A disk that is full cuts nothing off that was kept, and what could not be kept is tried again"] = function()
    mounted("/source/media", "8:2")
    live()
    local before = kept("mounts")
    expect(before, run .. "/source/media ")
    mounted("/source/media", "8:2", "/source/new", "8:3")
    with_full_disk(function()
        lsyncd.pass(10)
        expect(kept("mounts"), before, "what is kept on a full disk")
        expect(io.open(run .. "/state/mounts.new"), nil, "what is left of the attempt")
    end)
    lsyncd.pass(10)
    expect(kept("mounts"), before .. run .. "/source/new ", "what is kept once there is room")
end

cases["What is to outlive the power waits for its own disk, and for no other"] = function()
    local execute, commands = os.execute, {}
    function os.execute(command)
        local result = execute(command)
        if result == true then result = 0 end
        commands[#commands + 1] = command .. " ended with " .. tostring(result)
        return result
    end
    mounted("/source/me'dia", "8:2")
    live()
    local file = run .. "/state/mounts.new"
    expect(commands, { "dd if=/dev/null of='" .. file .. "' conv=notrunc,fsync 2>/dev/null ended with 0" })
    expect(kept("mounts"), run .. "/source/me'dia ")
end

cases["On a disk that is full no mount is accepted as gone, and what is in doubt stays kept"] = function()
    mounted("/source/media", "8:2")
    live()
    mounted()
    lsyncd.equal = { same = true }
    lsyncd.read("Modify", "same")
    lsyncd.finish()
    mounted("/source/new", "8:3")
    lsyncd.pass(10)
    expect(lsyncd.terminated, 1)
    local mounts, doubts = kept("mounts"), kept("doubts")
    expect(doubts, "/same ")
    lsyncd.forget()
    lsyncd.started, lsyncd.terminated = {}, nil
    lsyncd.start(dofile(path), run, { name = "b" })
    with_full_disk(function()
        local file = assert(io.open(run .. "/accept-missing", "w"))
        file:write("/media\0")
        file:close()
        lsyncd.pass(10)
    end)
    expect(lsyncd.terminated, nil, "whether it starts over")
    expect(kept("mounts"), mounts, "the mounts that are kept")
    expect(kept("doubts"), doubts, "the doubts that are kept")
    lsyncd.pass(2)
    expect(left_out(), { "/media unmounted" })
end

cases["A mount that vanishes while a full pass deletes ends that pass"] = function()
    mounted("/source/media", "8:2")
    lsyncd.start(dofile(path), run)
    lsyncd.pass(4)
    expect(lsyncd.terminated, nil)
    mounted()
    lsyncd.pass(2)
    expect(lsyncd.terminated, 1)
end

cases["A mount that vanishes ends the transfers that may delete what was there, and no others"] = function()
    for changed, ends in pairs { ["d/"] = true, ["d/m/x"] = true, ["e/"] = false, ["d/x"] = false } do
        for _, delete in ipairs { "yes", "no" } do
            lsyncd.started, lsyncd.terminated = {}, nil
            mounted("/source/d/m", "8:2")
            lsyncd.start(dofile(path), run, { name = delete .. #changed .. changed:byte(), delete = delete })
            lsyncd.finish()
            lsyncd.read("Create", changed)
            if changed:sub(-1) ~= "/" then lsyncd.finish() end
            mounted()
            lsyncd.pass(2)
            expect(lsyncd.terminated, ends and delete == "yes" and 1 or nil, changed .. " with " .. delete)
            lsyncd.forget()
            os.remove(run .. "/state/doubts")
        end
    end
end

-- An autofs at a path below the directory of the run, and what it has mounted, pairs as above.
local function mounted_by_autofs(at, ...)
    mounted()
    local words = { ... }
    lsyncd.mountinfo = lsyncd.mountinfo .. "60 20 0:60 / " .. run .. at .. " rw - autofs systemd-1 rw,fd=52\n"
    for index = 1, #words, 2 do
        lsyncd.mountinfo = lsyncd.mountinfo .. string.format("%d 60 %s / %s rw shared:7 - nfs4 host:/x rw\n", 60 + index,
            words[index + 1], run .. words[index])
    end
end

cases["What an autofs mounts and unmounts does not end lsyncd, and is left out while it is not there"] = function()
    for at, point in pairs { ["/source/direct"] = "/source/direct", ["/source/home"] = "/source/home/x" } do
        mounted_by_autofs(at)
        lsyncd.start(dofile(path), run, { name = at:match("%w+$") })
        lsyncd.finish()
        lsyncd.pass(10)
        for count = 1, 3 do
            mounted_by_autofs(at, point, "0:" .. 70 + count)
            lsyncd.pass(10)
            expect(lsyncd.terminated, nil, "whether it ends when " .. point .. " is mounted")
            expect(kept("mounts"):find(run .. point .. " ", 1, true) ~= nil, true, "whether it is known")
            mounted_by_autofs(at)
            lsyncd.pass(10)
            expect(lsyncd.terminated, nil, "whether it ends when " .. point .. " is unmounted")
            expect(left_out(), { point:sub(#"/source" + 1) .. " unmounted" })
        end
        lsyncd.forget()
        os.remove(run .. "/state/mounts")
    end
end

cases["A source that an autofs mounts anew ends lsyncd, which watches the old one"] = function()
    mounted_by_autofs("/source", "/source", "0:70")
    live()
    lsyncd.pass(20)
    expect(lsyncd.terminated, nil)
    mounted_by_autofs("/source", "/source", "0:71")
    lsyncd.pass(10)
    expect(lsyncd.terminated, 1)
end

cases["What is mounted below a source that an autofs mounted ends lsyncd as ever"] = function()
    mounted_by_autofs("/source", "/source", "0:70")
    live()
    lsyncd.mountinfo = lsyncd.mountinfo .. "70 61 8:3 / " .. run .. "/source/media rw - ext4 /dev/x rw\n"
    lsyncd.pass(10)
    expect(lsyncd.terminated, 1)
end

cases["During a full pass an autofs may unmount what it mounts again at the same path, and nothing else"] = function()
    for at, point in pairs { ["/source/direct"] = "/source/direct", ["/source/home"] = "/source/home/x" } do
        mounted_by_autofs(at, point, "0:70")
        lsyncd.start(dofile(path), run, { name = at:match("%w+$") })
        lsyncd.pass(4)
        mounted_by_autofs(at)
        lsyncd.pass(10)
        expect(lsyncd.terminated, at ~= point and 1 or nil, point)
        lsyncd.forget()
        lsyncd.started, lsyncd.terminated = {}, nil
    end
end

cases["Settings of an earlier version go on working, also without a directory for what outlives a restart"] = function()
    mounted("/source/media", "8:2")
    lsyncd.start(dofile(path), run, { name = "lockstep-test-" .. os.time() }, { "modify_window", "state" })
    expect(running(), { "all" })
    expect(holds(lsyncd.started[1].words, "-M--modify-window=-1"), true, "whether times are compared as before")
    lsyncd.finish()
    mounted()
    lsyncd.read("Modify", "a")
    expect(hidden(), { "/media" })
    lsyncd.finish()
    lsyncd.pass(20)
    expect(report("phase"), "live")
    expect(lsyncd.terminated, nil)
    local file = assert(io.open(run .. "/accept-missing", "w"))
    file:write("/media\0")
    file:close()
    lsyncd.pass(4)
    expect(lsyncd.terminated, 1)
end

local function denied(file) return 'rsync: [sender] opendir "' .. run .. "/source/" .. file .. '" failed: Permission denied (13)' end

cases["What cannot be read is left out, and the rest goes on with its deletions, at once"] = function()
    lsyncd.start(dofile(path), run)
    expect(holds(lsyncd.started[1].words, "--ignore-errors"), false, "whether errors are ignored")
    lsyncd.finish(23, {
        denied("media"), denied("new\\#012l\\#303\\#251"),
        'rsync: [sender] send_files failed to open "' .. run .. '/source/se"cret": Permission denied (13)',
        'rsync: [receiver] mkstemp "' .. run .. '/source/.x.abc" failed: Permission denied (13)',
        "rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1394) [sender=3.5.0]",
    })
    expect(running(), { "all" }, "what runs at once")
    expect(hidden(), { "/media", "/new\nl\195\169", '/se"cret' })
    lsyncd.finish()
    lsyncd.pass(2)
    expect(report("phase"), "live")
    expect(report("incomplete"), "true")
    expect(report("said"):sub(1, 8), "rsync: [")
    lsyncd.read("Delete", "other")
    expect(hidden(), { "/media", "/new\nl\195\169", '/se"cret' })
    expect(holds(lsyncd.started[1].words, "--ignore-errors"), false, "whether errors are ignored")
    lsyncd.finish()
    -- After ten minutes all is tried.
    lsyncd.pass(600)
    expect(running(), { "all" })
    expect(hidden(), {})
    lsyncd.finish()
    lsyncd.pass(2)
    expect(report("incomplete"), "false")
    expect(left_out(), {})
end

cases["What could not be read is tried again when it has changed"] = function()
    live()
    lsyncd.read("Modify", "a", "Create", "media/")
    lsyncd.finish(23, { denied("media") })
    expect(hidden(), { "/media" })
    lsyncd.finish()
    lsyncd.read("Attrib", "media/")
    expect(hidden(), {})
end

cases["A directory that could not be read and now can is not watched: lsyncd starts over"] = function()
    live()
    lsyncd.read("Create", "media/")
    lsyncd.finish(23, { denied("media"), denied("other") })
    lsyncd.finish()
    lsyncd.pass(20)
    expect(lsyncd.terminated, nil)
    os.execute("mkdir '" .. run .. "/source/other'")
    lsyncd.pass(10)
    expect(lsyncd.terminated, 1)
end

cases["Of very many names that cannot be read some are left out, and then nothing is deleted"] = function()
    local errors = {}
    for count = 1, 300 do errors[count] = denied("d" .. count) end
    lsyncd.start(dofile(path), run)
    for _, pause in ipairs { 0, 4, 4, 8 } do
        lsyncd.finish(23, errors)
        lsyncd.pass(pause)
        expect(#hidden(), 100)
    end
    lsyncd.finish(23, errors)
    lsyncd.pass(2)
    expect(report("phase"), "live")
    expect(report("left_out_count"), 100)
    local file = assert(io.open(run .. "/report.json"))
    expect(select(2, file:read("*a"):gsub('"why"', "")), 20, "how many are named")
end

cases["Where the slave's disk is full the next run deletes first, until one works"] = function()
    live()
    lsyncd.read("Delete", "old/", "Create", "new/")
    lsyncd.finish(11, { 'rsync: [receiver] write failed on "/srv/a/new/x": No space left on device (28)' })
    lsyncd.pass(1)
    expect(holds(lsyncd.started[1].words, "--delete-before"), true, "whether it deletes first")
    lsyncd.finish()
    lsyncd.read("Modify", "later")
    expect(holds(lsyncd.started[1].words, "--delete"), true, "whether it deletes as ever")
end

cases["No pass has a time after which it is cut off"] = function()
    lsyncd.start(dofile(path), run)
    for _, word in ipairs(lsyncd.started[1].words) do
        expect(word:find("timeout", 1, true), nil)
    end
end

cases["What the slave has in a path's place is named, and no pass comes for it"] = function()
    live { delete = "no" }
    lsyncd.read("Modify", "d")
    lsyncd.finish(23, { "could not make way for new symlink: d",
        "rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1394)" })
    lsyncd.finish()
    lsyncd.pass(2000)
    expect(running(), {})
    expect(left_out(), { "/d blocked" })
    expect(report("phase"), "live")
    lsyncd.read("Modify", "d")
    expect(hidden(), {}, "what is hidden when it has changed again")
    lsyncd.finish()
    lsyncd.pass(2)
    expect(report("incomplete"), "false")
end

cases["With startup a change may replace a directory, and deletes nothing else"] = function()
    live { delete = "startup" }
    lsyncd.read("Modify", "d")
    expect(holds(lsyncd.started[1].words, "--force"), true, "whether it may replace")
    expect(holds(lsyncd.started[1].words, "--delete"), false, "whether it deletes")
end

-- What is asked of the files in doubt, and the answer: lines as stat prints them.
local function look(lines)
    local words = lsyncd.started[1].words
    expect(words[1], "<", "whether files in doubt are looked at")
    local file = assert(io.open(run .. "/suspects", "w"))
    for _, line in ipairs(lines) do file:write(line, "\n") end
    file:close()
    lsyncd.finish()
    return words[2]
end

cases["Content that rsync took for equal is compared where somebody has set its time"] = function()
    live()
    lsyncd.equal = { same = true, plain = true, touched = true }
    lsyncd.read("Create", "same", "Modify", "plain", "Modify", "sent", "Attrib", "touched")
    lsyncd.finish()
    lsyncd.finish()
    local asked = look { "2020-01-01 00:00:00.5 +0000|2026-01-01 00:00:00.5 +0000|./same" }
    expect(asked == "./same\0./plain" or asked == "./plain\0./same", true, "what is in doubt: " .. asked:gsub("%z", " "))
    expect(running(), { "/same" })
    expect(holds(lsyncd.started[1].words, "--checksum"), true, "whether content is compared")
    lsyncd.finish()
    expect(running(), {})
    -- Opened for writing and closed: it is what it was when it was compared.
    lsyncd.read("Modify", "same")
    lsyncd.finish()
    look { "2020-01-01 00:00:00.5 +0000|2026-01-01 00:00:00.5 +0000|./same" }
    expect(running(), {})
end

cases["Content of files that could not be transferred is in doubt once the others go on without them"] = function()
    live()
    lsyncd.read("Modify", "a")
    for _, pause in ipairs { 1, 2, 4 } do
        lsyncd.finish(23)
        lsyncd.pass(pause)
    end
    lsyncd.finish(23)
    expect(look {}, "./a")
end

cases["Content that was written while the slave was away is in doubt also after a full pass that left files behind"] = function()
    live()
    lsyncd.read("Modify", "a")
    for _, pause in ipairs { 1, 2, 4 } do
        lsyncd.finish(255)
        lsyncd.pass(pause)
    end
    expect(running(), { "all" })
    lsyncd.finish(23)
    expect(look {}, "./a")
    lsyncd.pass(2)
    expect(report("phase"), "live")
    expect(report("waiting"), 0)
end

cases["What was to be compared is in doubt again where a run is made once more without what cannot be read"] = function()
    live()
    lsyncd.equal = { same = true }
    lsyncd.read("Modify", "same")
    lsyncd.finish()
    look { "2020-01-01 00:00:00.5 +0000|2026-01-01 00:00:00.5 +0000|./same" }
    expect(running(), { "/same" })
    lsyncd.finish(23, { denied("other") })
    expect(look {}, "./same")
end

cases["A full pass that was to compare all and failed compares all when it is made again"] = function()
    local file = assert(io.open(run .. "/state/doubts", "w"))
    file:write("*\0")
    file:close()
    lsyncd.start(dofile(path), run)
    for _, pause in ipairs { 2, 2 } do
        expect(holds(lsyncd.started[1].words, "--checksum"), true, "whether content is compared")
        lsyncd.pass(10)
        expect(kept("doubts"), "* ")
        lsyncd.finish(255)
        lsyncd.pass(pause)
    end
    lsyncd.finish()
    lsyncd.pass(10)
    expect(kept("doubts"), "")
end

cases["What is in doubt waits for changes, and not for ever"] = function()
    live()
    lsyncd.equal = { same = true }
    lsyncd.read("Modify", "same")
    lsyncd.read("Modify", "a")
    lsyncd.finish()
    expect(running(), { "/a" })
    local time = os.time
    os.time = function() return time() + 11 end
    lsyncd.read("Modify", "b")
    lsyncd.finish()
    look { "2020-01-01 00:00:00.5 +0000|2026-01-01 00:00:00.5 +0000|./same" }
    expect(running(), { "/b" })
    lsyncd.finish()
    expect(running(), { "/same" })
    os.time = time
end

cases["Content that was written while the slave was away is in doubt after its return"] = function()
    live()
    lsyncd.read("Modify", "a")
    for _, pause in ipairs { 1, 2, 0 } do
        lsyncd.finish(255)
        lsyncd.pass(pause)
    end
    lsyncd.read("Create", "b", "Attrib", "c")
    lsyncd.pass(2)
    expect(report("phase"), "suspended")
    expect(report("waiting"), 3)
    lsyncd.pass(4)
    expect(running(), { "all" })
    lsyncd.finish()
    local asked = look {}
    expect(asked == "./a\0./b" or asked == "./b\0./a", true, "what is in doubt: " .. asked:gsub("%z", " "))
    lsyncd.pass(2)
    expect(report("waiting"), 0)
end

cases["A start-over forgets no content that was not sent"] = function()
    mounted()
    live()
    lsyncd.read("Modify", "a")
    lsyncd.read("Create", "b")
    mounted("/source/m", "8:2")
    lsyncd.pass(10)
    expect(lsyncd.terminated, 1)
    lsyncd.started = {}
    lsyncd.start(dofile(path), run)
    expect(running(), { "all" })
    lsyncd.finish()
    local asked = look {}
    expect(asked == "./a\0./b" or asked == "./b\0./a", true, "what is in doubt: " .. asked:gsub("%z", " "))
end

cases["More content in doubt than is kept makes the next full pass compare all"] = function()
    live()
    lsyncd.read("Modify", "a")
    for _, pause in ipairs { 1, 2, 0 } do
        lsyncd.finish(255)
        lsyncd.pass(pause)
    end
    for count = 1, 100001 do
        lsyncd.read("Modify", "f" .. count)
    end
    lsyncd.pass(60)
    expect(running(), { "all" })
    expect(holds(lsyncd.started[1].words, "--checksum"), true, "whether content is compared")
    lsyncd.finish()
    assert(io.open(run .. "/resync", "w")):close()
    while #lsyncd.started > 0 do lsyncd.finish() end
    lsyncd.pass(2)
    expect(running(), { "all" })
    expect(holds(lsyncd.started[1].words, "--checksum"), false, "whether the next one compares")
end

cases["A directory that lsyncd was told is gone, and that is there, ends lsyncd"] = function()
    live()
    os.execute("mkdir '" .. run .. "/source/a' '" .. run .. "/source/b'")
    lsyncd.read("Delete", "a/", "Create", "b/", "Delete", "b/", "Create", "a/")
    lsyncd.finish()
    lsyncd.pass(8)
    expect(lsyncd.terminated, 1)
end

cases["Directories that come and go do not end lsyncd"] = function()
    live()
    os.execute("mkdir '" .. run .. "/source/a' && ln -s a '" .. run .. "/source/link'")
    for _ = 1, 30 do lsyncd.read("Create", "a/", "Delete", "a/") end
    lsyncd.read("Create", "a/", "Delete", "gone/", "Delete", "link/", "Create", "link")
    while #lsyncd.started > 0 do lsyncd.finish() end
    lsyncd.pass(30)
    expect(lsyncd.terminated, nil)
end

cases["A directory that is made anew and told of late does not end lsyncd"] = function()
    live()
    os.execute("mkdir '" .. run .. "/source/late'")
    lsyncd.read("Delete", "late/")
    lsyncd.finish()
    lsyncd.pass(3)
    lsyncd.read("Create", "late/")
    lsyncd.finish()
    lsyncd.pass(10)
    expect(lsyncd.terminated, nil)
end

cases["The report says what waits, since when, and what is being sent"] = function()
    live()
    lsyncd.pass(2)
    expect(report("layer"), 4)
    for _, word in ipairs { "waiting", "waiting_since", "sending_since", "left_out_count" } do expect(report(word), 0, word) end
    expect(report("sending_full"), "false")
    lsyncd.read("Modify", "a")
    lsyncd.read("Modify", "b", "Modify", "c")
    lsyncd.pass(2)
    expect(report("waiting"), 3)
    expect(os.time() - report("waiting_since") < 60, true, "waiting since " .. report("waiting_since"))
    expect(os.time() - report("sending_since") < 60, true, "sending since " .. report("sending_since"))
    expect(os.time() - report("watches_at") < 60, true, "watches at " .. report("watches_at"))
    lsyncd.finish(255, { "", "ssh: connect to host 192.0.2.1 port 22: Connection \"refused\" \255\r",
        "rsync: connection unexpectedly closed (0 bytes received so far) [sender]",
        "rsync error: unexplained error (code 255) at io.c(232) [sender=3.5.0]" })
    lsyncd.pass(1)
    lsyncd.finish()
    lsyncd.pass(2)
    local file = assert(io.open(run .. "/report.json"))
    local line = file:read("*a")
    expect(line:match('"said":(.*)}'), '"ssh: connect to host 192.0.2.1 port 22: Connection \\"refused\\" \\ufffd\\u000d"')
    expect(report("sending_since"), 0)
    expect(report("waiting"), 0)
    assert(io.open(run .. "/resync", "w")):close()
    lsyncd.pass(4)
    expect(report("sending_full"), "true")
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
