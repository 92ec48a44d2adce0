package dev.evertoken.testing;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The responses that a test has set for the next requests. Thread-safe. */
final class ScriptedResponses {

    private record Line(Optional<String> account, MockResponse response) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Line> lines = new ArrayList<>();

    void add(Optional<String> account, MockResponse... responses) {
        lock.lock();
        try {
            for (MockResponse response : responses) {
                lines.add(new Line(account, response));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes and returns the next response for a request of this account; empty if there is none. */
    Optional<MockResponse> next(String account) {
        lock.lock();
        try {
            for (Iterator<Line> all = lines.iterator(); all.hasNext(); ) {
                Line line = all.next();
                if (line.account().map(account::equals).orElse(true)) {
                    all.remove();
                    return Optional.of(line.response());
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    int left() {
        lock.lock();
        try {
            return lines.size();
        } finally {
            lock.unlock();
        }
    }
}
