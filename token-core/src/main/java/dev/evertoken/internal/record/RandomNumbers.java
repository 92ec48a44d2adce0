package dev.evertoken.internal.record;

import dev.evertoken.spi.Timekeeper;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The random numbers of ids, which must be unique among all processes. They come from the operating system, and are
 * read in blocks because that source admits one thread at a time.
 *
 * <p>A block is used for a tenth of a second at most, so that two processes that were started from a copy of one
 * process's memory have different numbers. Thread-safe without locks: a block belongs to the thread that has taken it.
 */
final class RandomNumbers {

    static final long LONGEST_MILLIS = 100;

    private static final long BUSY_MILLIS = 2_000;
    private static final int PLACES = 16;
    private static final int LEAST_BYTES = 64;
    private static final int MOST_BYTES = 4096;

    private final SecureRandom random;
    private final AtomicReferenceArray<@Nullable Block> places = new AtomicReferenceArray<>(PLACES);
    private final Timekeeper time;

    /** The numbers that are left of a block. Used by one thread at a time. */
    private record Block(ByteBuffer left, long readAt) {

        boolean isUsable(long now) {
            return left.hasRemaining() && isRecent(now);
        }

        /** Returns the size of the next block: it grows as long as blocks are used up in their time. */
        int nextBytes(long now) {
            if (isRecent(now)) {
                return Math.min(MOST_BYTES, 2 * left.capacity());
            }
            return now - readAt < BUSY_MILLIS ? left.capacity() : LEAST_BYTES;
        }

        private boolean isRecent(long now) {
            return now >= readAt && now - readAt < LONGEST_MILLIS;
        }
    }

    RandomNumbers(Timekeeper time) {
        this(new SecureRandom(), time);
    }

    RandomNumbers(SecureRandom random, Timekeeper time) {
        this.random = random;
        this.time = time;
    }

    /** Returns a number with 64 random bits. */
    long next() {
        int place = ThreadLocalRandom.current().nextInt(PLACES);
        long now = time.millis();
        Block known = places.getAndSet(place, null);
        Block block = known != null && known.isUsable(now) ? known : read(known, now);
        long number = block.left.getLong();
        places.set(place, block);
        return number;
    }

    /** Returns a number from 1 to {@link Long#MAX_VALUE}. */
    long nextPositive() {
        long number = next() & Long.MAX_VALUE;
        return number == 0 ? nextPositive() : number;
    }

    private Block read(@Nullable Block last, long now) {
        byte[] bytes = new byte[last == null ? LEAST_BYTES : last.nextBytes(now)];
        random.nextBytes(bytes);
        return new Block(ByteBuffer.wrap(bytes), now);
    }
}
