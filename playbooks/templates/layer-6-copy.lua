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
    local has_unsaved_mounts, has_warned_of_mounts = false, false
    local triggered = {} -- the mounts that an autofs mounted, of the last look that saw them
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
        local mounts, holder, now_triggered = mounts_of(directory)
        for point in pairs(mounts) do
            has_unsaved_mounts = has_unsaved_mounts or not known_mounts[point]
            known_mounts[point], triggered[point] = true, now_triggered[point]
        end
        -- What could not be saved, such as on a disk that is full, is tried with each look.
        if has_unsaved_mounts then
            local points = {}
            for point in pairs(known_mounts) do points[#points + 1] = point end
            table.sort(points)
            has_unsaved_mounts = not save_list(kept .. "/mounts", points, true)
            if has_unsaved_mounts and not has_warned_of_mounts then
                log("Warn", name, ": ", kept, "/mounts cannot be written, what is mounted now is forgotten at the next start")
            end
            has_warned_of_mounts = has_unsaved_mounts
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
        if doubts.is_all or running and running.compares_all then
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
        local compares_all, may_delete = doubts.is_all, deletes ~= "no" and not is_empty
        -- What comes in doubt from now on is not compared by this pass.
        doubts.is_all = false
        log("Normal", name, ": full pass")
        transfer({ is_full = true, compares_all = compares_all, may_delete = may_delete }, event, "--into=" .. run,
            hiding_rules(hidden), leftovers, compares_all and { "--checksum" } or {}, may_delete and { deleting() } or {},
            rsync._computed, "-r", directory, target)
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
        local what = { changes = some, is_canaries = is_canaries, may_delete = deletes == "yes" }
        transfer(what, nil, "<", table.concat(patterns(some), "\0"), "--into=" .. run,
            hiding_rules(hidden), rsync._computed, "-r", options, "--from0", "--include-from=-",
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
        for path in pairs(what.compares or {}) do doubt(path) end
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

        doubts.is_all = doubts.is_all or what.compares_all or false
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
            -- Of these some may have been sent; what was not may look equal to the full pass that follows.
            if what.changes then doubt_all(what.changes) end
            if what.is_full then
                doubt_all(missed)
                missed = no_changes()
            end
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
        os.exit(hidden["/"] and 0 or list_losses(wanted, rsync, directory, target, deleting, hidden))
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
        if #accepted == 0 then return end
        local remaining, gone = {}, {}
        for point in pairs(known_mounts) do remaining[point] = true end
        for _, path in ipairs(accepted) do
            local is_known = false
            for point in pairs(known_mounts) do
                local place = is_below(point, directory) and point:sub(#directory) or "/"
                if (place == path or is_below(place, path .. "/")) and missing_mounts[place] then
                    remaining[point], gone[#gone + 1], is_known = nil, place, true
                end
            end
            if not is_known then log("Warn", name, ": ", path, " is no mount that is missing, nothing is accepted") end
        end
        if #gone == 0 then return end
        local points = {}
        for point in pairs(remaining) do points[#points + 1] = point end
        table.sort(points)
        -- Where nothing was ever kept the next start knows nothing of them either.
        if not save_list(kept .. "/mounts", points, true) and #load_list(kept .. "/mounts") > 0 then
            log("Warn", name, ": ", kept, "/mounts cannot be written, nothing is accepted")
            return
        end
        known_mounts, has_accepted = remaining, true
        for _, place in ipairs(gone) do
            log("Normal", name, ": ", place, " is not mounted any more, and accepted as such")
        end
    end

    -- A mount that goes while rsync may delete what is there would be emptied on the slave. Where an autofs has the same path
    -- it is not: rsync goes there, and has it mounted again. lsyncd ends at once, and with it, by its supervisor, all that it
    -- has started.
    local function goes_there(what, path)
        if what.is_full or path == "/" then return true end
        for changed, extent in pairs(what.changes.paths) do
            if is_below(changed, path .. "/") or extent == "whole" and is_below(path, changed) then return true end
        end
        return false
    end
    local function end_what_deletes()
        if not running or not running.may_delete then return false end
        local before = missing_mounts
        look_at_mounts()
        for path in pairs(missing_mounts) do
            if not before[path] and triggered[directory .. path:sub(2)] ~= "here" and goes_there(running, path) then
                start_over(name, path .. " was unmounted during a transfer that deletes")
                return true
            end
        end
        return false
    end

    local function look()
        -- lsyncd does not notice that the directory it watches was removed, replaced or unmounted, and stays deaf.
        if identity(source) ~= watched then return start_over(name, "the source is not the directory it was") end
        local mounts = look_at_mounts()
        if missing_mounts["/"] and state.phase == "live" then
            return start_over(name, "what the source lies on is not mounted")
        end
        for point, mount in pairs(mounts) do
            -- What an autofs mounts comes and goes with its use: lsyncd would start over for ever.
            if mounts_at_start[point] ~= mount and not triggered[point] then
                return start_over(name, "a file system was mounted at " .. point)
            end
        end
        for path in pairs(closed) do
            if can_open(path) then return start_over(name, path .. " can be read again, and is not watched") end
        end
        local oldest = select(2, waiting())
        local is_old = oldest > 0 and os.time() - oldest >= LOOK
        local is_in_doubt = doubts_since or doubts.is_all or running and running.compares_all
        if is_old or is_in_doubt or has_kept_doubts then keep_doubts() end
    end

    local since_look, until_count = 0, 0
    local function beat()
        alarm(now() + BEAT, beat)
        if end_what_deletes() then return end
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
