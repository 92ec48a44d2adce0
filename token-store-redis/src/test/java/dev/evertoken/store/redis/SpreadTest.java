package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.RefreshPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.util.JedisClusterCRC16;

/** How accounts that were imported at one instant spread over the shards, over a cluster and over time. */
class SpreadTest {

    private static final int ACCOUNTS = 100_000;
    private static final int SLOTS = 16_384;
    private static final int TENTHS = 10;
    private static final Instant IMPORTED = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final RefreshPolicy POLICY = RefreshPolicy.early(MARGIN);

    private static final List<TokenKey> KEYS = IntStream.range(0, ACCOUNTS)
            .mapToObj(n -> TokenKey.of("google", "user-" + n))
            .toList();
    private static final KeyNames NAMES = new KeyNames("crm");

    @ParameterizedTest
    @CsvSource({"user-, 10", "'', 10", "tenant-7:100, 16"})
    void noShardHasMoreThanAFifthAboveTheMeanThoughTheNamesAreNumbers(String prefix, int radix) {
        List<TokenKey> keys = IntStream.range(ACCOUNTS, 2 * ACCOUNTS)
                .mapToObj(n -> TokenKey.of("google", prefix + Integer.toString(n, radix)))
                .toList();

        Map<String, Long> shards = counted(keys, NAMES::due);

        assertThat(shards).hasSize(KeyNames.SHARDS);
        assertThat(fullest(shards.values(), KeyNames.SHARDS)).isLessThan(1.2);
    }

    @Test
    void accountsThatAreDueInTheSameSecondsSpreadOverAllShards() {
        Map<String, Long> cells = counted(KEYS, key -> NAMES.due(key) + " " + tenthOfTheWindow(key));

        assertThat(cells).hasSize(KeyNames.SHARDS * TENTHS);
        assertThat(fullest(cells.values(), KeyNames.SHARDS * TENTHS)).isLessThan(1.2);
    }

    @Test
    void theDueTimesSpreadEvenlyOverAFifthOfTheMargin() {
        Instant first = IMPORTED.plus(LIFETIME).minus(MARGIN);
        Instant last = KEYS.stream()
                .map(SpreadTest::dueAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();

        assertThat(KEYS).allMatch(key -> !dueAt(key).isBefore(first));
        assertThat(Duration.between(first, last)).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(60));
        assertThat(fullest(counted(KEYS, SpreadTest::tenthOfTheWindow).values(), TENTHS))
                .isLessThan(1.05);
    }

    /** A namespace is 16 slots, so it fills a small cluster only; many namespaces fill a larger one evenly. */
    @ParameterizedTest
    @CsvSource({"3, 1, 1.2", "6, 1, 1.6", "6, 64, 1.2", "12, 64, 1.2"})
    void theFullestNodeOfAClusterHasAtMost(int nodes, int namespaces, double ofTheMean) {
        List<KeyNames> names = namespaces == 1
                ? List.of(NAMES)
                : IntStream.range(0, namespaces)
                        .mapToObj(n -> new KeyNames("tenant-" + n))
                        .toList();
        List<String> keys = IntStream.range(0, ACCOUNTS)
                .mapToObj(n -> names.get(n % namespaces).due(KEYS.get(n)))
                .toList();

        Map<Integer, Long> load = counted(keys, key -> JedisClusterCRC16.getSlot(key) * nodes / SLOTS);

        assertThat(load).hasSize(nodes);
        assertThat(fullest(load.values(), nodes)).isLessThan(ofTheMean);
    }

    private static Instant dueAt(TokenKey key) {
        return POLICY.schedule(new RefreshPolicy.Facts(
                        key,
                        RefreshModel.STATIC,
                        IMPORTED,
                        IMPORTED.plus(LIFETIME),
                        Optional.empty(),
                        Optional.empty()))
                .refreshAt();
    }

    private static long tenthOfTheWindow(TokenKey key) {
        Duration into = Duration.between(IMPORTED.plus(LIFETIME).minus(MARGIN), dueAt(key));
        return into.toMillis() * TENTHS / MARGIN.dividedBy(5).toMillis();
    }

    private static <K, G> Map<G, Long> counted(Collection<K> keys, Function<K, G> group) {
        return keys.stream().collect(Collectors.groupingBy(group, Collectors.counting()));
    }

    /** Returns how many times the mean of all groups the largest one has. */
    private static double fullest(Collection<Long> groups, int number) {
        long all = groups.stream().mapToLong(Long::longValue).sum();
        return groups.stream().mapToLong(Long::longValue).max().orElseThrow() * number / (double) all;
    }
}
