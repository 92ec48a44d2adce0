package dev.evertoken.console;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The tokens of printed addresses, each good for one session, and the sessions. Both end after a time, and the oldest
 * ones end early if there are too many. Thread-safe.
 */
final class Sessions {

    static final Duration ADDRESS = Duration.ofHours(1);
    static final Duration SESSION = Duration.ofHours(12);
    private static final int MOST = 32;

    private final Timekeeper time;
    private final RandomText names = new RandomText();
    private final ReentrantLock lock = new ReentrantLock();
    /** When each one ends, by the monotonic clock; the oldest first. */
    private final Map<String, Long> tokens = new LinkedHashMap<>();

    private final Map<String, Long> sessions = new LinkedHashMap<>();

    Sessions(Timekeeper time) {
        this.time = time;
    }

    /** Returns a new token for an address. */
    String token() {
        return add(tokens, ADDRESS);
    }

    /** Returns the id of a new session in exchange for a token; empty if the token is unknown, used or too old. */
    Optional<String> open(String token) {
        return remove(token) ? Optional.of(add(sessions, SESSION)) : Optional.empty();
    }

    boolean isOpen(String session) {
        lock.lock();
        try {
            removeEnded(sessions);
            return sessions.containsKey(names.of(session));
        } finally {
            lock.unlock();
        }
    }

    private boolean remove(String token) {
        lock.lock();
        try {
            removeEnded(tokens);
            return tokens.remove(names.of(token)) != null;
        } finally {
            lock.unlock();
        }
    }

    private String add(Map<String, Long> texts, Duration lasts) {
        String text = RandomText.next();
        lock.lock();
        try {
            removeEnded(texts);
            if (texts.size() >= MOST) {
                removeFirst(texts);
            }
            texts.put(names.of(text), time.nanos() + lasts.toNanos());
            return text;
        } finally {
            lock.unlock();
        }
    }

    private void removeEnded(Map<String, Long> texts) {
        long now = time.nanos();
        texts.values().removeIf(end -> end - now <= 0);
    }

    private static void removeFirst(Map<String, Long> texts) {
        Iterator<String> oldestFirst = texts.keySet().iterator();
        oldestFirst.next();
        oldestFirst.remove();
    }
}
