package dev.evertoken.store.redis;

import dev.evertoken.store.redis.RedisCommandException.Reason;
import java.net.SocketTimeoutException;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** Translates the exceptions of Jedis. Stateless. Thread-safe. */
final class JedisFailures {

    private static final int MAX_DEPTH = 8;

    private JedisFailures() {}

    /** Returns the exception of the port; it has the one of Jedis as its cause unless that is a response of a server. */
    static RedisCommandException of(JedisException e) {
        Optional<String> response = chain(e).filter(JedisDataException.class::isInstance)
                .map(error -> String.valueOf(error.getMessage()))
                .findFirst();
        return new RedisCommandException(reason(e), response.orElse(null), e instanceof JedisDataException ? null : e);
    }

    private static Reason reason(JedisException e) {
        if (e instanceof JedisRedirectionException || e instanceof JedisClusterOperationException) {
            return Reason.MOVED;
        }
        if (e instanceof JedisDataException) {
            return Reason.RESPONSE;
        }
        if (has(e, SocketTimeoutException.class)) {
            return Reason.TIMED_OUT;
        }
        if (e instanceof JedisConnectionException) {
            return Reason.DISCONNECTED;
        }
        return has(e, NoSuchElementException.class) ? Reason.NO_CONNECTION : Reason.OTHER;
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        return chain(e).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> chain(Throwable e) {
        return Stream.<@Nullable Throwable>iterate(e, cause -> cause == null ? null : cause.getCause())
                .takeWhile(cause -> cause != null)
                .limit(MAX_DEPTH)
                .flatMap(cause -> Stream.concat(Stream.of(cause), Stream.of(cause.getSuppressed())));
    }
}
