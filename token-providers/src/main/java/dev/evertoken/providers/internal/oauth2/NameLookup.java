package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.Timekeeper;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import okhttp3.Dns;

/**
 * Looks up host names within a time limit: the system's resolver knows none and cannot be interrupted.
 *
 * <p>A name that hangs costs one daemon thread, however many calls wait for it. Thread-safe.
 */
final class NameLookup {

    private final Dns resolver;
    private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> inFlight = new ConcurrentHashMap<>();

    NameLookup(Dns resolver) {
        this.resolver = resolver;
    }

    /** Returns the addresses; the message of the exception names the host and what happened. */
    List<InetAddress> lookup(String host, Timekeeper time, Duration patience) throws UnknownHostException {
        CompletableFuture<List<InetAddress>> addresses = join(host);
        try {
            if (!time.await(addresses, patience)) {
                throw new UnknownHostException(host + " was not resolved within " + patience.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw because(e, "looking up " + host + " was interrupted");
        }
        if (addresses.isCompletedExceptionally()) {
            throw new UnknownHostException(host + " cannot be resolved");
        }
        return addresses.join();
    }

    private CompletableFuture<List<InetAddress>> join(String host) {
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> theirs = inFlight.putIfAbsent(host, mine);
        if (theirs != null) {
            return theirs;
        }
        try {
            Thread thread = new Thread(() -> run(host, mine), "evertoken-lookup");
            thread.setDaemon(true);
            thread.start();
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            inFlight.remove(host, mine);
            throw e;
        }
        return mine;
    }

    private void run(String host, CompletableFuture<List<InetAddress>> mine) {
        try {
            mine.complete(resolver.lookup(host));
        } catch (UnknownHostException | RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            inFlight.remove(host, mine);
        }
    }

    private static UnknownHostException because(Throwable cause, String sentence) {
        UnknownHostException exception = new UnknownHostException(sentence);
        exception.initCause(cause);
        return exception;
    }
}
