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

-- Settings that a version before this one wrote lack these words, as where a slave was away when the layer was replaced;
-- in an lsyncd that is shared one such file would end all copies. They mean what was done then. The directory may be missing.
local function complete(wanted)
    wanted.modify_window = wanted.modify_window or "yes"
    if not wanted.state and type(wanted.name) == "string" then wanted.state = "/var/lib/lockstep/" .. wanted.name end
end

local function check(wanted)
    complete(wanted)
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

