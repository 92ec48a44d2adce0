package dev.evertoken.testing;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The answers that a test has laid out for the next requests. Thread-safe. */
final class Script {

    private record Line(Optional<String> account, Answer answer) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Line> lines = new ArrayList<>();

    void add(Optional<String> account, Answer... answers) {
        lock.lock();
        try {
            for (Answer answer : answers) {
                lines.add(new Line(account, answer));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the next answer that fits a request of this account; empty if none was laid out. */
    Optional<Answer> next(String account) {
        lock.lock();
        try {
            for (Iterator<Line> all = lines.iterator(); all.hasNext(); ) {
                Line line = all.next();
                if (line.account().map(account::equals).orElse(true)) {
                    all.remove();
                    return Optional.of(line.answer());
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
