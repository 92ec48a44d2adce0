-- Changes or reads the messages to one destination. For Redis 6.2. All keys share one hash tag, so they are on the same
-- node of a cluster.
--
-- The messages of one account are a line. A line is named after its account and contains no slash and no space.
--
-- KEYS 1  the messages: a hash from an id to "kind collapse-key created line payload", the collapse key may be empty
-- KEYS 2  their states: a hash from an id to "attempts lease", the lease is - if there is none
-- KEYS 3  the lines: a sorted set of "line/position/id" with score 0, ordered by name
-- KEYS 4  the first message of each line: a sorted set of "position/line" by the time at which it may be leased
-- KEYS 5  all ids: a sorted set by the time of creation
-- KEYS 6  the last position: a number
--
-- ARGV 1  the operation; the other arguments depend on it
-- Positions have 16 digits, times are in milliseconds.

local messages, states, lines, heads, created, last = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

local function lineOf(message)
  return (string.match(message, '^%S+ %S* %d+ (%S+) '))
end

local function collapseKeyOf(message)
  return (string.match(message, '^%S+ (%S*) '))
end

local function first(line)
  return redis.call('ZRANGE', lines, '[' .. line .. '/', '(' .. line .. '0', 'BYLEX', 'LIMIT', 0, 1)[1]
end

-- Splits "line/position/id"; an id may contain slashes, a line and a position do not.
local function positionOf(entry)
  return (string.match(entry, '^[^/]+/(%d+)/'))
end

local function idOf(entry)
  return (string.match(entry, '^[^/]+/%d+/(.*)$'))
end

local function stateOf(id)
  local attempts, lease = string.match(redis.call('HMGET', states, id)[1], '^(%d+) (.*)$')
  return attempts, lease
end

-- Moves a line to its place among the heads: its first message may be leased at a time.
local function index(line, before, at)
  local now = first(line)
  if before and before ~= now then
    redis.call('ZREM', heads, positionOf(before) .. '/' .. line)
  end
  if now and (at or before ~= now) then
    local time = at or string.match(redis.call('HMGET', messages, idOf(now))[1], '^%S+ %S* (%d+) ')
    redis.call('ZADD', heads, time, positionOf(now) .. '/' .. line)
  end
end

local function delete(entry)
  local id = idOf(entry)
  redis.call('ZREM', lines, entry)
  redis.call('HDEL', messages, id)
  redis.call('HDEL', states, id)
  redis.call('ZREM', created, id)
end

local function entriesOf(line)
  return redis.call('ZRANGE', lines, '[' .. line .. '/', '(' .. line .. '0', 'BYLEX')
end

-- The entry of an id if its lease is the given one.
local function leased(id, lease)
  local message = redis.call('HMGET', messages, id)[1]
  if not message then
    return nil
  end
  local attempts, current = stateOf(id)
  if current ~= lease then
    return nil
  end
  local line = lineOf(message)
  for _, entry in ipairs(entriesOf(line)) do
    if idOf(entry) == id then
      return entry, line, message, attempts
    end
  end
end

local operations = {}

-- ARGV 2 the id, 3 the message, 4 the time of creation. Returns 1, or 0 if a message with this id waits.
function operations.add()
  local id, message = ARGV[2], ARGV[3]
  if redis.call('HMGET', messages, id)[1] then
    return 0
  end
  local line, collapseKey = lineOf(message), collapseKeyOf(message)
  local before = first(line)
  if collapseKey ~= '' then
    for _, entry in ipairs(entriesOf(line)) do
      local other = idOf(entry)
      local _, lease = stateOf(other)
      if lease == '-' and collapseKeyOf(redis.call('HMGET', messages, other)[1]) == collapseKey then
        delete(entry)
      end
    end
  end
  local position = string.format('%016d', redis.call('INCR', last))
  redis.call('HSET', messages, id, message)
  redis.call('HSET', states, id, '0 -')
  redis.call('ZADD', created, ARGV[4], id)
  redis.call('ZADD', lines, 0, line .. '/' .. position .. '/' .. id)
  index(line, before, nil)
  return 1
end

-- ARGV 2 the time, 3 the end of the lease, 4 the id of the lease, 5 the maximum number of messages. Returns ids,
-- messages and attempts in turn.
function operations.lease()
  local result = {}
  local due = redis.call('ZRANGE', heads, '-inf', ARGV[2], 'BYSCORE', 'LIMIT', 0, ARGV[5])
  for _, head in ipairs(due) do
    local line = string.match(head, '^%d+/(.*)$')
    local entry = first(line)
    local id = idOf(entry)
    local attempts = stateOf(id)
    redis.call('HSET', states, id, attempts .. ' ' .. ARGV[4])
    redis.call('ZADD', heads, ARGV[3], head)
    result[#result + 1] = id
    result[#result + 1] = redis.call('HMGET', messages, id)[1]
    result[#result + 1] = attempts
  end
  return result
end

-- ARGV 2 the id, 3 the id of the lease. Returns 1, or 0 if it is not the current lease.
function operations.remove()
  local entry, line = leased(ARGV[2], ARGV[3])
  if not entry then
    return 0
  end
  local before = first(line)
  delete(entry)
  index(line, before, nil)
  return 1
end

-- ARGV 2 the id, 3 the id of the lease, 4 the number of failed attempts to add, 5 the time of the next attempt. Returns
-- 1, or 0 if it is not the current lease.
operations['end'] = function()
  local entry, line, message, attempts = leased(ARGV[2], ARGV[3])
  if not entry then
    return 0
  end
  local before, collapseKey = first(line), collapseKeyOf(message)
  if collapseKey ~= '' then
    for _, other in ipairs(entriesOf(line)) do
      if other > entry and collapseKeyOf(redis.call('HMGET', messages, idOf(other))[1]) == collapseKey then
        delete(entry)
        index(line, before, nil)
        return 1
      end
    end
  end
  redis.call('HSET', states, ARGV[2], string.format('%d -', attempts + ARGV[4]))
  if entry == before then
    index(line, before, ARGV[5])
  end
  return 1
end

-- Returns the number of messages, the creation of the oldest one, and the time at which the next one may be leased.
function operations.backlog()
  local oldest = redis.call('ZRANGE', created, 0, 0, 'WITHSCORES')
  local next = redis.call('ZRANGE', heads, 0, 0, 'WITHSCORES')
  return {redis.call('ZCARD', created), oldest[2] or '', next[2] or ''}
end

-- Returns the number of messages that were removed.
function operations.clear()
  local removed = redis.call('ZCARD', created)
  redis.call('DEL', messages, states, lines, heads, created)
  return removed
end

return operations[ARGV[1]]()
