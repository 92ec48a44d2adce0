package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.FakeStoreFixture.ANNA;
import static dev.evertoken.store.gcp.FakeStoreFixture.SHORT_TIMEOUT;
import static dev.evertoken.store.gcp.FakeStoreFixture.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.gcp.fake.Quota;
import dev.evertoken.testing.SampleRecords;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Unsuitable projects, permissions, quotas and locations, and an unreachable service. */
class RefusedTest {

    private static final String SERVICE = "Secret Manager of project demo-project ";
    private static final String NOT_WRITTEN = ANNA + ": the record cannot be written: " + SERVICE;
    private static final String NOT_READ = ANNA + ": the record cannot be read: " + SERVICE;

    private final FakeStoreFixture fixture = new FakeStoreFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private GcpSecretStore open(String location) {
        return GcpSecretStore.over(fixture.client, location, "desk", SHORT_TIMEOUT);
    }

    @Test
    void aMissingProjectIsReported() {
        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: Secret Manager of project no-such-project does not permit this"
                        + " with these credentials, or the project does not exist; the permissions are listed at"
                        + " GcpSecretStore",
                () -> open("gcp-secrets://no-such-project"));
    }

    @Test
    void aLocationThatDoesNotMatchTheEndpointIsReported() {
        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: Secret Manager of project demo-project in mars-west1 rejects the"
                        + " request: check that the project exists, that the location is one of Secret Manager, and"
                        + " that the client calls that location",
                () -> open("gcp-secrets://demo-project?location=mars-west1"));
    }

    @Test
    void aDisabledApiIsReported() {
        fixture.service.apiEnabled(false);

        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: " + SERVICE + "is disabled: enable the Secret Manager API"
                        + " (secretmanager.googleapis.com) for the project",
                () -> open(fixture.service.location()));
    }

    @Test
    void aMissingPermissionIsReportedAndTheRecordIsKept() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        String reason =
                "does not permit this with these credentials, or the project does not exist; the permissions are"
                        + " listed at GcpSecretStore";
        fixture.service.deny("secretmanager.secrets.update");
        assertFails(
                Problem.STORE_REFUSED,
                NOT_WRITTEN + reason,
                () -> fixture.store.compareAndSet(ANNA, record.revision(), FakeStoreFixture.claim(record)));
        fixture.service.deny("secretmanager.versions.access");
        assertFails(Problem.STORE_REFUSED, NOT_READ + reason, () -> fixture.store.load(ANNA));
        fixture.service.deny("secretmanager.secrets.list");
        assertFails(
                Problem.STORE_REFUSED,
                "the keys cannot be read: " + SERVICE + reason,
                () -> fixture.store.keys().toList());

        fixture.service.allow();
        assertThat(fixture.store.load(ANNA)).contains(record);
    }

    @Test
    @Fault("F8")
    void anExhaustedQuotaIsReportedAndLosesNothing() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        fixture.service.quota(Quota.WRITE, 0);
        Instant started = Instant.now();

        TokenStoreException failure = catchThrowableOfType(
                TokenStoreException.class,
                () -> fixture.store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)));

        assertThat(failure).hasMessage(NOT_WRITTEN + "has no quota left for this minute");
        assertThat(failure.problem()).isEqualTo(Problem.STORE_QUOTA);
        assertThat(failure.remedy()).isEqualTo(Remedy.WAIT);
        assertThat(failure.retryAt().orElseThrow())
                .as("quotas are counted by the minute")
                .isBetween(started.plusSeconds(59), Instant.now().plusSeconds(61));
        assertThat(fixture.store.load(ANNA)).as("reads have a separate quota").contains(record);
        fixture.service.noQuota();
        fixture.rotated(record);
    }

    @Test
    @Fault("F8")
    void aTemporarilyThrottledWriteIsRetried() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        fixture.service.failNext("UpdateSecret", Status.Code.RESOURCE_EXHAUSTED);

        fixture.claimed(record);

        assertThat(fixture.service.counts()).containsEntry("UpdateSecret", 3);
    }

    @Test
    void anUnavailableServiceCausesARetryOfReadsAndNotOfWrites() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        fixture.service.failNext("GetSecret", Status.Code.UNAVAILABLE);
        assertThat(fixture.store.load(ANNA)).contains(record);
        fixture.service.failNext("UpdateSecret", Status.Code.UNAVAILABLE);
        fixture.service.forgetCounts();

        assertFails(
                Problem.STORE_UNAVAILABLE,
                NOT_WRITTEN + "could not be reached, or broke the connection",
                () -> fixture.store.compareAndSet(ANNA, record.revision(), FakeStoreFixture.claim(record)));

        assertThat(fixture.service.counts()).containsEntry("UpdateSecret", 1);
    }

    @Test
    @Fault("F17")
    void aHangingServiceIsTimedOut() {
        fixture.written(SampleRecords.full(ANNA));
        fixture.service.hang();
        long begun = System.nanoTime();

        assertFails(Problem.STORE_UNAVAILABLE, NOT_READ + "did not respond in time", () -> fixture.store.load(ANNA));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        fixture.service.resume();
        assertThat(fixture.store.load(ANNA)).isPresent();
    }

    @Test
    void anUnreachableServiceIsReportedAndReconnectedLater() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        fixture.service.down();
        assertFails(
                Problem.STORE_UNAVAILABLE,
                NOT_READ + "could not be reached, or broke the connection",
                () -> fixture.store.load(ANNA));

        fixture.service.up();

        Until.holds("the store has reconnected", () -> {
            try {
                return fixture.store.load(ANNA).equals(Optional.of(record));
            } catch (TokenStoreException e) {
                return false;
            }
        });
    }

    @Test
    void aClosedClientIsReported() {
        fixture.client.close();

        TokenStoreException failure = catchThrowableOfType(TokenStoreException.class, () -> fixture.store.load(ANNA));
        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
    }

    @Test
    void tlsIsAvailableWithoutTheExcludedLibrariesOfTheClient() {
        SecretManagerServiceSettings.Builder settings =
                ClientSettings.at(GcpLocation.parse(fixture.service.location()), SHORT_TIMEOUT);
        settings.setCredentialsProvider(NoCredentialsProvider.create()).setEndpoint(fixture.service.endpoint());
        assertFails(
                Problem.STORE_UNAVAILABLE,
                "the token store cannot be opened: " + SERVICE + "could not be reached, or broke the connection",
                () -> GcpSecretStore.open(
                        GcpLocation.parse(fixture.service.location()), "desk", SHORT_TIMEOUT, settings));
    }

    @Test
    void missingCredentialsAreReported() {
        GcpLocation location = GcpLocation.parse(fixture.service.location());
        SecretManagerServiceSettings.Builder settings = ClientSettings.at(location, SHORT_TIMEOUT);
        settings.setCredentialsProvider(() -> {
            throw new IOException("Your default credentials were not found.");
        });

        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: there are no application default credentials for Secret Manager of"
                        + " project demo-project; log in, or set GOOGLE_APPLICATION_CREDENTIALS"
                        + " to the file of a service account",
                () -> GcpSecretStore.open(location, "desk", SHORT_TIMEOUT, settings));
    }

    @Test
    void theStoreIsSharedAndItsWritesAreCostly() {
        assertThat(fixture.store.guarantee()).isEqualTo(TokenStore.Guarantee.SHARED);
        assertThat(fixture.store.costlyWrites()).isTrue();
        assertThat(fixture.store).hasToString("GcpSecretStore[Secret Manager of project demo-project]");
    }
}
