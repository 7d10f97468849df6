-- What a replication service runs: each copy that the service's file names, by the copy's own settings. Lockstep writes
-- this file.
for copy in os.getenv("LOCKSTEP_COPIES"):gmatch("%S+") do
    local path = "/etc/lockstep/lsyncd/" .. copy .. ".lua"
    local file = io.open(path)
    if file then
        file:close()
        dofile(path)
    else
        -- Such as a new slave that could not be reached yet: the others do not wait for it.
        log("Warn", copy, ": there is no ", path, ", the other copies go on without it")
    end
end
