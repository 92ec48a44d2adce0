package dev.evertoken.internal.account;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Limits the number of records that one operation reads, and the duration of its reads. Not thread-safe; for one
 * operation.
 */
final class ReadLimit {

    /** The maximum number of records that an operation reads. */
    static final int RECORDS = 10_000;

    /** The maximum duration of the reads of an operation. */
    static final Duration TIME = Duration.ofSeconds(10);

    private final Timekeeper time;
    private final long beganNanos;
    private int records;
    private Optional<String> exceeded = Optional.empty();

    ReadLimit(Timekeeper time) {
        this.time = time;
        this.beganNanos = time.nanos();
    }

    /** Returns the wanted keys until the limit is exceeded. */
    Stream<TokenKey> of(Stream<TokenKey> keys, Predicate<TokenKey> wanted) {
        return keys.takeWhile(key -> isInTime()).filter(wanted).takeWhile(key -> isOneMore());
    }

    private boolean isInTime() {
        if (time.nanos() - beganNanos > TIME.toNanos()) {
            exceeded = Optional.of(
                    "reading the accounts of this provider takes longer than " + TIME.toSeconds() + " seconds");
        }
        return exceeded.isEmpty();
    }

    private boolean isOneMore() {
        if (++records > RECORDS) {
            exceeded = Optional.of("there are more than " + RECORDS + " accounts of this provider");
        }
        return exceeded.isEmpty();
    }

    /** Returns a clause that states why not all records were read; empty if all of them were. */
    Optional<String> exceeded() {
        return exceeded;
    }
}
