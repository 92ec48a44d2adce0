package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.Bench.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each operation costs, in calls. */
class CallsCountedTest {

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Map<String, Integer> callsOf(Runnable operation) {
        bench.service.forgetCounts();
        operation.run();
        return bench.service.counts();
    }

    @Test
    void aFirstRecordIsThreeWrites() {
        assertThat(callsOf(() -> bench.written(SampleRecords.full(ANNA))))
                .isEqualTo(Map.of("CreateSecret", 1, "AddSecretVersion", 1, "UpdateSecret", 1));
    }

    @Test
    void aReadIsTwoCallsAndOneMoreTheFirstTimeInAProcess() {
        bench.written(SampleRecords.full(ANNA));

        assertThat(callsOf(() -> bench.store.load(ANNA))).isEqualTo(Map.of("GetSecret", 1, "AccessSecretVersion", 1));
        try (GcpSecretStore fresh = bench.another()) {
            assertThat(callsOf(() -> fresh.load(ANNA))).isEqualTo(Map.of("GetSecret", 1, "AccessSecretVersion", 2));
            assertThat(callsOf(() -> fresh.load(ANNA))).isEqualTo(Map.of("GetSecret", 1, "AccessSecretVersion", 1));
        }
    }

    @Test
    void aRotationIsThreeWritesAndTheVersionBeforeTheLastIsDestroyedBehindThem() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        TokenRecord second = bench.rotated(first);

        assertThat(callsOf(() -> bench.claimed(second)))
                .as("claim")
                .containsEntry("UpdateSecret", 1)
                .doesNotContainKeys("AddSecretVersion", "GetSecret");
        TokenRecord claimed = bench.store.load(ANNA).orElseThrow();
        assertThat(callsOf(() -> bench.rotated(claimed)))
                .as("settle")
                .containsEntry("AddSecretVersion", 1)
                .containsEntry("UpdateSecret", 1)
                .doesNotContainKey("GetSecret");
    }

    @Test
    void ofManyRotationsTwoVersionsAreLive() {
        bench.service.forgetCounts();
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        for (int n = 0; n < 5; n++) {
            record = bench.rotated(bench.claimed(record));
            assertThat(bench.service.liveVersions(Bench.secret(ANNA)))
                    .as("at most one more for a moment")
                    .hasSizeLessThanOrEqualTo(n + 2);
        }
        bench.claimed(record);

        Until.holds(
                "only the current version is left while a claim is held",
                () -> bench.service.liveVersions(Bench.secret(ANNA)).equals(List.of(6L)));
        assertThat(bench.service.counts())
                .containsEntry("AddSecretVersion", 6)
                .containsEntry("UpdateSecret", 12)
                .containsEntry("DestroySecretVersion", 5);
    }

    @Test
    void whatAProcessDidNotGetToDestroyIsDestroyedByTheNextOne() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        TokenRecord second = bench.rotated(first);
        bench.service.deny("secretmanager.versions.destroy");
        TokenRecord third = bench.rotated(bench.claimed(second));
        bench.store.close();
        assertThat(bench.service.liveVersions(Bench.secret(ANNA))).containsExactly(1L, 2L, 3L);
        bench.service.allow();

        try (GcpSecretStore next = bench.another()) {
            TokenRecord claim = Bench.claim(next.load(ANNA).orElseThrow());
            assertThat(next.compareAndSet(ANNA, third.revision(), claim)).isTrue();
        }

        assertThat(bench.service.liveVersions(Bench.secret(ANNA))).containsExactly(3L);
    }

    @Test
    void whoLosesLeavesNoVersionBehind() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        try (GcpSecretStore other = bench.another()) {
            other.load(ANNA);
            bench.claimed(first);
            assertThat(other.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)))
                    .isFalse();
        }

        assertThat(bench.service.liveVersions(Bench.secret(ANNA))).containsExactly(1L);
    }

    @Test
    void aVersionThatACrashLeftBehindIsDestroyedWithTheNextRotation() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        bench.service.loseNextAnswer("AddSecretVersion");
        assertThat(catchThrowable(() -> bench.store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first))))
                .isNotNull();
        assertThat(bench.service.liveVersions(Bench.secret(ANNA))).containsExactly(1L, 2L);

        bench.rotated(first);

        Until.holds(
                "the orphan is gone",
                () -> bench.service.liveVersions(Bench.secret(ANNA)).equals(List.of(1L, 3L)));
    }

    @Test
    void aRemovalIsOneWriteAndAnAbsentAccountTwoReads() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));

        assertThat(callsOf(() -> bench.store.remove(ANNA, record.revision())))
                .isEqualTo(Map.of("AccessSecretVersion", 1, "DeleteSecret", 1));
        assertThat(callsOf(() -> bench.store.load(ANNA))).isEqualTo(Map.of("GetSecret", 1, "AccessSecretVersion", 1));
    }

    @Test
    void theKeysAreReadPageByPage() {
        IntStream.range(0, 101)
                .mapToObj(n -> SampleRecords.sparse(TokenKey.of("acme", "account-" + n)))
                .forEach(bench::written);

        assertThat(callsOf(() -> {
                    try (var keys = bench.store.keys()) {
                        assertThat(keys.count()).isEqualTo(101);
                    }
                }))
                .isEqualTo(Map.of("ListSecrets", 2));
    }

    @Test
    void aVersionOfASecretThatWasCreatedAgainIsNotTakenForRubbish() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        bench.rotated(bench.claimed(bench.rotated(first)));
        bench.service.delete(Bench.secret(ANNA));
        try (GcpSecretStore other = bench.another()) {
            TokenRecord again = SampleRecords.full(ANNA);
            assertThat(other.compareAndSet(ANNA, TokenStore.ABSENT, again)).isTrue();
            bench.store.close(); // and with it destroys what it has planned to

            assertThat(other.load(ANNA)).contains(again);
        }
    }
}
