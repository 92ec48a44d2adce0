package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.FakeStoreFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls of each operation. */
class CallsCountedTest {

    private final FakeStoreFixture fixture = new FakeStoreFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private Map<String, Integer> callsOf(Runnable operation) {
        fixture.service.forgetCounts();
        operation.run();
        return fixture.service.counts();
    }

    @Test
    void aFirstRecordIsThreeWrites() {
        assertThat(callsOf(() -> fixture.written(SampleRecords.full(ANNA))))
                .isEqualTo(Map.of("CreateSecret", 1, "AddSecretVersion", 1, "UpdateSecret", 1));
    }

    @Test
    void aReadIsTwoCallsAndTheFirstReadOfAProcessIsThree() {
        fixture.written(SampleRecords.full(ANNA));

        assertThat(callsOf(() -> fixture.store.load(ANNA))).isEqualTo(Map.of("GetSecret", 1, "AccessSecretVersion", 1));
        try (GcpSecretStore fresh = fixture.another()) {
            assertThat(callsOf(() -> fresh.load(ANNA))).isEqualTo(Map.of("GetSecret", 1, "AccessSecretVersion", 2));
            assertThat(callsOf(() -> fresh.load(ANNA))).isEqualTo(Map.of("GetSecret", 1, "AccessSecretVersion", 1));
        }
    }

    @Test
    void aRotationIsThreeWritesAndDestroysAnOldVersionInTheBackground() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        TokenRecord second = fixture.rotated(first);

        assertThat(callsOf(() -> fixture.claimed(second)))
                .as("claim")
                .containsEntry("UpdateSecret", 1)
                .doesNotContainKeys("AddSecretVersion", "GetSecret");
        TokenRecord claimed = fixture.store.load(ANNA).orElseThrow();
        assertThat(callsOf(() -> fixture.rotated(claimed)))
                .as("settle")
                .containsEntry("AddSecretVersion", 1)
                .containsEntry("UpdateSecret", 1)
                .doesNotContainKey("GetSecret");
    }

    @Test
    void oldVersionsAreDestroyedAfterManyRotations() {
        fixture.service.forgetCounts();
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        for (int n = 0; n < 5; n++) {
            record = fixture.rotated(fixture.claimed(record));
            assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA)))
                    .as("temporarily one more version per rotation")
                    .hasSizeLessThanOrEqualTo(n + 2);
        }
        fixture.claimed(record);

        Until.holds(
                "only the current version remains while a claim is held",
                () -> fixture.service
                        .liveVersions(FakeStoreFixture.secret(ANNA))
                        .equals(List.of(6L)));
        assertThat(fixture.service.counts())
                .containsEntry("AddSecretVersion", 6)
                .containsEntry("UpdateSecret", 12)
                .containsEntry("DestroySecretVersion", 5);
    }

    @Test
    void oldVersionsThatAProcessLeftAreDestroyedByTheNextProcess() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        TokenRecord second = fixture.rotated(first);
        fixture.service.deny("secretmanager.versions.destroy");
        TokenRecord third = fixture.rotated(fixture.claimed(second));
        fixture.store.close();
        assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA))).containsExactly(1L, 2L, 3L);
        fixture.service.allow();

        try (GcpSecretStore next = fixture.another()) {
            TokenRecord claim = FakeStoreFixture.claim(next.load(ANNA).orElseThrow());
            assertThat(next.compareAndSet(ANNA, third.revision(), claim)).isTrue();
        }

        assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA))).containsExactly(3L);
    }

    @Test
    void aFailedCompareAndSetLeavesNoVersion() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore other = fixture.another()) {
            other.load(ANNA);
            fixture.claimed(first);
            assertThat(other.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)))
                    .isFalse();
        }

        assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA))).containsExactly(1L);
    }

    @Test
    void anOrphanedVersionIsDestroyedByTheNextRotation() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        fixture.service.loseNextResponse("AddSecretVersion");
        assertThat(catchThrowable(() -> fixture.store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first))))
                .isNotNull();
        assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA))).containsExactly(1L, 2L);

        fixture.rotated(first);

        Until.holds(
                "the orphaned version is destroyed",
                () -> fixture.service
                        .liveVersions(FakeStoreFixture.secret(ANNA))
                        .equals(List.of(1L, 3L)));
    }

    @Test
    void aRemovalIsOneWriteAndALoadOfAnAbsentAccountIsTwoReads() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));

        assertThat(callsOf(() -> fixture.store.remove(ANNA, record.revision())))
                .isEqualTo(Map.of("AccessSecretVersion", 1, "DeleteSecret", 1));
        assertThat(callsOf(() -> fixture.store.load(ANNA))).isEqualTo(Map.of("GetSecret", 1, "AccessSecretVersion", 1));
    }

    @Test
    void theKeysAreReadPageByPage() {
        IntStream.range(0, 101)
                .mapToObj(n -> SampleRecords.sparse(TokenKey.of("acme", "account-" + n)))
                .forEach(fixture::written);

        assertThat(callsOf(() -> {
                    try (var keys = fixture.store.keys()) {
                        assertThat(keys.count()).isEqualTo(101);
                    }
                }))
                .isEqualTo(Map.of("ListSecrets", 2));
    }

    @Test
    void aVersionOfARecreatedSecretIsNotDestroyed() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        fixture.rotated(fixture.claimed(fixture.rotated(first)));
        fixture.service.delete(FakeStoreFixture.secret(ANNA));
        try (GcpSecretStore other = fixture.another()) {
            TokenRecord recreated = SampleRecords.full(ANNA);
            assertThat(other.compareAndSet(ANNA, TokenStore.ABSENT, recreated)).isTrue();
            fixture.store.close(); // which also runs its pending destructions

            assertThat(other.load(ANNA)).contains(recreated);
        }
    }
}
