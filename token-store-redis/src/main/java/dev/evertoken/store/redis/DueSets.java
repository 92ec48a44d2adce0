package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.resps.Tuple;

/**
 * The due accounts of a namespace: a sorted set for each registration in each shard, which {@code change.lua} updates
 * together with the records. Accounts with the same due time are ordered by their names in Redis. Thread-safe.
 */
final class DueSets {

    /** The largest integer that is exact as the score of a sorted set. */
    private static final long MAX_SCORE = 1L << 53;

    private static final Script PAGE = new Script("due.lua");
    private static final String FAILED = "the due accounts cannot be read";

    private final RedisCommands commands;
    private final KeyNames names;

    /** A due account as an entry of a sorted set. */
    private record Entry(String member, long millis) {
        static final Comparator<Entry> SOONEST =
                Comparator.comparingLong(Entry::millis).thenComparing(Entry::member);
    }

    DueSets(RedisCommands commands, KeyNames names) {
        this.commands = commands;
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
        List<byte[]> arguments = Stream.of(
                        Long.toString(score(before)),
                        cursor.map(entry -> Long.toString(entry.millis())).orElse(""),
                        cursor.map(Entry::member).orElse(""),
                        Integer.toString(limit))
                .map(text -> text.getBytes(UTF_8))
                .toList();
        return names.due(registration)
                .flatMap(key -> call(client -> page(PAGE.run(client, List.of(key.getBytes(UTF_8)), arguments))))
                .sorted(Entry.SOONEST)
                .limit(limit)
                .map(entry -> KeyNames.dueKey(registration, entry.member()))
                .toList();
    }

    /** Implements {@link dev.evertoken.spi.store.DueIndex#oldestDue}. */
    Optional<Instant> oldestDue(String registration) {
        OptionalLong oldest = names.due(registration)
                .flatMap(key -> call(client -> client.zrangeWithScores(key, 0, 0)).stream())
                .mapToLong(DueSets::millis)
                .min();
        return oldest.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest.getAsLong()));
    }

    private Optional<Entry> entry(TokenKey key) {
        String member = KeyNames.member(key);
        return Optional.ofNullable(call(client -> client.zscore(names.due(key), member)))
                .map(score -> new Entry(member, score.longValue()));
    }

    private <T> T call(Function<UnifiedJedis, T> command) {
        return commands.repeatable(FAILED, command);
    }

    private static Stream<Entry> page(Object response) {
        List<?> parts = (List<?>) response;
        return IntStream.range(0, parts.size() / 2)
                .mapToObj(n ->
                        new Entry(text(parts.get(2 * n)), (long) Double.parseDouble(text(parts.get(2 * n + 1)))));
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }

    private static long millis(Tuple entry) {
        return (long) entry.getScore();
    }
}
