package dev.evertoken.store.redis;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.store.redis.RedisCommandException.Reason;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Translates failed commands into exceptions. A failure that waiting does not end is reported as refused. A state that
 * an operator or time may end, such as a failover, a full memory or a full disk, is reported as unavailable. A server's
 * error message may repeat the command, so only its first word is used. Stateless. Thread-safe.
 */
final class RedisErrors {

    private static final int MAX_DEPTH = 8;
    private static final Pattern CODE = Pattern.compile("[A-Z]{2,20}");

    /** The format in which servers before 7.0 report the error that stopped a script. */
    private static final Pattern CODE_IN_SCRIPT = Pattern.compile("@user_script: ?\\d+: -?([A-Z]{2,20}) ");

    private static final Sentence NO_PERMISSION =
            refused("does not permit this user to run the commands or access the keys of the store");

    /** The descriptions by the first word of the error; for other errors only that word is reported. */
    private static final Map<String, Sentence> RESPONSES = Map.ofEntries(
            Map.entry("WRONGPASS", refused("does not accept the user or the password")),
            Map.entry("NOAUTH", refused("requires a password, and none was given")),
            Map.entry("NOPERM", NO_PERMISSION),
            Map.entry("READONLY", unavailable("accepts no writes: it is a read-only replica now")),
            Map.entry("OOM", unavailable("accepts no writes: its maxmemory is reached and nothing may be evicted")),
            Map.entry("MISCONF", unavailable("accepts no writes: it cannot save to its disk")),
            Map.entry("WRONGTYPE", refused("has a value at a key of the store that this version did not write")),
            Map.entry("NOREPLICAS", unavailable("accepts no writes: too few replicas are connected")),
            Map.entry("LOADING", unavailable("is loading its data")),
            Map.entry("BUSY", unavailable("is busy with a script")),
            Map.entry("CLUSTERDOWN", unavailable("is a cluster that is partly down")),
            Map.entry("TRYAGAIN", unavailable("is moving the account to another node of its cluster")),
            Map.entry("ASK", unavailable("is moving the account to another node of its cluster")),
            Map.entry("MOVED", unavailable("has moved the account to another node of its cluster")),
            Map.entry("MASTERDOWN", unavailable("has lost its primary")));

    /** The description of an error, which follows the name of the server. */
    private record Sentence(Problem problem, String text) {}

    private RedisErrors() {}

    /**
     * Returns a builder for the exception of a failure.
     *
     * @param failure the failed operation in a few words, without a full stop
     * @param server the location without its password
     */
    static TokenException.Builder about(String failure, String server, RedisCommandException e) {
        Sentence sentence = sentence(e);
        return TokenException.about(sentence.problem())
                .detail(failure + ": " + server + " " + sentence.text())
                .cause(e.getCause());
    }

    /**
     * Returns whether the command can be repeated over another connection, because the connection was broken or the
     * server is no longer the primary. A command that timed out is not repeated.
     */
    static boolean isRepeatable(RedisCommandException e) {
        return switch (e.reason()) {
            case MOVED -> true;
            case RESPONSE -> code(e).equals("READONLY");
            case DISCONNECTED -> find(e, SSLException.class).isEmpty();
            case TIMED_OUT, NO_CONNECTION, OTHER -> false;
        };
    }

    private static Sentence sentence(RedisCommandException e) {
        if (find(e, SSLException.class).isPresent()) {
            return refused("cannot be reached over TLS: its certificate is not trusted, not for this name, or it"
                    + " does not speak TLS");
        }
        if (e.reason() == Reason.TIMED_OUT) {
            return unavailable("did not respond in time");
        }
        if (find(e, UnknownHostException.class).isPresent()) {
            return unavailable("has an unknown host name");
        }
        if (find(e, ConnectException.class).isPresent()) {
            return unavailable("refuses connections");
        }
        if (find(e, InterruptedException.class).isPresent()) {
            Thread.currentThread().interrupt();
            return unavailable("was not called: the thread was interrupted");
        }
        if (e.reason() == Reason.NO_CONNECTION) {
            return unavailable("was not called: all connections were busy for too long");
        }
        return response(e);
    }

    private static Sentence response(RedisCommandException e) {
        if (e.response().isPresent()) {
            String code = code(e);
            return RESPONSES.getOrDefault(code, described(code, e.response().get()));
        }
        return unavailable(
                e.reason() == Reason.DISCONNECTED
                        ? "could not be reached, or broke the connection"
                        : "failed with " + name(e));
    }

    private static String name(RedisCommandException e) {
        return Objects.requireNonNullElse(e.getCause(), e).getClass().getSimpleName();
    }

    /** Describes an ERR, which has no further code, by its message. */
    private static Sentence described(String code, String message) {
        if (message.contains("DB index is out of range")) {
            return refused("has no database of that number");
        }
        if (message.contains("The user executing the script can't")) {
            return NO_PERMISSION;
        }
        if (message.contains("max number of clients")) {
            return unavailable("has reached its limit of clients");
        }
        return unavailable("answered with the error " + (code.isEmpty() ? "without a code" : code));
    }

    /** Returns the code with which the response of a server begins; empty if there is none. */
    static String code(RedisCommandException e) {
        String message = e.response().orElse("");
        Matcher inScript = CODE_IN_SCRIPT.matcher(message);
        if (inScript.find()) {
            return inScript.group(1);
        }
        String first = message.split(" ", 2)[0].replaceFirst("^-", "");
        return CODE.matcher(first).matches() ? first : "";
    }

    private static <T extends Throwable> Optional<T> find(Throwable e, Class<T> type) {
        return chain(e).filter(type::isInstance).map(type::cast).findFirst();
    }

    private static Stream<Throwable> chain(Throwable e) {
        return Stream.<@Nullable Throwable>iterate(e, cause -> cause == null ? null : cause.getCause())
                .takeWhile(cause -> cause != null)
                .limit(MAX_DEPTH)
                .flatMap(cause -> Stream.concat(Stream.of(cause), Stream.of(cause.getSuppressed())));
    }

    private static Sentence refused(String text) {
        return new Sentence(Problem.STORE_REFUSED, text);
    }

    private static Sentence unavailable(String text) {
        return new Sentence(Problem.STORE_UNAVAILABLE, text);
    }
}
