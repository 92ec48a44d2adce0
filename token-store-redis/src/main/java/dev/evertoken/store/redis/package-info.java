/**
 * A token store in Redis: {@link dev.evertoken.store.redis.RedisTokenStore}, opened from a location or over a client of
 * the application.
 */
@NullMarked
package dev.evertoken.store.redis;

import org.jspecify.annotations.NullMarked;
