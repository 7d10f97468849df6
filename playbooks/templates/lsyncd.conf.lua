-- What this lsyncd replicates, and to which slave. Lockstep writes this file: its next run undoes changes made here.
local name = {{name}}

local layer = dofile("/usr/local/lib/lockstep/layer.lua")

layer.replicate {
    name    = name,
    source  = {{source}}, -- on this machine
    target  = {{target}}, -- on the slave
    host    = {{host}}, -- the slave's name, by which its keys are known
    user    = {{sync_user}},
    address = {{sync_address}},
    port    = {{sync_port}},
    gate    = {{gate}}, -- what the slave lets through by
    delay   = {{delay}}, -- seconds from a change to its transfer; fractions count, 0 is at once

    -- Patterns of rsync; what is included is an exception to what is excluded.
    include = {{include[]}},
    exclude = {{exclude[]}},
    delete  = {{delete}}, -- yes, no, or startup: by full passes only

    -- How, and what is kept.
    compress   = {{compress}},
    bandwidth  = {{bandwidth_limit}}, -- bytes in a second; 0 is no limit
    checksum   = {{checksum}},
    owner_map  = {{owner_map}}, -- from:to, with commas between
    group_map  = {{group_map}},
    mode_map   = {{mode_map}},
    hard_links = {{hard_links}},
    acls       = {{acls}},
    xattrs     = {{xattrs}},
    fake_super = {{fake_super}},
    modify_window = {{modify_window}}, -- whether the slave's rsync compares times by more than seconds

    -- The same on every master.
    key         = "/etc/lockstep/replication_key",
    known_hosts = "/etc/lockstep/known_hosts",
    rsync       = "/usr/local/lib/lockstep/rsync",
    run         = "/run/lockstep/" .. name,
    state       = "/var/lib/lockstep/" .. name, -- what outlives a restart
}
