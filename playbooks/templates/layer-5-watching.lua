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

