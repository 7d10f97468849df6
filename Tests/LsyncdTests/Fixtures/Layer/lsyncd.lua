-- What lsyncd is to the layer, for tests under plain Lua: changes, the ends of processes and the time come when a test
-- says so. What lsyncd really does with them is shown by the tests under the real one.

local lsyncd = {
    started = {}, -- what was spawned and has not ended: { event, binary, words }
    logged = {},
}

-- What the kernel says is mounted is `lsyncd.mountinfo`.
local open = io.open
function io.open(path, mode)
    if path ~= "/proc/self/mountinfo" then return open(path, mode) end
    local file = io.tmpfile()
    file:write(lsyncd.mountinfo or "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n")
    file:seek("set")
    return file
end

local clock, alarms, queue, watchers, copies = 1000, {}, {}, {}, {}

lsyncd_version = "2.2.3"
default = { rsync = { rsync = {} } }

function settings() end
function now() return clock end
function alarm(time, call) alarms[#alarms + 1] = { time = time, call = call } end
function terminate(code) lsyncd.terminated = code end
function log(_, ...) lsyncd.logged[#lsyncd.logged + 1] = table.concat({ ... }) end
function readdir() return lsyncd.entries or { file = false } end

function spawn(event, binary, ...)
    local words = {}
    for _, word in ipairs { ... } do
        for _, single in ipairs(type(word) == "table" and word or { word }) do words[#words + 1] = single end
    end
    lsyncd.started[#lsyncd.started + 1] = { event = event, binary = binary, words = words }
end

function sync(config)
    local inlet = {
        getConfig = function() return config end,
        getEvent = function() return queue[1] end,
        discardEvent = function() table.remove(queue, 1) end,
        createBlanketEvent = function() return { copy = config.name } end,
    }
    if config.init then
        copies[config.name] = config
        config.rsync._computed = config.rsync._extra
        if config.rsync.timeout then table.insert(config.rsync._computed, "--timeout=" .. config.rsync.timeout) end
    else
        config.source = config.source .. "/"
        watchers[#watchers + 1] = { config = config, inlet = inlet }
    end
    return inlet
end

-- Forgets all copies, as a new process does.
function lsyncd.forget()
    alarms, queue, watchers, copies = {}, {}, {}, {}
    lockstep_listeners, lockstep_keepers = nil, nil
end

-- Starts a copy as its configuration does, which may lack some words.
function lsyncd.start(layer, run, changed, lacking)
    local wanted = {
        name = "a", source = run .. "/source", target = "/srv/a", host = "s1", user = "root", address = "192.0.2.1", port = "22",
        gate = "receive", delay = "0", delete = "yes", compress = "no", checksum = "no", hard_links = "no", acls = "no",
        xattrs = "no", fake_super = "no", modify_window = "yes", bandwidth = "0", owner_map = "", group_map = "", mode_map = "",
        include = {}, exclude = {}, key = "/key", known_hosts = "/known_hosts", run = run, state = run .. "/state",
        rsync = "/lib/rsync",
    }
    for word, value in pairs(changed or {}) do wanted[word] = value end
    for _, word in ipairs(lacking or {}) do wanted[word] = nil end
    layer.replicate(wanted)
    lsyncd.cycle()
    copies[wanted.name].init({ copy = wanted.name })
end

-- Calls for what is due now, as often as there is something.
function lsyncd.cycle()
    local waiting = alarms
    alarms = {}
    local has_called = false
    for _, one in ipairs(waiting) do
        if one.time <= clock then
            has_called = true
            one.call()
        else
            alarms[#alarms + 1] = one
        end
    end
    if has_called then lsyncd.cycle() end
end

-- Lets time pass, a second at a time.
function lsyncd.pass(seconds)
    for _ = 1, seconds do
        clock = clock + 1
        lsyncd.cycle()
    end
end

-- Changes that lsyncd has read together: pairs of a kind and a path.
function lsyncd.read(...)
    local words = { ... }
    for index = 1, #words, 2 do
        local kind, path = words[index], words[index + 1]
        -- Of the two watchers one is told of directories, the other of the rest.
        local watcher = path:sub(-1) == "/" and watchers[1] or watchers[2]
        queue = { { etype = kind, path = path } }
        watcher.config.action(watcher.inlet)
    end
    lsyncd.cycle()
end

local function write(path, lines)
    local file = assert(io.open(path, "w"))
    for _, line in ipairs(lines) do file:write(line, "\n") end
    file:close()
end

-- What rsync prints when it works: it sends all that it was told of, but what `lsyncd.equal` names.
local function sent(words)
    local lines = {}
    for pattern in (words[2] .. "\0"):gmatch("/(%Z+)%z") do
        local path, whole = pattern:gsub("%*%*%*$", "")
        if whole > 0 or path:find("[*?%[]") then path = path:gsub("\\(.)", "%1") end
        if not (lsyncd.equal or {})[path] and (whole > 0 or path:sub(-1) ~= "/") then
            lines[#lines + 1] = (whole > 0 and "cd+++++++++ " or "<f+++++++++ ")
                .. path:gsub("%c", function(byte) return string.format("\\#%03o", byte:byte()) end)
        end
    end
    return lines
end

-- Lets the process end that was started first; these are the lines that it says to standard error.
function lsyncd.finish(exit, errors)
    local ended = table.remove(lsyncd.started, 1) or error("nothing has been started", 2)
    for _, word in ipairs(ended.words) do
        local directory = word:match("^%-%-into=(.*)")
        if directory then
            write(directory .. "/errors", errors or {})
            write(directory .. "/sent", (not exit or exit == 0 or exit == 24) and ended.words[1] == "<" and sent(ended.words) or {})
        end
    end
    copies[ended.event.copy].collect(ended.event, exit or 0)
    lsyncd.cycle()
end

return lsyncd
