package dev.evertoken.internal.account;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Limits how many records one operation reads, and how long it reads. Not thread-safe; for one operation. */
final class ReadLimit {

    /** The most records that an operation reads. */
    static final int RECORDS = 10_000;

    /** How long an operation reads. */
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

    /** Returns why not all records were read, as a clause; empty if they were. */
    Optional<String> exceeded() {
        return exceeded;
    }
}
