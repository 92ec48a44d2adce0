/** A real redis-server for tests; those of other modules too. */
@NullMarked
package dev.evertoken.store.redis.server;

import org.jspecify.annotations.NullMarked;
