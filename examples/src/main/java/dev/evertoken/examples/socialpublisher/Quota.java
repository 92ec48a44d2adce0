package dev.evertoken.examples.socialpublisher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The posts that each user may publish in a cycle of 30 days, which begins with the first post. A post is reserved
 * before it is sent and taken when the platform has returned its id; otherwise the reservation is released. The posts
 * that were taken are kept in one file for each user, so a restart loses none. Thread-safe.
 */
final class Quota {

    static final Duration CYCLE = Duration.ofDays(30);

    /**
     * The quota of one user. Immutable.
     *
     * @param resetsAt the end of the cycle; empty if no cycle has begun
     */
    record Status(int limit, int used, Optional<Instant> resetsAt) {
        int remaining() {
            return limit - used;
        }
    }

    /** @param begin the begin of the cycle; {@link Instant#MAX} before the first post */
    private record Count(Instant begin, int used, int reserved) {
        static final Count NONE = new Count(Instant.MAX, 0, 0);

        Count at(Instant now) {
            boolean isCurrent = begin.equals(Instant.MAX) || now.isBefore(begin.plus(CYCLE));
            return isCurrent ? this : new Count(Instant.MAX, 0, reserved);
        }
    }

    private final int limit;
    private final Path folder;
    private final Supplier<Instant> clock;
    private final Map<Long, Count> counts = new ConcurrentHashMap<>();

    Quota(int limit, Path folder, Supplier<Instant> clock) {
        this.limit = limit;
        this.folder = folder;
        this.clock = clock;
    }

    /** Reserves a post; returns false if the posts of the cycle are taken or reserved. */
    boolean reserve(long user) {
        boolean[] reserved = new boolean[1];
        change(user, count -> {
            reserved[0] = count.used() + count.reserved() < limit;
            return reserved[0] ? new Count(count.begin(), count.used(), count.reserved() + 1) : count;
        });
        return reserved[0];
    }

    /** Releases a reservation of a post that was not published. */
    void release(long user) {
        change(user, count -> new Count(count.begin(), count.used(), count.reserved() - 1));
    }

    /** Takes a reserved post, which the platform has published. */
    void take(long user) {
        change(user, count -> {
            Instant begin = count.used() == 0 ? clock.get() : count.begin();
            Count taken = new Count(begin, count.used() + 1, count.reserved() - 1);
            save(user, taken);
            return taken;
        });
    }

    Status status(long user) {
        Count count = change(user, same -> same);
        return new Status(
                limit,
                count.used(),
                count.used() == 0 ? Optional.empty() : Optional.of(count.begin().plus(CYCLE)));
    }

    private Count change(long user, UnaryOperator<Count> next) {
        return counts.compute(user, (id, known) -> next.apply((known == null ? load(id) : known).at(clock.get())));
    }

    private Path file(long user) {
        return folder.resolve("quota-" + user);
    }

    private Count load(long user) {
        try {
            if (!Files.exists(file(user))) {
                return Count.NONE;
            }
            String[] words = Files.readString(file(user)).strip().split(" ", 2);
            return new Count(Instant.parse(words[0]), Integer.parseInt(words[1]), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("the quota of user " + user + " cannot be read", e);
        }
    }

    private void save(long user, Count count) {
        Path next = folder.resolve("quota-" + user + ".next");
        try {
            Files.writeString(next, count.begin() + " " + count.used());
            Files.move(next, file(user), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the quota of user " + user + " cannot be saved", e);
        }
    }
}
