package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.FakeStoreFixture.ANNA;
import static dev.evertoken.store.gcp.FakeStoreFixture.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stale reads of the service cost calls and time, but cause no wrong result. */
class StaleReadsTest {

    private static final String NOT_READ =
            ANNA + ": the record cannot be read: Secret Manager of project demo-project ";

    private final FakeStoreFixture fixture = new FakeStoreFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("F7")
    void aProcessReadsItsOwnWritesDuringStaleReads() {
        fixture.service.freezeReads();
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        assertThat(fixture.store.load(ANNA)).contains(first);

        TokenRecord second = fixture.rotated(fixture.claimed(first));
        assertThat(fixture.store.load(ANNA)).contains(second);

        assertThat(fixture.store.remove(ANNA, second.revision())).isTrue();
        assertThat(fixture.store.load(ANNA)).isEmpty();
    }

    @Test
    @Fault({"F7", "F13"})
    void aProcessWithStaleReadsCannotOverwriteTheNewState() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore stale = fixture.another()) {
            assertThat(stale.load(ANNA)).contains(first);
            fixture.service.freezeReads();
            TokenRecord second = fixture.rotated(first);

            assertThat(stale.load(ANNA)).as("stale by one write").contains(first);
            assertThat(stale.compareAndSet(ANNA, first.revision(), FakeStoreFixture.claim(first)))
                    .isFalse();
            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    NOT_READ + "still returns a state that a later write has replaced",
                    () -> stale.load(ANNA));
            assertThat(stale.compareAndSet(ANNA, first.revision(), FakeStoreFixture.claim(first)))
                    .isFalse();
            assertThat(stale.remove(ANNA, first.revision())).isFalse();

            fixture.service.thawReads();
            assertThat(stale.load(ANNA)).contains(second);
            assertThat(stale.compareAndSet(ANNA, second.revision(), FakeStoreFixture.claim(second)))
                    .isTrue();
        }
    }

    @Test
    @Fault("F7")
    void aShortLagIsWaitedFor() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        GcpSecretOptions waiting = FakeStoreFixture.SHORT_TIMEOUT.withStalePatience(Duration.ofSeconds(10));
        try (GcpSecretStore stale = GcpSecretStore.over(fixture.client, fixture.service.location(), "desk", waiting)) {
            stale.load(ANNA);
            fixture.service.lag(Duration.ofMillis(700));
            TokenRecord second = fixture.rotated(first);
            assertThat(stale.compareAndSet(ANNA, first.revision(), FakeStoreFixture.claim(first)))
                    .isFalse();

            assertThat(stale.load(ANNA)).contains(second);
        }
    }

    @Test
    @Fault("F7")
    void aStaleStateWithDestroyedTokensIsNotReportedAsUnreadable() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore stale = fixture.another()) {
            stale.load(ANNA);
            fixture.service.freezeReads();
            fixture.claimed(fixture.rotated(first));
            fixture.store.close();
            assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA)))
                    .containsExactly(2L);

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    NOT_READ + "still returns version 1 of the account's secret, which is destroyed",
                    () -> stale.load(ANNA));
            assertThat(stale.compareAndSet(ANNA, TokenStore.UNREADABLE, SampleRecords.next(first)))
                    .isFalse();
        }
    }

    @Test
    @Fault("F7")
    void anAccountJustConnectedByAnotherProcessIsNotReportedAsAbsent() {
        fixture.service.freezeReads();
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore other = fixture.another()) {
            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    NOT_READ + "does not return the account's secret yet",
                    () -> other.load(ANNA));
            TokenStoreException failure = catchThrowableOfType(
                    TokenStoreException.class,
                    () -> other.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA)));
            assertThat(failure)
                    .hasMessage(
                            ANNA + ": the record cannot be written: Secret Manager of project demo-project reports that"
                                    + " the name of the secret exists, but does not return the secret yet");

            fixture.service.thawReads();
            assertThat(other.load(ANNA)).contains(record);
        }
    }

    @Test
    @Fault("F7")
    void anAccountJustRemovedByAnotherProcessIsNotReadFromAStaleState() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore other = fixture.another()) {
            other.load(ANNA);
            fixture.service.freezeReads();
            assertThat(fixture.store.remove(ANNA, first.revision())).isTrue();

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    NOT_READ + "still returns version 1 of the account's secret, which does not exist",
                    () -> other.load(ANNA));
            assertThat(other.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)))
                    .isFalse();
            fixture.service.thawReads();
            assertThat(other.load(ANNA)).isEmpty();
        }
    }

    @Test
    @Fault("F7")
    void aNewProcessReadsAgainIfALaterVersionExists() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        fixture.service.lag(Duration.ofMillis(400));
        TokenRecord second = fixture.rotated(first);
        GcpSecretOptions waiting = FakeStoreFixture.SHORT_TIMEOUT.withStalePatience(Duration.ofSeconds(10));

        try (GcpSecretStore fresh = GcpSecretStore.over(fixture.client, fixture.service.location(), "desk", waiting)) {
            assertThat(fresh.load(ANNA)).contains(second);
        }
    }

    @Test
    void anOrphanedVersionDelaysAProcessOnlyOnce() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        fixture.service.loseNextResponse("AddSecretVersion");
        assertThat(catchThrowableOfType(
                        TokenStoreException.class,
                        () -> fixture.store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first))))
                .isNotNull();

        try (GcpSecretStore fresh = fixture.another()) {
            assertThat(fresh.load(ANNA)).contains(first);
            fixture.service.forgetCounts();
            assertThat(fresh.load(ANNA)).contains(first);
            assertThat(fixture.service.counts()).containsEntry("GetSecret", 1);
        }
    }

    @Test
    void aWriteWhoseResponseWasLostIsRead() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        fixture.service.loseNextResponse("UpdateSecret");
        TokenRecord second = SampleRecords.next(first);

        assertFails(
                Problem.STORE_UNAVAILABLE,
                ANNA + ": the record cannot be written: Secret Manager of project demo-project could not be reached,"
                        + " or broke the connection",
                () -> fixture.store.compareAndSet(ANNA, first.revision(), second));

        assertThat(fixture.store.load(ANNA)).contains(second);
        fixture.store.close();
        assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA)))
                .as("not destroyed")
                .contains(2L);
    }
}
