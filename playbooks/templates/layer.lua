-- Lockstep's layer over lsyncd, the same file on every master.
--
-- lsyncd 2.2.2 to 2.3.1 sees changes well, queues them badly, and forgets: a transfer that failed in an unforeseen way is
-- taken for done or ends the daemon. Here lsyncd only watches and runs what it is told to. What has changed is kept in a
-- set of our own for each copy; every run of rsync has a verdict, every failure a next attempt, and whatever was missed
-- meanwhile is made good by a full pass. The comments say which habit of lsyncd a part answers.

local layer = { version = 4 }

-- Tried with lsyncd's own sources: 2.2.0 and 2.2.1 know no 'insist' and end when a slave is away at their start; under
-- 2.1.5 the first pass works, and changes stay unsent.
do
    local major, minor, patch = lsyncd_version:match("^(%d+)%.(%d+)%.(%d+)")
    if not major or major * 10000 + minor * 100 + patch < 20202 then
        error("Lockstep needs lsyncd 2.2.2 or later, and this is " .. lsyncd_version, 0)
    end
end

-- Seconds.
local BEAT         = 2   -- between two reports
local LOOK         = 10  -- between two looks at what is mounted, and whether the source is still what is watched
local LONGEST_WAIT = 60  -- the limit of the doubling wait between two attempts
local REPAIR       = 600 -- from a pass that left files behind to the next full one
local COUNT        = 600 -- between two counts of the watches

-- Attempts.
local KEEP_CHANGES = 3   -- failures to send some changes, after which they are dropped in favour of a full pass
local SKIP_FILES   = 3   -- attempts at files that fail one by one, before going on without them

-- Changed entries of one directory from which on all its entries are looked at: rsync compares each with each.
local MANY = 500

-- Names that could not be read, above which they are not left out one by one: rsync deletes nothing then.
local MANY_LEFT_OUT = 100

-- Paths of which it is in doubt whether their content arrived. Of more the next full pass compares all content.
local MANY_DOUBTS = 100000

-- What rsync says (see its manual).
local BROKEN_FILE, PARTIAL, VANISHED = 11, 23, 24

-- lsyncd ends when a target does not answer at its start, unless it insists. Nothing else is set here: what settings
-- says about processes and delays overrules what a sync says about itself.
settings { insist = true }

-- A wrong word in the configuration ends lsyncd with a message, in its check as well.
local SWITCH, PAIRS = { yes = true, no = true }, "^[%w_.:*,-]*$"
local WORDS = {
    name        = "^%w[%w_.@-]*$",
    host        = "^%w[%w_.-]*$",
    source      = "^/",
    target      = "^/.",
    gate        = { receive = true, rrsync = true },
    user        = "^[%w_][%w_.-]*$",
    address     = "^[%w:][%w:._%%-]*$",
    port        = "^%d+$",
    delay       = "^%d*%.?%d+$",
    delete      = { yes = true, no = true, startup = true },
    compress    = SWITCH,
    checksum    = SWITCH,
    hard_links  = SWITCH,
    acls        = SWITCH,
    xattrs      = SWITCH,
    fake_super  = SWITCH,
    modify_window = SWITCH,
    bandwidth   = "^%d+$",
    owner_map   = PAIRS,
    group_map   = PAIRS,
    mode_map    = "^[%w,+=-]*$",
    -- rsync splits the ssh command at spaces.
    key         = "^/[%w/._@-]*$",
    known_hosts = "^/[%w/._@-]*$",
    run         = "^/[%w/._@-]*$",
    state       = "^/[%w/._@-]*$",
    rsync       = "^/",
}
local LISTS = { include = true, exclude = true }

local function is_fit(word, value)
    local wish = WORDS[word]
    if type(value) ~= "string" then return false end
    if type(wish) == "table" then return wish[value] end
    return value:find(wish)
end

local function check(wanted)
    for word, value in pairs(wanted) do
        if LISTS[word] then
            if type(value) ~= "table" then error(word .. " is a list of patterns", 3) end
            for _, pattern in ipairs(value) do
                if type(pattern) ~= "string" or pattern == "" then error(word .. " has an empty pattern", 3) end
            end
        elseif not WORDS[word] then
            error("Lockstep's layer knows no '" .. tostring(word) .. "'", 3)
        elseif not is_fit(word, value) then
            error(word .. " cannot be '" .. tostring(value) .. "'", 3)
        end
    end
    for _, words in ipairs { WORDS, LISTS } do
        for word in pairs(words) do
            if not wanted[word] then error(word .. " is missing", 3) end
        end
    end
    if (wanted.target .. "/"):find("/../", 1, true) then error("target must not hold '..'", 3) end
end

-- The target as the gate on the slave expects it. rsync's own rrsync takes all paths for what is below the directory that it
-- was set up with. To ours the target is sent: versions of rsync quote unusual characters differently, so a path
-- that has any travels as its bytes in hex, and the gate compares it with its own.
local function sent_path(target, gate)
    if gate == "rrsync" then return "/" end
    target = target:gsub("/+$", "")
    if target:find("^[%w/._-]+$") then return target end
    return "/=" .. target:gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
end

local function ssh_command(wanted, control_path)
    local options = {
        "BatchMode=yes", "IdentitiesOnly=yes", "PreferredAuthentications=publickey",
        -- The slave is known by its name in the inventory, whatever its address is today.
        "HostKeyAlias=" .. wanted.host, "CheckHostIP=no", "StrictHostKeyChecking=yes", "UpdateHostKeys=no",
        "UserKnownHostsFile=" .. wanted.known_hosts, "GlobalKnownHostsFile=/dev/null",
        -- One connection for all runs: a handshake takes ten times as long as a small transfer.
        "ControlMaster=auto", "ControlPersist=yes", "ControlPath=" .. control_path,
        -- A slave that hangs would block its sync, and the daemon's stop, for ever.
        "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3",
        "ForwardAgent=no", "ClearAllForwardings=yes", "LogLevel=ERROR",
    }
    return "/usr/bin/ssh -F none -T -i " .. wanted.key .. " -p " .. wanted.port
        .. " -o " .. table.concat(options, " -o ")
end

-- A path as a pattern of rsync that means this path only. Where a pattern has no wildcard rsync takes all of it
-- literally, a backslash too; where it has one, a backslash escapes. lsyncd's own action escapes "]" always, so that a
-- name with it is never sent, and a backslash never, so that such a directory is never deleted.
local function escaped(path) return (path:gsub("[\\*?%[]", "\\%0")) end
local function literal(path) return path:find("[*?%[]") and escaped(path) or path end

-- What has changed below a source and was not sent yet. lsyncd keeps such changes in a queue, in which each new one is
-- compared with all others; here they are a set. rsync looks at what is there when it runs, so that which paths have
-- changed is all that counts, and not how often or in which order.
local function no_changes() return { is_empty = true, count = 0, paths = {}, in_directory = {}, content = {} } end

local function parent_of(path) return path:match("^(.*/)[^/]+/?$") end

-- Adds a path; a directory that was made or is gone goes with all that is below it. Content is what was written, made
-- or moved in, other than an attribute.
local function add_change(changes, path, is_whole, is_content)
    if changes.is_empty then changes.is_empty, changes.since = false, os.time() end
    local known = changes.paths[path]
    if is_content then changes.content[path] = true end
    if not known then
        changes.count = changes.count + 1
        local directory = parent_of(path)
        if directory then changes.in_directory[directory] = (changes.in_directory[directory] or 0) + 1 end
    end
    changes.paths[path] = known == "whole" and known or is_whole and "whole" or "itself"
end

local function add_all(changes, others)
    for path, extent in pairs(others.paths) do
        add_change(changes, path, extent == "whole", others.content[path])
    end
    if others.since and others.since < changes.since then changes.since = others.since end
end

-- The include patterns of rsync for some changes: each path, and the directories that lead to it.
local function patterns(changes)
    local seen, list = {}, {}
    local function add(pattern)
        if not seen[pattern] then
            seen[pattern] = true
            list[#list + 1] = pattern
        end
    end
    for path, extent in pairs(changes.paths) do
        local directory = parent_of(path)
        if extent == "whole" then
            add(escaped(path) .. "***")
        elseif directory and changes.in_directory[directory] > MANY then
            add(escaped(directory) .. "*")
        else
            add(literal(path))
        end
        while directory do
            add(literal(directory))
            directory = parent_of(directory)
        end
    end
    return list
end

-- A canary is no file of the user's: it arrives, and goes, whatever is excluded and whether or not files are deleted.
local CANARY = ".lockstep-canary-"
local function is_canary(path) return path:sub(1, #CANARY + 1) == "/" .. CANARY end

-- The rules of rsync for the user's patterns; of those that match a name, the first counts. They stand before the list
-- of changes, so that a change of an excluded file is none, and a deleted directory keeps what is excluded below it.
local function rules(wanted)
    -- A file system of its own has this at its root, and the master's has nothing to do with it.
    local list = { "--filter=P /lost+found/***" }
    if #wanted.exclude == 0 then return list end
    list[#list + 1] = "--filter=+ /" .. CANARY .. "*/***"
    for _, pattern in ipairs(wanted.include) do list[#list + 1] = "--filter=+ " .. pattern end
    for _, pattern in ipairs(wanted.exclude) do list[#list + 1] = "--filter=- " .. pattern end
    return list
end

-- Without it two versions of equal length from the same second are one to rsync. Only the receiving side compares; and rsync
-- itself would send it on as -@-1, which rrsync does not know. To rsync 3.1.1 and 3.1.2 it means that files of equal length
-- are equal whatever their times, to older ones that none are: they are not told.
local WINDOW = "-M--modify-window=-1"

-- What rsync is told beside what lsyncd's own keys say.
local function extra_options(wanted)
    local list = rules(wanted)
    local function add(option) list[#list + 1] = option end
    if wanted.modify_window == "yes" then add(WINDOW) end
    -- rrsync would make the directory at once, whether there is anything partial or not.
    if wanted.gate == "receive" then add("--partial-dir=.rsync-partial") end
    if wanted.owner_map ~= "" then add("--usermap=" .. wanted.owner_map) end
    if wanted.group_map ~= "" then add("--groupmap=" .. wanted.group_map) end
    -- A map's names mean something only where names are sent.
    if wanted.owner_map == "" and wanted.group_map == "" then add("--numeric-ids") end
    if wanted.mode_map ~= "" then add("--chmod=" .. wanted.mode_map) end
    if wanted.fake_super == "yes" then add("-M--fake-super") end
    -- rsync counts in KiB.
    if wanted.bandwidth ~= "0" then add("--bwlimit=" .. math.floor((tonumber(wanted.bandwidth) + 1023) / 1024)) end
    return list
end

-- The lines of a file that may not be there.
local function lines_of(file) return file and file:lines() or function() end end

local function quoted(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

-- Which directory a path is at this moment; nil where there is none.
local function identity(path)
    local pipe = io.popen("exec stat -L -c %d:%i " .. quoted(path) .. " 2>/dev/null")
    if not pipe then return nil end
    local answer = pipe:read("*l")
    pipe:close()
    return answer
end

-- How many directories this process watches, as the kernel has it.
local function count_watches()
    local count = 0
    -- lsyncd has few files open, and inotify's is among the first.
    for descriptor = 3, 31 do
        local info = io.open("/proc/self/fdinfo/" .. descriptor)
        if info then
            for line in info:lines() do
                if line:find("^inotify ") then count = count + 1 end
            end
            info:close()
        end
    end
    return count
end

local function is_below(point, directory) return #point >= #directory and point:sub(1, #directory) == directory end
local function holds(point, directory) return directory:sub(1, #point + 1) == point .. "/" end

-- All mounts that the kernel tells this process of, of a text like /proc/self/mountinfo.
local function parse_mounts(text)
    local function plain(word)
        return (word:gsub("\\(%d%d%d)", function(code) return string.char(tonumber(code, 8)) end))
    end
    local list, by_id, by_parent = {}, {}, {}
    for id, parent, device, root, point in text:gmatch("(%d+) (%d+) (%S+) (%S+) (%S+)[^\n]*\n") do
        local mount = { id = id, parent = parent, device = device, root = plain(root), point = plain(point) }
        list[#list + 1], by_id[id] = mount, mount
        by_parent[parent] = by_parent[parent] or {}
        table.insert(by_parent[parent], mount)
    end
    return list, by_id, by_parent
end

-- The mounts that a source consists of, those below it and the one that it lies on: by their paths, what tells one mount
-- from another; and the path of the latter. A mount that shows what would be there without it is none, as a service's own
-- view of the system is made of such; nor is one that another covers.
local function find_mounts(text, directory)
    local list, by_id, by_parent = parse_mounts(text)
    local function is_covered(mount, depth)
        for _, other in ipairs(by_parent[mount.parent]) do
            local over = other.point == "/" and "/" or other.point .. "/"
            if other ~= mount and is_below(mount.point, over) then return true end
        end
        local parent = by_id[mount.parent]
        return parent and depth > 0 and is_covered(parent, depth - 1) or false
    end
    local function is_the_same(mount)
        local parent = by_id[mount.parent]
        return parent and mount.device == parent.device and mount.root == (parent.root == "/" and "" or parent.root)
            .. (parent.point == "/" and mount.point or mount.point:sub(#parent.point + 1))
    end
    local mounts, holder = {}, ""
    for _, mount in ipairs(list) do
        local point = mount.point
        local is_ours = is_below(point, directory) or point ~= "/" and holds(point, directory)
        if is_ours and not is_the_same(mount) and not is_covered(mount, 100) then
            mounts[point] = (mounts[point] or "") .. mount.id .. " " .. mount.device .. " " .. mount.root .. "\n"
            if holds(point, directory) and #point > #holder then holder = point end
        end
    end
    for point in pairs(mounts) do
        if point ~= holder and holds(point, directory) then mounts[point] = nil end
    end
    return { mounts = mounts, holder = holder }
end

-- There may be thousands of mounts, and seldom other ones than a moment ago.
local mounts_text, mounts_found = nil, {}
local function mounts_of(directory)
    local file = io.open("/proc/self/mountinfo")
    local text = file and file:read("*a") or ""
    if file then file:close() end
    if text ~= mounts_text then mounts_text, mounts_found = text, {} end
    mounts_found[directory] = mounts_found[directory] or find_mounts(text, directory)
    return mounts_found[directory].mounts, mounts_found[directory].holder
end

-- Keeps a list of words, which hold no NUL, in a file that outlives the service, and the power where that is asked for.
local function save_list(path, words, is_lasting)
    if #words == 0 then return os.remove(path) end
    local file = io.open(path .. ".new", "wb")
    if not file then return nil end
    file:write(table.concat(words, "\0"), "\0")
    file:close()
    if is_lasting then os.execute("sync " .. quoted(path .. ".new") .. " 2>/dev/null || sync") end
    return os.rename(path .. ".new", path)
end

local function load_list(path)
    local file = io.open(path, "rb")
    if not file then return {} end
    local text, words = file:read("*a"), {}
    file:close()
    -- The pattern is the one that all versions of Lua have for a NUL.
    for word in text:gmatch("(%Z+)%z") do words[#words + 1] = word end
    return words
end

-- What a source was once made of and is not now: paths below it, and "/" where what it lies on is not mounted.
local function unmounted(directory, known, mounts, holder)
    local missing = {}
    for point in pairs(known) do
        if mounts[point] then
            -- It is there.
        elseif is_below(point, directory) then
            missing[point:sub(#directory)] = "unmounted"
        elseif holds(point, directory) and #point > #holder then
            missing["/"] = "unmounted"
        end
    end
    return missing
end

-- The rules of rsync that hide paths from a pass on both sides: nothing of them is sent, and nothing deleted.
local function hiding_rules(left_out)
    local list = {}
    for path in pairs(left_out) do list[#list + 1] = "--filter=- " .. literal(path) end
    table.sort(list)
    return list
end

-- What rsync printed to standard error, which the wrapper keeps: its lines, with the names as they are.
local function read_errors(path)
    local file, lines = io.open(path), {}
    for line in lines_of(file) do lines[#lines + 1] = line end
    if file then file:close() end
    return lines
end

-- A name as it is, of one as rsync prints it.
local function name_of(printed)
    return (printed:gsub("\\#(%d%d%d)", function(code) return string.char(tonumber(code, 8) % 256) end))
end

-- The last line that says why a run failed. rsync's own last line says no more than its code, and that the connection
-- ended is no reason where somebody gave one.
local function telling_line(lines)
    for index = #lines, 1, -1 do
        local line = lines[index]
        if line ~= "" and not line:find("^rsync error: ") and not line:find("^rsync: connection unexpectedly closed")
            and not line:find("^rsync: %[sender%] write error: ")
        then
            return line
        end
    end
    return lines[#lines] or ""
end

-- What rsync says in front of the name of a path that it could not read on this side (3.0.9 to 3.5.0).
local CANNOT_READ = {
    "^opendir $", "^readdir%($", "^readlink_stat%($", "^send_files failed to open $", "^read errors mapping $",
}

-- The path below the source of which a line of rsync's says that it could not be read; nil where it says something else.
local function unreadable_path(line, directory)
    local head, printed = line:match('^rsync: (.-)"(/.*)"')
    if not head or head:find("^%[[rg]e[cn]e") then return nil end
    head = head:gsub("^%[sender%] ", "")
    for _, pattern in ipairs(CANNOT_READ) do
        if head:find(pattern) then
            local path = name_of(printed)
            if path:sub(1, #directory) == directory and #path > #directory then return path:sub(#directory) end
        end
    end
    return nil
end

-- The path of which a line says that the slave has something else in its place that may not be deleted.
local function blocked_path(line)
    local printed = line:match("^could not make way for [%w ]+: (.+)$")
    return printed and "/" .. name_of(printed):gsub("/$", "")
end

-- A text in JSON. Names are bytes; what is no UTF-8 would make all of the report unreadable.
local function json(text)
    local parts, index = {}, 1
    while index <= #text do
        local byte = text:byte(index)
        local length = byte < 0x80 and 1 or byte >= 0xc2 and byte < 0xe0 and 2 or byte >= 0xe0 and byte < 0xf0 and 3
            or byte >= 0xf0 and byte < 0xf5 and 4 or 0
        local part = text:sub(index, index + length - 1)
        local second = part:byte(2) or 0
        if length == 0 or #part < length or part:sub(2):find("[^\128-\191]")
            or byte == 0xe0 and second < 0xa0 or byte == 0xed and second > 0x9f
            or byte == 0xf0 and second < 0x90 or byte == 0xf4 and second > 0x8f
        then
            part, length = "\\ufffd", 1
        elseif length == 1 and (byte < 32 or byte == 127) then
            part = string.format("\\u%04x", byte)
        elseif part == '"' or part == "\\" then
            part = "\\" .. part
        end
        parts[#parts + 1] = part
        index = index + length
    end
    return '"' .. table.concat(parts) .. '"'
end

-- Runs a program: calls take(line) for each line of its output, and complain(line) for each of its standard error, once it
-- has ended. Returns its exit code, which the shell has to print: Lua 5.1 does not say how a process ended that was read.
local function read_lines(words, take, complain)
    local errors, command = os.tmpname(), {}
    for index, word in ipairs(words) do command[index] = quoted(word) end
    local pipe = assert(io.popen(table.concat(command, " ") .. " 2>" .. quoted(errors) .. "; echo $?"))
    local last
    for line in pipe:lines() do
        if last then take(last) end
        last = line
    end
    pipe:close()
    for line in io.lines(errors) do complain(line) end
    os.remove(errors)
    return tonumber(last) or 1
end

-- Prints, a line for each, what a full pass would destroy on the slave, as rsync itemizes it: flags of eleven columns, a
-- space, the path. "*deleting" is what the master does not have; "+++++++++" what is of another type than on the master,
-- such as a link in a directory's place; "newer" and "older" are files that differ. Nothing is transferred. Returns rsync's
-- exit code.
local function list_losses(rsync, source, target, deleting, left_out)
    local hidden, complaints = hiding_rules(left_out), {}

    -- To rsync a path of another type is one that is not there, and is made anew. With --existing all that is really not
    -- there is left out, so that of these flags each is a replacement.
    local function ask(options, without, take)
        local words = { rsync.binary, "--dry-run", "-r", "--existing", "--out-format=%i %n" }
        for _, list in ipairs { options, hidden, rsync._computed } do
            for _, word in ipairs(list) do
                if word ~= without then words[#words + 1] = word end
            end
        end
        words[#words + 1], words[#words + 2] = source, target
        local unreadable = {}
        complaints = {}
        local exit = read_lines(words, function(line)
            local flags, path = line:sub(1, 11), line:sub(13)
            local is_item = flags:find("^%*deleting  $") or flags:find("^[<>ch.][fdLDS][%w.+? ]+$")
            if is_item and line:sub(12, 12) == " " and not is_canary("/" .. path) then take(flags, path, line) end
        end, function(line)
            local path = unreadable_path(line, source)
            if path then unreadable[#unreadable + 1] = "--filter=- " .. literal(path) end
            complaints[#complaints + 1] = line
        end)
        return exit, unreadable
    end

    -- Where a directory cannot be read rsync deletes nothing at all, and the service goes on without that directory.
    local found, differing, is_newer, exit
    for _ = 1, 3 do
        found, differing, is_newer = {}, {}, {}
        local unreadable
        exit, unreadable = ask(deleting, nil, function(flags, path, line)
            if flags:sub(1, 1) == "*" or flags:find("+++++++++", 1, true) then
                found[#found + 1] = line
            elseif flags:find("^[<>h]f.*[cst]") then
                differing[#differing + 1], is_newer[path] = path, true
            elseif flags:find("^c[LDS]") then
                -- rsync does not say of links and devices which one is newer.
                found[#found + 1] = "older       " .. path
            end
        end)
        if #deleting == 0 or #unreadable == 0 then break end
        for _, rule in ipairs(unreadable) do hidden[#hidden + 1] = rule end
    end

    -- --update leaves out the files that are newer on the slave, and without a window it goes by whole seconds; with
    -- --ignore-times it names all others.
    if #differing > 0 and (exit == 0 or exit == PARTIAL or exit == VANISHED) then
        exit = ask({ "--update", "--ignore-times" }, WINDOW, function(flags, path)
            if flags:find("^[<>h.]f") then is_newer[path] = nil end
        end)
        for _, path in ipairs(differing) do
            found[#found + 1] = (is_newer[path] and "newer       " or "older       ") .. path
        end
    end
    for _, line in ipairs(complaints) do io.stderr:write(line, "\n") end
    for _, line in ipairs(found) do io.write(line, "\n") end
    return exit
end

-- Those who want to know of changes, by the source: however many copies one lsyncd keeps of a directory, each change of
-- it is taken off lsyncd's hands once. A global, as each copy's settings load this file anew.
lockstep_listeners = lockstep_listeners or {}
local listeners = lockstep_listeners

-- Calls listener(path, is_whole, is_new, is_content) for each change below a directory; new is what was no directory and
-- not there before, content all but attributes and deletions. Returns the directory as lsyncd has it, without symbolic
-- links, a slash at its end.
local function listen(source, listener)
    if listeners[source] then
        table.insert(listeners[source], listener)
        return listeners[source].directory
    end
    local all = { listener, gone = {} }
    listeners[source] = all

    -- Never more than lsyncd has just read: its queue stays short.
    local function pass_on(inlet)
        local event = inlet.getEvent()
        if not event then return end
        local kind, path = event.etype, "/" .. event.path
        inlet.discardEvent(event)
        local is_directory = path:sub(-1) == "/"
        local is_whole = is_directory and (kind == "Create" or kind == "Delete")
        local is_new = not is_directory and kind == "Create"
        local is_content = kind ~= "Attrib" and kind ~= "Delete" and (is_whole or not is_directory)
        if is_whole and kind == "Delete" then
            all.gone[path] = { at = now() + BEAT }
        elseif kind == "Create" then
            all.gone[is_directory and path or path .. "/"] = nil
        end
        for _, tell in ipairs(all) do tell(path, is_whole, is_new, is_content) end
    end
    local function watch(name, rules)
        local config = { name = name .. " of " .. source, source = source, delay = 0, action = pass_on }
        config.checkgauge = { name = true, filter = true, exclude = true }
        for word, value in pairs(rules) do config[word] = value end
        return sync(config).getConfig().source
    end
    -- Of a directory that was moved in, lsyncd queues all that it finds below, one by one, before anyone can take it.
    -- Hence two syncs: the first learns of directories only, and sends a new one whole; to the second there are none.
    all.directory = watch("directories", { filter = { "+ **/", "- **" } })
    watch("files", { exclude = { "**/" } })
    return all.directory
end

-- A directory that lsyncd was told is gone, and that is there: when two directories are exchanged at once, lsyncd forgets to
-- watch one of them, and hears nothing of what is made in it (2.2.3). One that is made anew is told of; the second look is
-- for what is told late.
local function deaf_directory(source)
    local all = listeners[source]
    for path, gone in pairs(all.gone) do
        if gone.at <= now() then
            local handle = io.open(all.directory .. path:sub(2) .. ".")
            if handle then handle:close() end
            if handle and gone.is_there then return path end
            if handle then gone.is_there, gone.at = true, now() + BEAT else all.gone[path] = nil end
        end
    end
    return nil
end

-- Those who want to keep something before this lsyncd ends, one for each copy.
lockstep_keepers = lockstep_keepers or {}

-- Ends lsyncd, for its supervisor to start it anew: it watches what is there then, and makes full passes.
local function start_over(name, why)
    log("Error", name, ": ", why, ", starting over")
    for _, keep in ipairs(lockstep_keepers) do keep() end
    terminate(1)
end

-- Lets systemd know that this lsyncd goes on: one that is stuck is started again after so many seconds. Only from the first
-- beat on, as lsyncd says nothing while it walks through a large source at its start.
local function keep_watchdog()
    local seconds = tonumber(os.getenv("LOCKSTEP_WATCHDOG") or "")
    if not seconds or not os.getenv("NOTIFY_SOCKET") or lockstep_has_watchdog then return end
    lockstep_has_watchdog = true
    local function tell()
        alarm(now() + seconds / 4, tell)
        os.execute(string.format("exec systemd-notify WATCHDOG_USEC=%d WATCHDOG=1", seconds * 1000000))
    end
    alarm(now() + BEAT, tell)
end

-- Keeps one slave's target equal to the source. Ends at once, with nothing started or written, where lsyncd was called
-- only to check its configuration.
function layer.replicate(wanted)
    check(wanted)
    local name, source, run, kept = wanted.name, wanted.source, wanted.run, wanted.state
    local delay, deletes = tonumber(wanted.delay), wanted.delete
    local watched = identity(source)

    local state = {
        phase      = "starting", -- then live; suspended and catching-up after failures; catching-up on request
        incomplete = false,      -- whether files were left behind that rsync could not transfer
        failures   = 0,          -- since the last run that worked
        wait       = 0,          -- seconds until the next attempt
        repair     = 0,          -- seconds until the full pass that tries those files again
        runs = 0, exit = -1, ok_at = 0, failed_at = 0,
        said = "",               -- the last line of ssh's or rsync's standard error, of the last run that failed
        watches = 0, watches_at = 0, -- of the whole process, when they were last counted
    }
    -- Canaries go by themselves, as they may go where nothing else is deleted.
    local changes, canaries = no_changes(), no_changes()
    local due               -- when they are old enough to be sent
    local running = {}      -- what rsync is doing: { is_full, changes }; at first lsyncd is about to call for a full pass
    local running_since = 0
    local has_new_file = false -- among the changes
    local has_read_on = false  -- since the last transfer of changes
    local is_holding = false -- until the next attempt
    local wants_full = false
    local lacks_space = false -- on the slave
    local has_left_behind = false -- files of which rsync did not name a reason that can be left out
    local missed = no_changes() -- while the target was suspended
    local inlet, rsync, directory, target

    -- Paths below the source that passes leave out, and why. What is not mounted is looked up, the others are what rsync
    -- said; those are tried again after some time.
    local known_mounts, mounts_at_start, missing_mounts = {}, {}, {}
    local unread, unread_count = {}, 0
    local closed = {} -- the directories among them that lsyncd could not open either, and so does not watch

    local function can_open(path)
        local handle = io.open(directory .. path:sub(2) .. "/.")
        if handle then handle:close() end
        return handle ~= nil
    end

    local function left_out()
        local all, count = {}, 0
        for _, some in ipairs { unread, missing_mounts } do
            for path, why in pairs(some) do
                count = count + (all[path] and 0 or 1)
                all[path] = why
            end
        end
        return all, count
    end

    -- Looks up what is mounted. A mount that went away is left out from now on; one that came is not watched yet.
    local function look_at_mounts()
        local mounts, holder = mounts_of(directory)
        local has_new = false
        for point in pairs(mounts) do
            has_new = has_new or not known_mounts[point]
            known_mounts[point] = true
        end
        if has_new then
            local points = {}
            for point in pairs(known_mounts) do points[#points + 1] = point end
            table.sort(points)
            if not save_list(kept .. "/mounts", points, true) then
                log("Warn", name, ": ", kept, "/mounts cannot be written, what is mounted now is forgotten at the next start")
            end
        end
        local missing = unmounted(directory, known_mounts, mounts, holder)
        for path in pairs(missing) do
            if not missing_mounts[path] then
                log("Warn", name, ": ", path, " was a file system of its own and is not mounted: it is left out, and the slave ",
                    "keeps what it has of it. Mount it, or: lockstep resync --accept-missing ", (source:gsub("/+$", "")) .. path)
            end
        end
        missing_mounts = missing
        return mounts
    end

    -- Content that may not have arrived though rsync compared the files: by its size and its time it takes a file that was
    -- replaced by one of the same size and time for the same. A file that rsync sent is no longer in doubt.
    local doubts, doubts_since = { paths = {}, count = 0, is_all = false }, nil
    local suspects, suspects_count = {}, 0 -- of these those whose time was set by somebody: path to its status time
    local has_just_compared = false
    local compared, compared_count = {}, 0 -- the status time with which a path was last compared by its content

    local function doubt(path)
        if doubts.paths[path] or doubts.is_all then return end
        if doubts.count >= MANY_DOUBTS then
            log("Warn", name, ": more than ", MANY_DOUBTS, " files may differ in content alone, the next full pass compares all")
            doubts = { paths = {}, count = 0, is_all = true }
            has_left_behind, state.incomplete, state.repair = true, true, REPAIR
            return
        end
        doubts_since = doubts_since or os.time()
        doubts.paths[path], doubts.count = true, doubts.count + 1
    end

    local function doubt_all(some)
        for path in pairs(some.content) do doubt(path) end
    end

    -- Keeps what was not sent yet for the next start, which makes a full pass, and could not see such content.
    local has_kept_doubts = false
    local function keep_doubts()
        local words = {}
        local function add(paths)
            for path in pairs(paths) do words[#words + 1] = path end
        end
        if doubts.is_all then
            words[1] = "*"
        else
            add(doubts.paths)
            add(suspects)
            local at_work = running or {}
            for _, some in ipairs { changes, missed, at_work.changes or {} } do add(some.content or {}) end
            add(at_work.looks_at or {})
            add(at_work.compares or {})
            if #words > MANY_DOUBTS then words = { "*" } end
        end
        has_kept_doubts = #words > 0
        save_list(kept .. "/doubts", words)
    end

    local function waiting()
        local count, since = 0, 0
        for _, some in ipairs { changes, canaries, missed, running and running.changes or {} } do
            if some.since then
                count = count + some.count
                if since == 0 or some.since < since then since = some.since end
            end
        end
        return count, since
    end

    -- lsyncd's status file is written when something happens and not otherwise, in place, with a line for each watch.
    -- This report is whole at any moment and never older than a beat while lsyncd lives: it is the heartbeat as well.
    local function report()
        local file = io.open(run .. "/report.json.new", "w")
        if not file then return end
        local count, since = waiting()
        local paths, left, left_count = {}, left_out()
        for path in pairs(left) do paths[#paths + 1] = path end
        table.sort(paths)
        local listed = {}
        for index = 1, math.min(20, #paths) do
            listed[index] = '{"path":' .. json(paths[index]) .. ',"why":"' .. left[paths[index]] .. '"}'
        end
        file:write(string.format(
            '{"layer":%d,"lsyncd":"%s","name":"%s","phase":"%s","incomplete":%s,"failures":%d,"retry_in":%d,'
                .. '"runs":%d,"exit":%d,"ok_at":%d,"failed_at":%d,"watches":%d,"watches_at":%d,"written_at":%d,'
                .. '"waiting":%d,"waiting_since":%d,"sending_since":%d,"sending_full":%s,',
            layer.version, lsyncd_version, name, state.phase, tostring(state.incomplete), state.failures,
            math.max(0, state.wait), state.runs, state.exit, state.ok_at, state.failed_at, state.watches,
            state.watches_at, os.time(), count, since, running_since,
            tostring(running_since > 0 and running.is_full == true)))
        file:write('"left_out":[', table.concat(listed, ","), '],"left_out_count":', string.format("%d", left_count),
            ',"said":', json(state.said), "}\n")
        file:close()
        os.rename(run .. "/report.json.new", run .. "/report.json")
    end

    -- Runs rsync, for an event of lsyncd's or one of our own.
    local function transfer(what, event, ...)
        running, running_since = what, os.time()
        spawn(event or inlet.createBlanketEvent(), rsync.binary, ...)
    end

    -- What a run that may delete is told. rsync deletes after it has sent, and where the slave's disk is full that is too
    -- late. It never deletes where it could not read on this side: --ignore-errors would empty the copy of such a directory.
    local function deleting() return lacks_space and "--delete-before" or "--delete" end

    local NOTHING = { is_nothing = true }

    -- A source that is empty is more likely one that was not mounted than one whose last file was deleted while no one
    -- watched: it never empties a target.
    local function full_pass(event)
        wants_full = false
        look_at_mounts()
        local hidden = left_out()
        if hidden["/"] then
            running = NOTHING
            spawn(event or inlet.createBlanketEvent(), "/bin/sh", "-c", ":")
            return
        end
        local is_empty = true
        for entry in pairs(readdir(source) or {}) do
            if not is_canary("/" .. entry) then is_empty = false end
        end
        if is_empty then log("Warn", name, ": the source is empty, nothing is deleted from the target") end
        -- rsync keeps what it has of a file that was cut short, and deletes such leftovers never: on a disk that is full
        -- they keep it full. They go where nothing is to be continued, and where the disk is the trouble.
        local leftovers = state.runs > 0 and (state.failures == 0 or state.exit == BROKEN_FILE or lacks_space)
            and { "--filter=R .rsync-partial/" } or {}
        local compares = doubts.is_all and { "--checksum" } or {}
        log("Normal", name, ": full pass")
        transfer({ is_full = true, compares_all = doubts.is_all }, event, "--into=" .. run, hiding_rules(hidden), leftovers,
            compares, deletes ~= "no" and not is_empty and { deleting() } or {}, rsync._computed, "-r", directory, target)
    end

    local function send(some)
        look_at_mounts()
        local hidden = left_out()
        -- Soon lsyncd starts over, as its source is not the directory that it was.
        if hidden["/"] then return end
        has_new_file, has_read_on, has_just_compared = false, false, false
        local is_canaries = some == canaries
        if is_canaries then canaries = no_changes() else changes = no_changes() end
        -- A directory that has become a link or a file arrives wherever full passes delete.
        local options = (deletes == "yes" or is_canaries) and { deleting(), "--force" }
            or deletes == "startup" and { "--force" } or {}
        transfer({ changes = some, is_canaries = is_canaries }, nil, "<", table.concat(patterns(some), "\0"),
            "--into=" .. run, hiding_rules(hidden), rsync._computed, "-r", options, "--from0", "--include-from=-",
            "--exclude=*", next(some.content) and { "--out-format=%i %n" } or {}, directory, target)
    end

    -- A file that is made is two changes, and of the second, that it was written, lsyncd may not have read yet. Sent apart
    -- they would be two transfers, the next change waiting for both. lsyncd reads on when a process that does nothing has
    -- ended, a millisecond later; its own clock has ticks of ten. Once before a transfer: files that are made without end are
    -- not to hold it up.
    local READING_ON = {}
    local function read_on()
        has_read_on, running = true, READING_ON
        spawn(inlet.createBlanketEvent(), "/bin/sh", "-c", ":")
    end

    -- Of what is in doubt, finds the files whose time was set by somebody: where a file was written and no more, its time is
    -- its status time, and such a time no other content ever had. A time without a fraction says nothing, as on file
    -- systems that count seconds. Of directories it finds those that were moved, by the same, as two files that were
    -- written at the same moment may have changed places with them. To a slave's rsync that compares whole seconds all
    -- times are such.
    local LOOKING = [[
        export LC_ALL=C
        cd "$1" || exit
        look='find "$@" -prune -type d -exec stat -c "%y|%z|%n" -- {} +; find "$@" -type f -exec stat -c "%y|%z|%n" -- {} +'
        { xargs -0 sh -c "[ \$# -eq 0 ] || { $look; }; :" sh 2>/dev/null || echo '|failed|'; } |
            if [ "$3" = yes ]; then
                sed -n -e '/^[^|.]*|/p' -e '/^[^|]*\.0* /{p;d;}' -e '/^[^|.]*|/d' -e '/^\([^|]*\)|\1|/!p'
            else cat; fi >"$2/suspects"
    ]]
    local function look_at_doubts()
        local words, hidden = {}, left_out()
        for path in pairs(doubts.paths) do
            local is_hidden = false
            for left in pairs(hidden) do
                is_hidden = is_hidden or path == left or path:sub(1, #left + 1) == left .. "/"
            end
            if not is_hidden then words[#words + 1] = "." .. path end
        end
        running, has_just_compared = { looks_at = doubts.paths }, true
        doubts = { paths = {}, count = 0, is_all = false }
        spawn(inlet.createBlanketEvent(), "/bin/sh", "<", table.concat(words, "\0"), "-c", LOOKING, "sh", directory, run,
            wanted.modify_window)
    end
    local function read_suspects(what, exit)
        local function suspect(path, status_time)
            if not suspects[path] then suspects_count = suspects_count + 1 end
            suspects[path] = status_time
        end
        local file = exit == 0 and io.open(run .. "/suspects")
        local has_failed = not file
        for line in lines_of(file) do
            local status_time, path = line:match("^[^|]*|([^|]*)|%.(/.*)$")
            if path and compared[path] ~= status_time then suspect(path, status_time) end
            has_failed = has_failed or line == "|failed|"
        end
        if file then file:close() end
        for path in pairs(what.looks_at) do
            -- Of a name that is two lines the second one is lost.
            if has_failed or path:find("\n", 1, true) then suspect(path, "") end
        end
        os.remove(run .. "/suspects")
        if suspects_count == 0 and doubts.count == 0 then doubts_since = nil end
    end

    -- Compares the content of some suspects, and sends what is different.
    local function compare()
        look_at_mounts()
        local hidden = left_out()
        if hidden["/"] then return end
        has_just_compared = true
        local some, some_times = no_changes(), {}
        for path, status_time in pairs(suspects) do
            if some.count >= MANY then break end
            add_change(some, path, path:sub(-1) == "/")
            some_times[path] = status_time
        end
        for path in pairs(some_times) do
            suspects[path], suspects_count = nil, suspects_count - 1
        end
        transfer({ compares = some_times }, nil, "<", table.concat(patterns(some), "\0"),
            "--into=" .. run, hiding_rules(hidden), rsync._computed, "-r", "--checksum", "--from0", "--include-from=-",
            "--exclude=*", directory, target)
    end

    -- Does what is to be done next, if it is time for it.
    local function go_on()
        if running or is_holding then return end
        if wants_full then return full_pass() end
        local is_due = due and due <= now()
        -- What is in doubt waits for what is not, but not for ever.
        local has_waited = doubts_since and os.time() - doubts_since >= LOOK
        if is_due and (has_just_compared or not has_waited or state.phase ~= "live") then
            if has_new_file and not has_read_on then return read_on() end
            if not canaries.is_empty then return send(canaries) end
            if not changes.is_empty then return send(changes) end
        end
        if state.phase == "live" then
            if suspects_count > 0 then return compare() end
            if doubts.count > 0 then return look_at_doubts() end
        end
        has_just_compared = false
    end

    local function note(path, is_whole, is_new, is_content)
        -- What could not be read, or not be replaced, has changed: it is tried again.
        if unread_count > 0 then
            for left in pairs(unread) do
                if path == left or path == left .. "/" then unread[left], unread_count = nil, unread_count - 1 end
            end
        end
        -- The full pass on its return makes good what a suspended target misses, but for content that it cannot see.
        if state.phase == "suspended" then
            if missed.count >= MANY_DOUBTS then
                doubts.is_all = doubts.is_all or is_content
            else
                add_change(missed, path, is_whole, is_content)
            end
            return
        end
        has_new_file = has_new_file or is_new and delay == 0
        if changes.is_empty and canaries.is_empty then
            -- With no delay as well only when lsyncd has passed on all that it has read.
            due = now() + delay
            alarm(due, go_on)
        end
        add_change(deletes ~= "yes" and is_canary(path) and canaries or changes, path, is_whole, is_content)
    end

    local function suspend()
        state.phase = "suspended"
        for _, some in ipairs { canaries, changes } do add_all(missed, some) end
        changes, canaries, has_new_file = no_changes(), no_changes(), false
    end

    local function catch_up(tries_all)
        state.phase, state.wait, state.repair = "catching-up", 0, 0
        if tries_all then unread, unread_count = {}, 0 end
        wants_full = true
        go_on()
    end

    -- What rsync did not send of the content of some changes. It prints a line for each path that it changed, and a file
    -- whose attributes alone were different is not sent by that.
    local function doubt_unsent(some)
        if not next(some.content) then return end
        local file = io.open(run .. "/sent")
        for line in lines_of(file) do
            local path = line:match("^[<>h]%S+ (.*)$") or line:match("^c%S+ (.*)$")
            if path then some.content["/" .. name_of(path)] = nil end
        end
        if file then file:close() end
        os.remove(run .. "/sent")
        doubt_all(some)
    end

    -- Whether rsync named anything new that it could not read or not replace: that is left out from now on.
    local function leave_out(lines)
        local has_new = false
        for _, line in ipairs(lines) do
            local path, why = unreadable_path(line, directory), "unreadable"
            if not path then path, why = blocked_path(line), "blocked" end
            if path and path ~= "/" and not unread[path] and unread_count < MANY_LEFT_OUT then
                log("Warn", name, ": ", path, why == "blocked" and " cannot replace what the slave has there"
                    or " cannot be read", ", it is left out: ", line)
                unread[path], unread_count, has_new = why, unread_count + 1, true
                closed[path] = line:find("opendir ", 1, true) and not can_open(path) or nil
            end
        end
        return has_new
    end

    local function has_unreadable()
        for _, why in pairs(unread) do
            if why == "unreadable" then return true end
        end
        return false
    end

    local function give_back(what)
        if what.is_full then
            wants_full = true
        elseif what.changes then
            add_all(what.is_canaries and canaries or changes, what.changes)
        end
    end

    -- What a run of rsync has come to.
    local function judge(what, exit)
        state.runs, state.exit = state.runs + 1, exit
        if exit == 0 or exit == VANISHED then
            if state.failures > 0 then log("Normal", name, ": works again") end
            state.failures, state.wait, state.ok_at, lacks_space = 0, 0, os.time(), false
            has_left_behind = has_left_behind and not what.is_full
            state.incomplete = has_left_behind or unread_count > 0
            if what.is_full then
                if state.phase ~= "live" then log("Normal", name, ": complete, following the source") end
                state.phase = "live"
                if has_unreadable() then state.repair = REPAIR end
                if what.compares_all then doubts.is_all = false end
                doubt_all(missed)
                missed = no_changes()
                report()
            elseif what.compares then
                if compared_count > MANY_DOUBTS then compared, compared_count = {}, 0 end
                for path, status_time in pairs(what.compares) do
                    -- A time of whole seconds may be that of other content as well.
                    if status_time:find("%.%d*[1-9]") and path:sub(-1) ~= "/" then
                        compared[path], compared_count = status_time, compared_count + 1
                    end
                end
                if suspects_count == 0 and doubts.count == 0 then doubts_since = nil end
            else
                doubt_unsent(what.changes)
            end
            return
        end

        local lines = read_errors(run .. "/errors")
        state.said = telling_line(lines):sub(1, 300)
        for _, line in ipairs(lines) do
            -- ENOSPC and EDQUOT, in whatever language.
            lacks_space = lacks_space or line:find(" %(28%)$") ~= nil or line:find(" %(122%)$") ~= nil
        end
        state.failed_at = os.time()
        if exit == PARTIAL and leave_out(lines) then
            state.incomplete = true
            if has_unreadable() then state.repair = REPAIR end
            give_back(what)
            return
        end

        if what.compares and exit == PARTIAL then
            has_left_behind, state.incomplete, state.repair = true, true, REPAIR
            return
        end
        for path in pairs(what.compares or {}) do doubt(path) end
        state.failures = state.failures + 1
        if exit == PARTIAL and state.failures > SKIP_FILES then
            log("Warn", name, ": some files cannot be transferred, going on without them; a full pass follows in ",
                REPAIR, " s")
            has_left_behind = true
            state.failures, state.wait, state.incomplete, state.repair = 0, 0, true, REPAIR
            if what.is_full then state.phase = "live" end
            return
        end

        state.wait = math.floor(math.min(LONGEST_WAIT, 2 ^ math.min(state.failures - 1, 10)))
        log("Warn", name, ": rsync ended with ", exit, ", failure ", state.failures, ", next attempt in ", state.wait,
            " s")
        if what.changes then add_all(what.is_canaries and canaries or changes, what.changes) end
        if what.is_full or (exit ~= PARTIAL and state.failures >= KEEP_CHANGES) then return suspend() end
        is_holding = true
        alarm(now() + state.wait, function()
            is_holding = false
            go_on()
        end)
    end

    -- lsyncd's own table of exit codes makes some end the daemon, all unknown ones too, and takes 23 (some files failed)
    -- for done. Here the answer is always that the event is dealt with.
    local function verdict(_, exit)
        local what = running
        running, running_since = nil, 0
        if what == NOTHING then
            state.phase, state.wait = "suspended", LOOK
        elseif what.looks_at then
            read_suspects(what, exit)
        elseif what ~= READING_ON then
            judge(what, exit)
        end
        -- Not before lsyncd has put this run away.
        alarm(now(), go_on)
        return "ok"
    end

    directory = listen(source, note)
    for _, point in ipairs(load_list(kept .. "/mounts")) do
        if is_below(point, directory) or holds(point, directory) then known_mounts[point] = true end
    end
    target = wanted.user .. "@" .. (wanted.address:find(":", 1, true) and "[" .. wanted.address .. "]"
        or wanted.address) .. ":" .. sent_path(wanted.target, wanted.gate)
    inlet = sync {
        default.rsync,
        name = name, checkgauge = { name = true },
        -- This sync runs rsync, and watches nothing but a directory in which nothing happens.
        source = wanted.rsync:match("^(.*)/"), exclude = { "**" },
        target = target,
        -- lsyncd 2.3.1 loses its queue with more.
        maxProcesses = 1,
        init = full_pass, collect = verdict,
        action = function(all)
            local event = all.getEvent()
            if event then all.discardEvent(event) end
        end,
        -- No timeout of rsync's: a pass that compares all content is silent for as long as that takes. ssh ends one whose
        -- slave does not answer.
        rsync = {
            binary = wanted.rsync,
            archive = true,
            compress = wanted.compress == "yes",
            checksum = wanted.checksum == "yes",
            hard_links = wanted.hard_links == "yes",
            acls = wanted.acls == "yes",
            xattrs = wanted.xattrs == "yes",
            protect_args = false, -- the gate on the slave must see what it allows
            -- A check runs without the service's directory, and must not share its connection.
            rsh = ssh_command(wanted, os.getenv("LOCKSTEP_CHECK") and "none" or run .. "/ssh"),
            _extra = extra_options(wanted),
        },
    }
    rsync = inlet.getConfig().rsync

    -- Called to check the settings, or to tell what the first pass would destroy; never to start anything.
    local check = os.getenv("LOCKSTEP_CHECK")
    if check == "deletions" then
        local mounts, holder = mounts_of(directory)
        local hidden = unmounted(directory, known_mounts, mounts, holder)
        local deleting = deletes ~= "no" and { "--delete" } or {}
        os.exit(hidden["/"] and 0 or list_losses(rsync, directory, target, deleting, hidden))
    end
    if check then os.exit(0) end

    for _, path in ipairs(load_list(kept .. "/doubts")) do
        if path == "*" then doubts.is_all = true else add_change(missed, path, path:sub(-1) == "/", true) end
    end
    has_kept_doubts = doubts.is_all or not missed.is_empty
    lockstep_keepers[#lockstep_keepers + 1] = keep_doubts
    mounts_at_start = look_at_mounts()

    -- Takes note of the mounts of which an operator says that they are gone for good: paths below the source, "/" for what
    -- it lies on. What lies below them is not watched: lsyncd starts over, a beat later, as other copies may be told as well.
    local has_accepted = false
    local function accept_missing()
        if has_accepted then return start_over(name, "what is mounted has changed") end
        local accepted = load_list(run .. "/accept-missing")
        os.remove(run .. "/accept-missing")
        for _, path in ipairs(accepted) do
            local is_known = false
            for point in pairs(known_mounts) do
                local place = is_below(point, directory) and point:sub(#directory) or "/"
                if (place == path or is_below(place, path .. "/")) and missing_mounts[place] then
                    log("Normal", name, ": ", place, " is not mounted any more, and accepted as such")
                    known_mounts[point], is_known, has_accepted = nil, true, true
                end
            end
            if not is_known then log("Warn", name, ": ", path, " is no mount that is missing, nothing is accepted") end
        end
        if #accepted == 0 or not has_accepted then return end
        local points = {}
        for point in pairs(known_mounts) do points[#points + 1] = point end
        table.sort(points)
        save_list(kept .. "/mounts", points, true)
    end

    local function look()
        -- lsyncd does not notice that the directory it watches was removed, replaced or unmounted, and stays deaf.
        if identity(source) ~= watched then return start_over(name, "the source is not the directory it was") end
        local mounts = look_at_mounts()
        if missing_mounts["/"] and state.phase == "live" then
            return start_over(name, "what the source lies on is not mounted")
        end
        for point, mount in pairs(mounts) do
            if mounts_at_start[point] ~= mount then
                return start_over(name, "a file system was mounted at " .. point)
            end
        end
        for path in pairs(closed) do
            if can_open(path) then return start_over(name, path .. " can be read again, and is not watched") end
        end
        local oldest = select(2, waiting())
        local is_old = oldest > 0 and os.time() - oldest >= LOOK
        if is_old or doubts_since or doubts.is_all or has_kept_doubts then keep_doubts() end
    end

    local since_look, until_count = 0, 0
    local function beat()
        alarm(now() + BEAT, beat)
        since_look = since_look + BEAT
        if since_look >= LOOK then
            since_look = 0
            look()
        end
        local deaf = deaf_directory(source)
        if deaf then start_over(name, deaf .. " was exchanged with another directory") end
        until_count = until_count - BEAT
        if until_count <= 0 then
            until_count, state.watches, state.watches_at = COUNT, count_watches(), os.time()
        end
        -- Waits are counted in beats and not read from the clock, which may jump.
        if state.phase == "suspended" then state.wait = state.wait - BEAT end
        local is_repair_due = state.repair > 0 and state.repair <= BEAT
        if state.repair > 0 then state.repair = state.repair - BEAT end
        accept_missing()
        local tries_all = os.remove(run .. "/resync") or is_repair_due and state.incomplete and state.phase == "live"
        if tries_all or state.phase == "suspended" and state.wait <= 0 then catch_up(tries_all) end
        report()
    end
    alarm(now(), beat)
    keep_watchdog()
end

return layer
