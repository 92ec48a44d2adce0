/**
 * Keeps tokens in the Redis of an application, over its {@code RedisConnectionFactory}:
 * {@link dev.evertoken.spring.redis.SpringDataRedisCommands}.
 */
@NullMarked
package dev.evertoken.spring.redis;

import org.jspecify.annotations.NullMarked;
