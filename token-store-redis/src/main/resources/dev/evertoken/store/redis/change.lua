-- Changes one record if it is still the one that its writer looked at, and moves its place among the due ones.
-- For Redis 6.2. All keys share one hash tag, so they are on one node of a cluster.
--
-- KEYS 1  the record: a hash of revision, length and record
-- KEYS 2  the due accounts of its registration: a sorted set by time
-- KEYS 3  where a record that cannot be read is kept when it gives way
--
-- ARGV 1  the revision that has to be there; 0: no record; -1: exactly the bytes of ARGV 6
-- ARGV 2  the revision of the new record; empty: the record goes
-- ARGV 3  the new record
-- ARGV 4  when it is due, in milliseconds; empty: never
-- ARGV 5  its name among the due ones
-- ARGV 6  what DUMP told of a record that cannot be read
--
-- Returns 1 if the record is now as it was asked for, 0 if it is another one. A write that comes a second time
-- finds its own revision, which nobody else ever uses.

local function revision()
  local kind = redis.call('TYPE', KEYS[1])['ok']
  if kind == 'none' then
    return '0'
  end
  if kind ~= 'hash' then
    return '-1'
  end
  local known = redis.call('HMGET', KEYS[1], 'revision', 'length')
  local length = redis.call('HSTRLEN', KEYS[1], 'record')
  if not known[1] or known[2] ~= tostring(length) then
    return '-1'
  end
  return known[1]
end

local current = revision()
local writes = ARGV[2] ~= ''
if writes and current == ARGV[2] then
  return 1
end
if ARGV[1] == '-1' then
  if redis.call('DUMP', KEYS[1]) ~= ARGV[6] then
    return 0
  end
  redis.call('RENAME', KEYS[1], KEYS[3])
  redis.call('PERSIST', KEYS[3])
elseif current ~= ARGV[1] then
  return 0
end

-- The place first: a record that is there has its place, even if this stops in the middle for want of rights.
if writes and ARGV[4] ~= '' then
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
else
  redis.call('ZREM', KEYS[2], ARGV[5])
end
if writes then
  redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'length', #ARGV[3], 'record', ARGV[3])
  redis.call('PERSIST', KEYS[1])
else
  redis.call('DEL', KEYS[1])
end
return 1
