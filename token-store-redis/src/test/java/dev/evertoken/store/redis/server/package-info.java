/** A real redis-server for the tests of this and other modules. */
@NullMarked
package dev.evertoken.store.redis.server;

import org.jspecify.annotations.NullMarked;
