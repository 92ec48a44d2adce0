-- Reads a record and the time of the server. For Redis 6.2.
--
-- KEYS 1  the record: a hash
--
-- ARGV    the fields of the hash
--
-- Returns the seconds and the microseconds of the time, nil if the user may not read it, and the values of the fields;
-- an empty list if they cannot be read.

local reply = redis.pcall('HMGET', KEYS[1], unpack(ARGV))
if reply.err then
  return {}
end
local time = redis.pcall('TIME')
table.insert(reply, 1, time[1] or false)
table.insert(reply, 2, time[2] or false)
return reply
