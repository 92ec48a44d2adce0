package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The due accounts of a namespace: a sorted set for each registration in each shard, which {@code change.lua} updates
 * together with the records. Accounts with the same due time are ordered by their names in Redis. Thread-safe.
 */
final class DueSets {

    /** The largest integer that is exact as the score of a sorted set. */
    private static final long MAX_SCORE = 1L << 53;

    private static final Script PAGE = Script.of("due.lua");
    private static final Script SCORE = Script.ofCommand("ZSCORE");
    private static final String FAILED = "the due accounts cannot be read";

    private final RedisCalls calls;
    private final KeyNames names;

    /** A due account as an entry of a sorted set. */
    private record Entry(String member, long millis) {
        static final Comparator<Entry> SOONEST =
                Comparator.comparingLong(Entry::millis).thenComparing(Entry::member);
    }

    DueSets(RedisCalls calls, KeyNames names) {
        this.calls = calls;
        this.names = names;
    }

    /** Returns the score of a time, in milliseconds, limited to exact values. */
    static long score(Instant time) {
        boolean exact = Math.abs(time.getEpochSecond()) < MAX_SCORE / 1000;
        return exact ? time.toEpochMilli() : time.isBefore(Instant.EPOCH) ? -MAX_SCORE : MAX_SCORE;
    }

    /** Implements {@link dev.evertoken.spi.store.DueIndex#due}. */
    List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        Optional<Entry> cursor = after.filter(key -> key.registration().equals(registration))
                .flatMap(this::entry)
                .filter(entry -> entry.millis() < score(before));
        return pages(registration, Long.toString(score(before)), cursor, limit)
                .sorted(Entry.SOONEST)
                .limit(limit)
                .map(entry -> KeyNames.dueKey(registration, entry.member()))
                .toList();
    }

    /** Implements {@link dev.evertoken.spi.store.DueIndex#oldestDue}. */
    Optional<Instant> oldestDue(String registration) {
        OptionalLong oldest = pages(registration, "+inf", Optional.empty(), 1)
                .mapToLong(Entry::millis)
                .min();
        return oldest.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest.getAsLong()));
    }

    /** Returns the soonest entries of each shard, at most {@code limit} of each. */
    private Stream<Entry> pages(String registration, String before, Optional<Entry> cursor, int limit) {
        List<byte[]> arguments = Stream.of(
                        before,
                        cursor.map(entry -> Long.toString(entry.millis())).orElse(""),
                        cursor.map(Entry::member).orElse(""),
                        Integer.toString(limit))
                .map(text -> text.getBytes(UTF_8))
                .toList();
        return names.due(registration)
                .flatMap(key -> calls.repeatable(FAILED, client -> page(PAGE.run(client, List.of(key), arguments))));
    }

    private Optional<Entry> entry(TokenKey key) {
        String member = KeyNames.member(key);
        List<byte[]> arguments = List.of(member.getBytes(UTF_8));
        return calls.repeatable(
                        FAILED, client -> Optional.ofNullable(SCORE.run(client, List.of(names.due(key)), arguments)))
                .map(score -> new Entry(member, millis(score)));
    }

    private static Stream<Entry> page(@Nullable Object response) {
        List<?> parts = (List<?>) Objects.requireNonNull(response);
        return IntStream.range(0, parts.size() / 2)
                .mapToObj(n -> new Entry(text(parts.get(2 * n)), millis(parts.get(2 * n + 1))));
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }

    private static long millis(Object score) {
        return (long) Double.parseDouble(text(score));
    }
}
