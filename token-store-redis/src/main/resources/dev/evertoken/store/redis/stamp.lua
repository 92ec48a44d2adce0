-- Replaces the change stamp of a namespace. For Redis 6.2.
--
-- KEYS 1  the stamp: a hash with the field stamp
--
-- ARGV 1  the new stamp
--
-- Returns the stamp before, empty if there was none.

local before = redis.call('HMGET', KEYS[1], 'stamp')[1]
redis.call('HSET', KEYS[1], 'stamp', ARGV[1])
return before or ''
