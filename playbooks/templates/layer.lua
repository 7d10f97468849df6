-- Lockstep's layer over lsyncd, the same file on every master.
--
-- lsyncd 2.2.2 to 2.3.1 sees changes well, queues them badly, and forgets: a transfer that failed in an unforeseen way is
-- taken for done or ends the daemon. Here lsyncd only watches and runs what it is told to. What has changed is kept in a
-- set of our own for each copy; every run of rsync has a verdict, every failure a next attempt, and whatever was missed
-- meanwhile is made good by a full pass. The comments say which habit of lsyncd a part answers.

local layer = { version = 3 }

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
local LOOK         = 10  -- between two looks at whether the source is still the directory that is watched
local LONGEST_WAIT = 60  -- the limit of the doubling wait between two attempts
local REPAIR       = 600 -- from a pass that left files behind to the next full one
local COUNT        = 600 -- between two counts of the watches
local IDLE         = 60  -- without a byte, after which rsync gives up

-- Attempts.
local KEEP_CHANGES = 3   -- failures to send some changes, after which they are dropped in favour of a full pass
local SKIP_FILES   = 3   -- attempts at files that fail one by one, before going on without them

-- Changed entries of one directory from which on all its entries are looked at: rsync compares each with each.
local MANY = 500

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
    bandwidth   = "^%d+$",
    owner_map   = PAIRS,
    group_map   = PAIRS,
    mode_map    = "^[%w,+=-]*$",
    -- rsync splits the ssh command at spaces.
    key         = "^/[%w/._@-]*$",
    known_hosts = "^/[%w/._@-]*$",
    run         = "^/[%w/._@-]*$",
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
local function no_changes() return { is_empty = true, paths = {}, in_directory = {} } end

local function parent_of(path) return path:match("^(.*/)[^/]+/?$") end

-- Adds a path; a directory that was made or is gone goes with all that is below it.
local function add_change(changes, path, is_whole)
    changes.is_empty = false
    local known = changes.paths[path]
    if not known then
        local directory = parent_of(path)
        if directory then changes.in_directory[directory] = (changes.in_directory[directory] or 0) + 1 end
    end
    changes.paths[path] = known == "whole" and known or is_whole and "whole" or "itself"
end

local function add_all(changes, others)
    for path, extent in pairs(others.paths) do add_change(changes, path, extent == "whole") end
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
    if #wanted.exclude == 0 then return {} end
    local list = { "--filter=+ /" .. CANARY .. "*/***" }
    for _, pattern in ipairs(wanted.include) do list[#list + 1] = "--filter=+ " .. pattern end
    for _, pattern in ipairs(wanted.exclude) do list[#list + 1] = "--filter=- " .. pattern end
    return list
end

-- What rsync is told beside what lsyncd's own keys say.
local function extra_options(wanted)
    local list = rules(wanted)
    local function add(option) list[#list + 1] = option end
    -- Without it two versions of equal length from the same second are one to rsync. Only the receiving side compares; and
    -- rsync itself would send it on as -@-1, which rrsync does not know.
    add("-M--modify-window=-1")
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

-- Which directory a path is at this moment; nil where there is none.
local function identity(path)
    local pipe = io.popen("exec stat -L -c %d:%i '" .. path:gsub("'", "'\\''") .. "' 2>/dev/null")
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

-- Lets rsync print, a line for each, what a full pass would change; a deletion begins with "*deleting". Nothing is
-- transferred. Returns rsync's exit code.
local function list_deletions(rsync, source, target)
    local words = { rsync.binary, "--dry-run", "--itemize-changes", "-r", "--delete", "--ignore-errors" }
    for _, word in ipairs(rsync._computed) do words[#words + 1] = word end
    words[#words + 1], words[#words + 2] = source, target
    for index, word in ipairs(words) do words[index] = "'" .. word:gsub("'", "'\\''") .. "'" end
    local ended, _, code = os.execute(table.concat(words, " "))
    -- Lua 5.1 returns the status as the system has it.
    if type(ended) == "number" then return ended > 255 and math.floor(ended / 256) or ended end
    return code
end

-- Those who want to know of changes, by the source: however many copies one lsyncd keeps of a directory, each change of
-- it is taken off lsyncd's hands once. A global, as each copy's settings load this file anew.
lockstep_listeners = lockstep_listeners or {}
local listeners = lockstep_listeners

-- Calls listener(path, is_whole, is_new) for each change below a directory; new is what was no directory and not there
-- before. Returns the directory as lsyncd has it, without symbolic links, a slash at its end.
local function listen(source, listener)
    if listeners[source] then
        table.insert(listeners[source], listener)
        return listeners[source].directory
    end
    local all = { listener }
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
        for _, tell in ipairs(all) do tell(path, is_whole, is_new) end
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
    local name, source, run = wanted.name, wanted.source, wanted.run
    local delay, deletes = tonumber(wanted.delay), wanted.delete
    local watched = identity(source)

    local state = {
        phase      = "starting", -- then live; suspended and catching-up after failures; catching-up on request
        incomplete = false,      -- whether files were left behind that rsync could not transfer
        failures   = 0,          -- since the last run that worked
        wait       = 0,          -- seconds until the next attempt
        repair     = 0,          -- seconds until the full pass that tries those files again
        runs = 0, exit = -1, ok_at = 0, failed_at = 0,
        watches = 0,             -- of the whole process, when they were last counted
    }
    -- Canaries go by themselves, as they may go where nothing else is deleted.
    local changes, canaries = no_changes(), no_changes()
    local due               -- when they are old enough to be sent
    local running = {}      -- what rsync is doing: { is_full, changes }; at first lsyncd is about to call for a full pass
    local has_new_file = false -- among the changes
    local has_read_on = false  -- since the last transfer of changes
    local is_holding = false -- until the next attempt
    local wants_full = false
    local inlet, rsync, directory, target

    -- lsyncd's status file is written when something happens and not otherwise, in place, with a line for each watch.
    -- This report is whole at any moment and never older than a beat while lsyncd lives: it is the heartbeat as well.
    local function report()
        local file = io.open(run .. "/report.json.new", "w")
        if not file then return end
        file:write(string.format(
            '{"layer":%d,"lsyncd":"%s","name":"%s","phase":"%s","incomplete":%s,"failures":%d,"retry_in":%d,'
                .. '"runs":%d,"exit":%d,"ok_at":%d,"failed_at":%d,"watches":%d,"written_at":%d}\n',
            layer.version, lsyncd_version, name, state.phase, tostring(state.incomplete), state.failures,
            math.max(0, state.wait), state.runs, state.exit, state.ok_at, state.failed_at, state.watches, os.time()))
        file:close()
        os.rename(run .. "/report.json.new", run .. "/report.json")
    end

    -- Runs rsync, for an event of lsyncd's or one of our own.
    local function transfer(what, event, ...)
        running = what
        spawn(event or inlet.createBlanketEvent(), rsync.binary, ...)
    end

    -- A source that is empty is more likely one that was not mounted than one whose last file was deleted while no one
    -- watched: it never empties a target.
    local function full_pass(event)
        local is_empty = true
        for entry in pairs(readdir(source) or {}) do
            if not is_canary("/" .. entry) then is_empty = false end
        end
        if is_empty then log("Warn", name, ": the source is empty, nothing is deleted from the target") end
        local deleting = deletes ~= "no" and not is_empty and { "--delete", "--ignore-errors" } or {}
        -- rsync keeps what it has of a file that was cut short, and deletes such leftovers never: on a disk that is full
        -- they keep it full. They go where nothing is to be continued, and where the disk is the trouble.
        local leftovers = state.runs > 0 and (state.failures == 0 or state.exit == BROKEN_FILE)
            and { "--filter=R .rsync-partial/" } or {}
        log("Normal", name, ": full pass")
        wants_full = false
        transfer({ is_full = true }, event, leftovers, deleting, rsync._computed, "-r", directory, target)
    end

    local function send(some)
        has_new_file, has_read_on = false, false
        local is_canaries = some == canaries
        if is_canaries then canaries = no_changes() else changes = no_changes() end
        local deleting = (deletes == "yes" or is_canaries) and { "--delete", "--force" } or {}
        transfer({ changes = some, is_canaries = is_canaries }, nil, "<", table.concat(patterns(some), "\0"),
            rsync._computed, "-r", deleting, "--ignore-errors", "--from0", "--include-from=-", "--exclude=*",
            directory, target)
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

    -- Does what is to be done next, if it is time for it.
    local function go_on()
        if running or is_holding then return end
        if wants_full then return full_pass() end
        local is_due = due and due <= now()
        if is_due and has_new_file and not has_read_on then return read_on() end
        if is_due and not canaries.is_empty then return send(canaries) end
        if is_due and not changes.is_empty then return send(changes) end
    end

    local function note(path, is_whole, is_new)
        -- The full pass on its return makes good what a suspended target misses.
        if state.phase == "suspended" then return end
        has_new_file = has_new_file or is_new and delay == 0
        if changes.is_empty and canaries.is_empty then
            -- With no delay as well only when lsyncd has passed on all that it has read.
            due = now() + delay
            alarm(due, go_on)
        end
        add_change(deletes ~= "yes" and is_canary(path) and canaries or changes, path, is_whole)
    end

    local function suspend()
        state.phase = "suspended"
        changes, canaries, has_new_file = no_changes(), no_changes(), false
    end

    local function catch_up()
        state.phase, state.wait, state.repair = "catching-up", 0, 0
        wants_full = true
        go_on()
    end

    -- What a run of rsync has come to.
    local function judge(what, exit)
        state.runs, state.exit = state.runs + 1, exit
        if exit == 0 or exit == VANISHED then
            if state.failures > 0 then log("Normal", name, ": works again") end
            state.failures, state.wait, state.ok_at = 0, 0, os.time()
            if what.is_full then
                if state.phase ~= "live" then log("Normal", name, ": complete, following the source") end
                state.phase, state.incomplete = "live", false
                report()
            end
            return
        end

        state.failures, state.failed_at = state.failures + 1, os.time()
        if exit == PARTIAL and state.failures > SKIP_FILES then
            log("Warn", name, ": some files cannot be transferred, going on without them; a full pass follows in ",
                REPAIR, " s")
            state.failures, state.wait, state.incomplete, state.repair = 0, 0, true, REPAIR
            if what.is_full then state.phase = "live" end
            return
        end

        state.wait = math.floor(math.min(LONGEST_WAIT, 2 ^ math.min(state.failures - 1, 10)))
        log("Warn", name, ": rsync ended with ", exit, ", failure ", state.failures, ", next attempt in ", state.wait,
            " s")
        if what.is_full or (exit ~= PARTIAL and state.failures >= KEEP_CHANGES) then return suspend() end
        add_all(what.is_canaries and canaries or changes, what.changes)
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
        running = nil
        if what ~= READING_ON then judge(what, exit) end
        -- Not before lsyncd has put this run away.
        alarm(now(), go_on)
        return "ok"
    end

    directory = listen(source, note)
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
        rsync = {
            binary = wanted.rsync,
            archive = true,
            compress = wanted.compress == "yes",
            checksum = wanted.checksum == "yes",
            hard_links = wanted.hard_links == "yes",
            acls = wanted.acls == "yes",
            xattrs = wanted.xattrs == "yes",
            protect_args = false, -- the gate on the slave must see what it allows
            timeout = IDLE,
            -- A check runs without the service's directory, and must not share its connection.
            rsh = ssh_command(wanted, os.getenv("LOCKSTEP_CHECK") and "none" or run .. "/ssh"),
            _extra = extra_options(wanted),
        },
    }
    rsync = inlet.getConfig().rsync

    -- Called to check the settings, or to tell what the first pass would delete; never to start anything.
    local check = os.getenv("LOCKSTEP_CHECK")
    if check == "deletions" and deletes == "no" then os.exit(0) end
    if check == "deletions" then os.exit(list_deletions(rsync, directory, target)) end
    if check then os.exit(0) end

    local since_look, until_count = 0, 0
    local function beat()
        alarm(now() + BEAT, beat)
        since_look = since_look + BEAT
        if since_look >= LOOK then
            since_look = 0
            -- lsyncd does not notice that the directory it watches was removed, replaced or unmounted, and stays deaf.
            if identity(source) ~= watched then
                log("Error", name, ": the source is not the directory it was, starting over")
                terminate(1)
            end
        end
        until_count = until_count - BEAT
        if until_count <= 0 then
            until_count, state.watches = COUNT, count_watches()
        end
        -- Waits are counted in beats and not read from the clock, which may jump.
        if state.phase == "suspended" then state.wait = state.wait - BEAT end
        if state.repair > 0 then state.repair = state.repair - BEAT end
        if os.remove(run .. "/resync")
            or state.phase == "suspended" and state.wait <= 0
            or state.incomplete and state.repair <= 0 and state.phase == "live"
        then
            catch_up()
        end
        report()
    end
    alarm(now(), beat)
    keep_watchdog()
end

return layer
