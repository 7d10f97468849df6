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

