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
    for id, parent, device, root, point, rest in text:gmatch("(%d+) (%d+) (%S+) (%S+) (%S+)([^\n]*)\n") do
        local mount = { id = id, parent = parent, device = device, root = plain(root), point = plain(point) }
        mount.is_trigger = rest:find(" - autofs ", 1, true) ~= nil
        list[#list + 1], by_id[id] = mount, mount
        by_parent[parent] = by_parent[parent] or {}
        table.insert(by_parent[parent], mount)
    end
    return list, by_id, by_parent
end

-- The mounts that a source consists of, those below it and the one that it lies on: by their paths, what tells one mount
-- from another; and the path of the latter. A mount that shows what would be there without it is none, as a service's own
-- view of the system is made of such; nor is one that another covers, nor an autofs, which holds nothing of its own. Also
-- which of those below it an autofs mounts when they are used and unmounts when they are not: "here" where the autofs has
-- the same path, so that whoever goes there has it mounted again, else "above".
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
    local function trigger_of(mount, depth)
        local parent = by_id[mount.parent]
        if not parent or depth == 0 then return nil end
        if parent.is_trigger then return parent.point == mount.point and "here" or "above" end
        return is_below(parent.point, directory) and trigger_of(parent, depth - 1) and "above" or nil
    end
    local mounts, holder, triggered = {}, "", {}
    for _, mount in ipairs(list) do
        local point = mount.point
        local is_ours = is_below(point, directory) or point ~= "/" and holds(point, directory)
        if is_ours and not mount.is_trigger and not is_the_same(mount) and not is_covered(mount, 100) then
            if is_below(point, directory) then triggered[point] = triggered[point] or trigger_of(mount, 100) end
            mounts[point] = (mounts[point] or "") .. mount.id .. " " .. mount.device .. " " .. mount.root .. "\n"
            if holds(point, directory) and #point > #holder then holder = point end
        end
    end
    for point in pairs(mounts) do
        if point ~= holder and holds(point, directory) then mounts[point] = nil end
    end
    return { mounts = mounts, holder = holder, triggered = triggered }
end

-- There may be thousands of mounts, and seldom other ones than a moment ago.
local mounts_text, mounts_found = nil, {}
local function mounts_of(directory)
    local file = io.open("/proc/self/mountinfo")
    local text = file and file:read("*a") or ""
    if file then file:close() end
    if text ~= mounts_text then mounts_text, mounts_found = text, {} end
    mounts_found[directory] = mounts_found[directory] or find_mounts(text, directory)
    local found = mounts_found[directory]
    return found.mounts, found.holder, found.triggered
end

-- Keeps a list of words, which hold no NUL, in a file that outlives the service, and the power where that is asked for.
-- Where that fails the file stays what it was: on a disk that is full, what was not written shows at the end only.
local function save_list(path, words, is_lasting)
    if #words == 0 then
        os.remove(path)
        local left = io.open(path, "rb")
        if left then left:close() end
        return not left
    end
    local file = io.open(path .. ".new", "wb")
    if not file then return nil end
    local is_written = file:write(table.concat(words, "\0"), "\0")
    local is_closed = file:close()
    if not is_written or not is_closed then
        os.remove(path .. ".new")
        return nil
    end
    -- A sync that takes no file (coreutils before 8.24) would wait for all disks of the host.
    if is_lasting then os.execute("dd if=/dev/null of=" .. quoted(path .. ".new") .. " conv=notrunc,fsync 2>/dev/null") end
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

