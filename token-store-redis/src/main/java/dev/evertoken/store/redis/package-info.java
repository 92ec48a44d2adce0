/**
 * A token store in Redis: {@link dev.evertoken.store.redis.RedisTokenStore}, opened from a location or over a client of
 * the application. {@link dev.evertoken.store.redis.RedisCommands} is the port through which it uses a client.
 */
@NullMarked
package dev.evertoken.store.redis;

import org.jspecify.annotations.NullMarked;
