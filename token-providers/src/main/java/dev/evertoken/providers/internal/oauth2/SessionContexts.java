package dev.evertoken.providers.internal.oauth2;

import java.security.GeneralSecurityException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Equal TLS contexts, among which simultaneous connections to one server are distributed.
 *
 * <p>In a context the JDK keeps one session of each server, and a session of TLS 1.3 is resumed by one connection. With
 * one context, all but one of several simultaneous connections would make a full handshake. The first context that no
 * other connection to the server uses is taken, so a further one is created only for a further connection at the same
 * time. Thread-safe.
 */
final class SessionContexts {

    /** The number of bits of a {@code long}, in which the contexts in use are marked. */
    private static final int MOST = Long.SIZE;

    private static final int SHARED = -1;

    /** Creates a TLS context. */
    @FunctionalInterface
    interface Source {
        SSLSocketFactory create() throws GeneralSecurityException;
    }

    /**
     * A context in use. Immutable.
     *
     * @param server the name and the port
     * @param number of the context; negative if all are in use and the first one is shared
     */
    record Use(String server, int number, SSLSocketFactory sockets) {}

    private final int most;
    private final Source source;
    private final SSLSocketFactory first;
    private final AtomicReferenceArray<@Nullable SSLSocketFactory> further = new AtomicReferenceArray<>(MOST);

    /** The contexts in use by their numbers, for each server to which a connection is being used. */
    private final ConcurrentMap<String, Long> used = new ConcurrentHashMap<>();

    private SessionContexts(int most, Source source, SSLSocketFactory first) {
        this.most = most;
        this.source = source;
        this.first = first;
    }

    static SessionContexts of(Source source) throws GeneralSecurityException {
        return new SessionContexts(MOST, source, source.create());
    }

    /** Returns one context alone, which all connections share. */
    static SessionContexts single(SSLSocketFactory context) {
        return new SessionContexts(1, () -> context, context);
    }

    SSLSocketFactory first() {
        return first;
    }

    /** Returns the context for a connection, which is in use until {@link #end}. */
    Use begin(String host, int port) {
        String server = host + ":" + port;
        int number = take(server);
        return new Use(server, number, number > 0 ? context(number) : first);
    }

    void end(Use use) {
        if (use.number() != SHARED) {
            long others = ~(1L << use.number());
            used.computeIfPresent(use.server(), (any, bits) -> (bits & others) == 0 ? null : bits & others);
        }
    }

    private int take(String server) {
        while (true) {
            Long bits = used.get(server);
            long free = bits == null ? 1 : Long.lowestOneBit(~bits);
            if (free == 0 || Long.numberOfTrailingZeros(free) >= most) {
                return SHARED;
            }
            boolean taken =
                    bits == null ? used.putIfAbsent(server, free) == null : used.replace(server, bits, bits | free);
            if (taken) {
                return Long.numberOfTrailingZeros(free);
            }
        }
    }

    /** Returns a further context; the first one if the certificates of the JVM cannot be used any more. */
    private SSLSocketFactory context(int number) {
        SSLSocketFactory known = further.get(number);
        if (known != null) {
            return known;
        }
        try {
            SSLSocketFactory created = source.create();
            return further.compareAndSet(number, null, created) ? created : context(number);
        } catch (GeneralSecurityException e) {
            return first;
        }
    }
}
