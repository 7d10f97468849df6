-- The rules of rsync that hide paths from a pass on both sides: nothing of them is sent, and nothing deleted.
local function hiding_rules(left_out)
    local list = {}
    for path in pairs(left_out) do list[#list + 1] = "--filter=- " .. literal(path) end
    table.sort(list)
    return list
end

-- What rsync printed to standard error, which the wrapper keeps: its lines, with the names as they are.
local function read_errors(path)
    local file, lines = io.open(path), {}
    for line in lines_of(file) do lines[#lines + 1] = line end
    if file then file:close() end
    return lines
end

-- A name as it is, of one as rsync prints it.
local function name_of(printed)
    return (printed:gsub("\\#(%d%d%d)", function(code) return string.char(tonumber(code, 8) % 256) end))
end

-- The last line that says why a run failed. rsync's own last line says no more than its code, and that the connection
-- ended is no reason where somebody gave one.
local function telling_line(lines)
    for index = #lines, 1, -1 do
        local line = lines[index]
        if line ~= "" and not line:find("^rsync error: ") and not line:find("^rsync: connection unexpectedly closed")
            and not line:find("^rsync: %[sender%] write error: ")
        then
            return line
        end
    end
    return lines[#lines] or ""
end

-- What rsync says in front of the name of a path that it could not read on this side (3.0.9 to 3.5.0).
local CANNOT_READ = {
    "^opendir $", "^readdir%($", "^readlink_stat%($", "^send_files failed to open $", "^read errors mapping $",
}

-- The path below the source of which a line of rsync's says that it could not be read; nil where it says something else.
local function unreadable_path(line, directory)
    local head, printed = line:match('^rsync: (.-)"(/.*)"')
    if not head or head:find("^%[[rg]e[cn]e") then return nil end
    head = head:gsub("^%[sender%] ", "")
    for _, pattern in ipairs(CANNOT_READ) do
        if head:find(pattern) then
            local path = name_of(printed)
            if path:sub(1, #directory) == directory and #path > #directory then return path:sub(#directory) end
        end
    end
    return nil
end

-- The path of which a line says that the slave has something else in its place that may not be deleted.
local function blocked_path(line)
    local printed = line:match("^could not make way for [%w ]+: (.+)$")
    return printed and "/" .. name_of(printed):gsub("/$", "")
end

-- A text in JSON. Names are bytes; what is no UTF-8 would make all of the report unreadable.
local function json(text)
    local parts, index = {}, 1
    while index <= #text do
        local byte = text:byte(index)
        local length = byte < 0x80 and 1 or byte >= 0xc2 and byte < 0xe0 and 2 or byte >= 0xe0 and byte < 0xf0 and 3
            or byte >= 0xf0 and byte < 0xf5 and 4 or 0
        local part = text:sub(index, index + length - 1)
        local second = part:byte(2) or 0
        if length == 0 or #part < length or part:sub(2):find("[^\128-\191]")
            or byte == 0xe0 and second < 0xa0 or byte == 0xed and second > 0x9f
            or byte == 0xf0 and second < 0x90 or byte == 0xf4 and second > 0x8f
        then
            part, length = "\\ufffd", 1
        elseif length == 1 and (byte < 32 or byte == 127) then
            part = string.format("\\u%04x", byte)
        elseif part == '"' or part == "\\" then
            part = "\\" .. part
        end
        parts[#parts + 1] = part
        index = index + length
    end
    return '"' .. table.concat(parts) .. '"'
end

-- Runs a program: calls take(line) for each line of its output, and complain(line) for each of its standard error, once it
-- has ended. Returns its exit code, which the shell has to print: Lua 5.1 does not say how a process ended that was read.
local function read_lines(words, take, complain)
    local errors, command = os.tmpname(), {}
    for index, word in ipairs(words) do command[index] = quoted(word) end
    local pipe = assert(io.popen(table.concat(command, " ") .. " 2>" .. quoted(errors) .. "; echo $?"))
    local last
    for line in pipe:lines() do
        if last then take(last) end
        last = line
    end
    pipe:close()
    for line in io.lines(errors) do complain(line) end
    os.remove(errors)
    return tonumber(last) or 1
end

-- Asks the gate for the bytes of the regular files that the slave has under the names which are keys of `sizes`, and sets
-- them there; a file of several names counts once. Returns why not all of them are known, nil where they are.
local function look_up_sizes(wanted, rsh, sizes)
    if wanted.gate == "rrsync" then return "rrsync does not tell them" end
    local words, complaints, inodes = {}, {}, {}
    for word in rsh:gmatch("%S+") do words[#words + 1] = word end
    for _, word in ipairs { "-l", wanted.user, "--", wanted.address } do words[#words + 1] = word end
    words[#words + 1] = "lockstep-sizes " .. sent_path(wanted.target, wanted.gate)

    local size, links, inode, path
    local function take_file()
        if not path or sizes[path] == nil or inodes[inode] then return end
        sizes[path] = tonumber(size)
        if links ~= "1" then inodes[inode] = true end
    end
    local exit = read_lines(words, function(line)
        local bytes, count, number, name = line:match("^(%d+) (%d+) (%S+) %.//%./(.*)$")
        if bytes then
            take_file()
            size, links, inode, path = bytes, count, number, name
        elseif path then
            path = path .. "\n" .. line
        end
    end, function(line) complaints[#complaints + 1] = line end)
    if exit == 0 then return take_file() end
    local said = telling_line(complaints):gsub("%c", "?")
    if said == "lockstep receive: refused: not rsync --server" then return "the gate there is of an older version" end
    return said ~= "" and said or "the answer ended with " .. exit
end

-- Prints, a line for each, what a full pass would destroy on the slave, as rsync itemizes it: flags of eleven columns, a
-- space, the bytes of the regular file that is there, or "-", a space, the path. "*deleting" is what the master does not
-- have; "+++++++++" what is of another type than on the master, such as a link in a directory's place; "newer" and "older"
-- are files that differ. Before them "unknown: " and why, where bytes may be lost of which it is not known how many. Nothing is
-- transferred. Returns rsync's exit code.
local function list_losses(wanted, rsync, source, target, deleting, left_out)
    local hidden, complaints = hiding_rules(left_out), {}

    -- To rsync a path of another type is one that is not there, and is made anew. With --existing all that is really not
    -- there is left out, so that of these flags each is a replacement.
    local function ask(options, without, take)
        local words = { rsync.binary, "--dry-run", "-r", "--existing", "--out-format=%i %n" }
        for _, list in ipairs { options, hidden, rsync._computed } do
            for _, word in ipairs(list) do
                if word ~= without then words[#words + 1] = word end
            end
        end
        words[#words + 1], words[#words + 2] = source, target
        local unreadable = {}
        complaints = {}
        local exit = read_lines(words, function(line)
            local flags, path = line:sub(1, 11), line:sub(13)
            local is_item = flags:find("^%*deleting  $") or flags:find("^[<>ch.][fdLDS][%w.+? ]+$")
            if is_item and line:sub(12, 12) == " " and not is_canary("/" .. path) then take(flags, path, line) end
        end, function(line)
            local path = unreadable_path(line, source)
            if path then unreadable[#unreadable + 1] = "--filter=- " .. literal(path) end
            complaints[#complaints + 1] = line
        end)
        return exit, unreadable
    end

    -- Where a directory cannot be read rsync deletes nothing at all, and the service goes on without that directory.
    local found, differing, is_newer, exit
    for _ = 1, 3 do
        found, differing, is_newer = {}, {}, {}
        local unreadable
        exit, unreadable = ask(deleting, nil, function(flags, path, line)
            if flags:sub(1, 1) == "*" or flags:find("+++++++++", 1, true) then
                found[#found + 1] = line
            elseif flags:find("^[<>h]f.*[cst]") then
                differing[#differing + 1], is_newer[path] = path, true
            elseif flags:find("^c[LDS]") then
                -- rsync does not say of links and devices which one is newer.
                found[#found + 1] = "older       " .. path
            end
        end)
        if #deleting == 0 or #unreadable == 0 then break end
        for _, rule in ipairs(unreadable) do hidden[#hidden + 1] = rule end
    end

    -- --update leaves out the files that are newer on the slave, and without a window it goes by whole seconds; with
    -- --ignore-times it names all others.
    if #differing > 0 and (exit == 0 or exit == PARTIAL or exit == VANISHED) then
        exit = ask({ "--update", "--ignore-times" }, WINDOW, function(flags, path)
            if flags:find("^[<>h.]f") then is_newer[path] = nil end
        end)
        for _, path in ipairs(differing) do
            found[#found + 1] = (is_newer[path] and "newer       " or "older       ") .. path
        end
    end
    for _, line in ipairs(complaints) do io.stderr:write(line, "\n") end
    if exit ~= 0 and exit ~= PARTIAL and exit ~= VANISHED then return exit end

    -- Where the master has a directory its name ends with a slash, whatever the slave has there.
    local function name_in(line) return name_of((line:sub(13):gsub("/$", ""))) end
    local sizes = {}
    for _, line in ipairs(found) do
        if line:sub(1, 6) ~= "older " then sizes[name_in(line)] = false end
    end
    local unknown = next(sizes) and look_up_sizes(wanted, rsync.rsh, sizes)
    if unknown then io.write("unknown: ", unknown, "\n") end
    for _, line in ipairs(found) do
        io.write(line:sub(1, 12), sizes[name_in(line)] or "-", " ", line:sub(13), "\n")
    end
    return exit
end

