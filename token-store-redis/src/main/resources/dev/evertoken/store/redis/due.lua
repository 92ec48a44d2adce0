-- Reads a page of the due accounts of one registration in one shard, soonest first. For Redis 6.2.
--
-- KEYS 1  the due accounts: a sorted set by time
--
-- ARGV 1  only what is due before, in milliseconds
-- ARGV 1  the end of the range in milliseconds, exclusive
-- ARGV 2  the time of the cursor and
-- ARGV 3  the name of the cursor, exclusive; both empty to start at the beginning
-- ARGV 4  the maximum number of accounts
--
-- Returns alternating names and times.

-- Compares bytes, as sorted sets do; the string comparison of Lua depends on the locale.
local function isAfter(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then
      return x > y
    end
  end
  return #a > #b
end

-- The index of the first entry after the cursor, found by binary search among the entries of the same time.
local function startIndex()
  if ARGV[2] == '' then
    return 0
  end
  local low = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[2])
  local high = low + redis.call('ZCOUNT', KEYS[1], ARGV[2], ARGV[2])
  while low < high do
    local middle = math.floor((low + high) / 2)
    if isAfter(redis.call('ZRANGE', KEYS[1], middle, middle)[1], ARGV[3]) then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

local from = startIndex()
local count = math.min(redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[1]) - from, tonumber(ARGV[4]))
if count < 1 then
  return {}
end
return redis.call('ZRANGE', KEYS[1], from, from + count - 1, 'WITHSCORES')
