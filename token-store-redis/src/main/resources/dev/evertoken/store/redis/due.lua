-- Reads a page of the due accounts of one registration in one shard, soonest first. For Redis 6.2.
--
-- KEYS 1  the due accounts: a sorted set by time
--
-- ARGV 1  only what is due before, in milliseconds
-- ARGV 2  only what stands behind this time and
-- ARGV 3  this name; both empty: from the beginning
-- ARGV 4  how many at the most
--
-- Returns names and times by turns.

-- By bytes, as sorted sets do; the comparison of Lua goes by the language of the machine.
local function isBehind(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then
      return x > y
    end
  end
  return #a > #b
end

-- The first place behind the cursor, found among those of the same time by halving.
local function beginning()
  if ARGV[2] == '' then
    return 0
  end
  local low = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[2])
  local high = low + redis.call('ZCOUNT', KEYS[1], ARGV[2], ARGV[2])
  while low < high do
    local middle = math.floor((low + high) / 2)
    if isBehind(redis.call('ZRANGE', KEYS[1], middle, middle)[1], ARGV[3]) then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

local from = beginning()
local many = math.min(redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[1]) - from, tonumber(ARGV[4]))
if many < 1 then
  return {}
end
return redis.call('ZRANGE', KEYS[1], from, from + many - 1, 'WITHSCORES')
