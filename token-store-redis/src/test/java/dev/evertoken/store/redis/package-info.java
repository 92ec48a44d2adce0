/** The Redis store on real servers: one, over TLS, behind Sentinel, a cluster; restarted, frozen and cut off. */
@NullMarked
package dev.evertoken.store.redis;

import org.jspecify.annotations.NullMarked;
