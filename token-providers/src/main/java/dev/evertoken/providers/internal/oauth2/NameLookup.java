package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.Timekeeper;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import okhttp3.Dns;

/**
 * Resolves host names with a timeout. The system's resolver has no timeout and cannot be interrupted.
 *
 * <p>A name whose resolution hangs occupies one daemon thread, however many calls wait for it. Thread-safe.
 */
final class NameLookup {

    private static final Executor THREADS = CallThreads.named("evertoken-lookup");

    private final Dns resolver;
    private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> inFlight = new ConcurrentHashMap<>();

    NameLookup(Dns resolver) {
        this.resolver = resolver;
    }

    /** Returns the addresses; the message of the exception names the host and the cause. */
    List<InetAddress> lookup(String host, Timekeeper time, Duration timeout) throws UnknownHostException {
        CompletableFuture<List<InetAddress>> addresses = join(host);
        try {
            if (!time.await(addresses, timeout)) {
                throw new UnknownHostException(host + " was not resolved within " + timeout.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknownHost(e, "looking up " + host + " was interrupted");
        }
        try {
            return addresses.join();
        } catch (CompletionException e) {
            throw unknownHost(e.getCause() == null ? e : e.getCause(), host + " cannot be resolved");
        }
    }

    private CompletableFuture<List<InetAddress>> join(String host) {
        CompletableFuture<List<InetAddress>> created = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> existing = inFlight.putIfAbsent(host, created);
        if (existing != null) {
            return existing;
        }
        try {
            THREADS.execute(() -> run(host, created));
        } catch (RuntimeException | Error e) {
            created.completeExceptionally(e);
            inFlight.remove(host, created);
            throw e;
        }
        return created;
    }

    /** A call that begins after the answer looks the name up again: the entry goes before the answer is known. */
    private void run(String host, CompletableFuture<List<InetAddress>> created) {
        try {
            List<InetAddress> addresses = resolver.lookup(host);
            inFlight.remove(host, created);
            created.complete(addresses);
        } catch (UnknownHostException | RuntimeException | Error e) {
            inFlight.remove(host, created);
            created.completeExceptionally(e);
        }
    }

    private static UnknownHostException unknownHost(Throwable cause, String sentence) {
        UnknownHostException exception = new UnknownHostException(sentence);
        exception.initCause(cause);
        return exception;
    }
}
