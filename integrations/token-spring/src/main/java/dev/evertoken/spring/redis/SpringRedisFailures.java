package dev.evertoken.spring.redis;

import dev.evertoken.store.redis.RedisCommandException;
import dev.evertoken.store.redis.RedisCommandException.Reason;
import java.net.ConnectException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.PoolException;

/** Translates the exceptions of Spring Data Redis. Stateless. Thread-safe. */
final class SpringRedisFailures {

    private static final int MAX_DEPTH = 8;

    /** The beginning of an error with which a server responds; Spring Data has no exception of its own for it. */
    private static final Pattern RESPONSE = Pattern.compile("[A-Z]{2,20} .*", Pattern.DOTALL);

    private SpringRedisFailures() {}

    /** Returns the exception of the port; it has the one of Spring as its cause unless that is a response of a server. */
    static RedisCommandException of(RuntimeException e) {
        Optional<String> response = chain(e).flatMap(one -> Stream.ofNullable(one.getMessage()))
                .filter(message -> RESPONSE.matcher(message).matches())
                .findFirst();
        return response.map(SpringRedisFailures::responded)
                .orElseGet(() -> new RedisCommandException(reason(e), null, e));
    }

    /** Returns the exception for the response to a script that the server does not know. */
    static RedisCommandException noScript() {
        return responded("NOSCRIPT");
    }

    private static RedisCommandException responded(String response) {
        boolean moved = response.startsWith("MOVED ") || response.startsWith("ASK ");
        return new RedisCommandException(moved ? Reason.MOVED : Reason.RESPONSE, response, null);
    }

    private static Reason reason(RuntimeException e) {
        if (has(e, PoolException.class) && !has(e, ConnectException.class)) {
            return Reason.NO_CONNECTION;
        }
        if (has(e, QueryTimeoutException.class)) {
            return Reason.TIMED_OUT;
        }
        return has(e, RedisConnectionFailureException.class) ? Reason.DISCONNECTED : Reason.OTHER;
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        return chain(e).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> chain(Throwable e) {
        return Stream.<@Nullable Throwable>iterate(e, cause -> cause == null ? null : cause.getCause())
                .takeWhile(cause -> cause != null)
                .limit(MAX_DEPTH)
                .flatMap(Stream::ofNullable);
    }
}
