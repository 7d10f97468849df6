-- What this lsyncd replicates, and to which slave. Lockstep writes this file: its next run undoes changes made here.
local name = {{name}}

local layer = dofile("/usr/local/lib/lockstep/layer.lua")

layer.replicate {
    name    = name,
    source  = {{source}}, -- on this machine
    target  = {{target}}, -- on the slave
    user    = {{sync_user}},
    address = {{sync_address}},
    port    = {{sync_port}},
    delay   = {{delay}}, -- seconds from a change to its transfer; fractions count, 0 is at once

    -- The same on every master.
    key         = "/etc/lockstep/replication_key",
    known_hosts = "/etc/lockstep/known_hosts",
    rsync       = "/usr/local/lib/lockstep/rsync",
    run         = "/run/lockstep/" .. name,
}
