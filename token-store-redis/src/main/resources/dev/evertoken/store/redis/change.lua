-- Changes one record if its revision is the expected one, and updates its entry among the due accounts.
-- For Redis 6.2. All keys share one hash tag, so they are on the same node of a cluster.
--
-- KEYS 1  the record: a hash of revision, length and record
-- KEYS 2  the due accounts of its registration: a sorted set by time
-- KEYS 3  the key for an unreadable record that is replaced
--
-- ARGV 1  the expected revision; 0: no record; -1: exactly the bytes of ARGV 6
-- ARGV 2  the revision of the new record; empty to delete the record
-- ARGV 3  the new record
-- ARGV 4  the due time in milliseconds; empty if never due
-- ARGV 5  the name of the account in the sorted set
-- ARGV 6  the result of DUMP for an unreadable record
-- ARGV 7  for a claim: the replication ids of the servers whose writes are known; else empty
-- ARGV 8  for a claim: 1 if a replica must be connected; else empty
--
-- Returns 0 if the revision of the record was not the expected one, -1 if this server has another replication id, -2 if
-- no replica is connected. Otherwise the record is now in the requested state; the result is 1, for a claim plus the
-- number of connected replicas. A repeated write finds its own revision, which no other write uses.

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

-- The replication id and the number of connected replicas, or nothing if the user may not run INFO.
local function replication()
  local info = redis.pcall('INFO', 'replication')
  if type(info) ~= 'string' then
    return nil, 0
  end
  local replicas = tonumber(string.match(info, 'connected_slaves:(%d+)')) or 0
  return string.match(info, 'master_replid:(%w+)'), replicas
end

local replicas = 0
local id = nil
if ARGV[7] ~= '' then
  if redis.replicate_commands then
    redis.replicate_commands() -- allows INFO before a write, whatever the configuration of a server before 7.0
  end
  id, replicas = replication()
end
local current = revision()
local writes = ARGV[2] ~= ''
if writes and current == ARGV[2] then
  return 1 + replicas
end
if id and not string.find(ARGV[7], id, 1, true) then
  return -1
end
if ARGV[8] ~= '' and replicas == 0 then
  return -2
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

-- Update the sorted set first: if a missing permission stops the script, no record is without its due entry.
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
return 1 + replicas
