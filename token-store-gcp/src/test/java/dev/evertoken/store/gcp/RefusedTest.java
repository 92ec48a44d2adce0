package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.Bench.ANNA;
import static dev.evertoken.store.gcp.Bench.HASTY;
import static dev.evertoken.store.gcp.Bench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.store.gcp.fake.Quota;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.SampleRecords;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Projects, rights, quotas and places that are not fit for tokens, and a service that is away. */
class RefusedTest {

    private static final String HERE = "Secret Manager of project demo-project ";
    private static final String NOT_WRITTEN = ANNA + ": the record cannot be written: " + HERE;
    private static final String NOT_READ = ANNA + ": the record cannot be read: " + HERE;

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private GcpSecretStore open(String location) {
        return GcpSecretStore.over(bench.client, location, "desk", HASTY);
    }

    @Test
    void aProjectThatIsNotThereIsToldSo() {
        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: Secret Manager of project no-such-project does not let these"
                        + " credentials do that, or there is no such project; the rights are named at GcpSecretStore",
                () -> open("gcp-secrets://no-such-project"));
    }

    @Test
    void aRegionThatIsNotTheOneOfTheEndpointIsToldSo() {
        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: Secret Manager of project demo-project in mars-west1 does not take"
                        + " the request: check that the project exists, that the location is one of Secret Manager, and"
                        + " that the client calls that location",
                () -> open("gcp-secrets://demo-project?location=mars-west1"));
    }

    @Test
    void anApiThatIsNotSwitchedOnIsToldSo() {
        bench.service.apiEnabled(false);

        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: " + HERE + "is not switched on: enable the Secret Manager API"
                        + " (secretmanager.googleapis.com) for the project",
                () -> open(bench.service.location()));
    }

    @Test
    void aRightThatIsMissingIsToldSoAndWhatIsThereStays() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        String why = "does not let these credentials do that, or there is no such project; the rights are named at"
                + " GcpSecretStore";
        bench.service.deny("secretmanager.secrets.update");
        assertFails(
                Problem.STORE_REFUSED,
                NOT_WRITTEN + why,
                () -> bench.store.compareAndSet(ANNA, record.revision(), Bench.claim(record)));
        bench.service.deny("secretmanager.versions.access");
        assertFails(Problem.STORE_REFUSED, NOT_READ + why, () -> bench.store.load(ANNA));
        bench.service.deny("secretmanager.secrets.list");
        assertFails(
                Problem.STORE_REFUSED,
                "the keys cannot be read: " + HERE + why,
                () -> bench.store.keys().toList());

        bench.service.allow();
        assertThat(bench.store.load(ANNA)).contains(record);
    }

    @Test
    @Fault("F8")
    void aQuotaThatIsUsedUpIsToldAsSuchAndLosesNothing() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        bench.service.quota(Quota.WRITE, 0);
        Instant asked = Instant.now();

        TokenStoreException failure = catchThrowableOfType(
                TokenStoreException.class,
                () -> bench.store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)));

        assertThat(failure).hasMessage(NOT_WRITTEN + "has no quota left for this minute");
        assertThat(failure.problem()).isEqualTo(Problem.STORE_QUOTA);
        assertThat(failure.remedy()).isEqualTo(Remedy.WAIT);
        assertThat(failure.retryAt().orElseThrow())
                .as("quotas are counted by the minute")
                .isBetween(asked.plusSeconds(59), Instant.now().plusSeconds(61));
        assertThat(bench.store.load(ANNA)).as("reads have a quota of their own").contains(record);
        bench.service.noQuota();
        bench.rotated(record);
    }

    @Test
    @Fault("F8")
    void aWriteThatTheServiceRefusedForAMomentIsRepeated() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        bench.service.failNext("UpdateSecret", Status.Code.RESOURCE_EXHAUSTED);

        bench.claimed(record);

        assertThat(bench.service.counts()).containsEntry("UpdateSecret", 3);
    }

    @Test
    void aReadThatTheServiceWasNotThereForIsRepeatedAndAWriteIsNot() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        bench.service.failNext("GetSecret", Status.Code.UNAVAILABLE);
        assertThat(bench.store.load(ANNA)).contains(record);
        bench.service.failNext("UpdateSecret", Status.Code.UNAVAILABLE);
        bench.service.forgetCounts();

        assertFails(
                Problem.STORE_UNAVAILABLE,
                NOT_WRITTEN + "could not be reached, or broke the connection",
                () -> bench.store.compareAndSet(ANNA, record.revision(), Bench.claim(record)));

        assertThat(bench.service.counts()).containsEntry("UpdateSecret", 1);
    }

    @Test
    @Fault("F17")
    void aServiceThatHangsIsCutOff() {
        bench.written(SampleRecords.full(ANNA));
        bench.service.hang();
        long begun = System.nanoTime();

        assertFails(Problem.STORE_UNAVAILABLE, NOT_READ + "did not answer in time", () -> bench.store.load(ANNA));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        bench.service.answer();
        assertThat(bench.store.load(ANNA)).isPresent();
    }

    @Test
    void aServiceThatIsAwayIsToldSoAndFoundAgain() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        bench.service.down();
        assertFails(
                Problem.STORE_UNAVAILABLE,
                NOT_READ + "could not be reached, or broke the connection",
                () -> bench.store.load(ANNA));

        bench.service.up();

        Until.holds("it is found again", () -> {
            try {
                return bench.store.load(ANNA).equals(Optional.of(record));
            } catch (TokenStoreException e) {
                return false;
            }
        });
    }

    @Test
    void aClientThatIsClosedIsToldSo() {
        bench.client.close();

        TokenStoreException failure = catchThrowableOfType(TokenStoreException.class, () -> bench.store.load(ANNA));
        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
    }

    @Test
    void theTlsOfTheRealServiceIsAtHandAlthoughHalfOfTheClientsLibrariesAreLeftOut() {
        SecretManagerServiceSettings.Builder settings =
                ClientSettings.at(GcpLocation.parse(bench.service.location()), HASTY);
        settings.setCredentialsProvider(NoCredentialsProvider.create()).setEndpoint(bench.service.endpoint());
        assertFails(
                Problem.STORE_UNAVAILABLE,
                "the token store cannot be opened: " + HERE + "could not be reached, or broke the connection",
                () -> GcpSecretStore.open(GcpLocation.parse(bench.service.location()), "desk", HASTY, settings));
    }

    @Test
    void credentialsThatAreNotThereAreToldSo() {
        GcpLocation location = GcpLocation.parse(bench.service.location());
        SecretManagerServiceSettings.Builder settings = ClientSettings.at(location, HASTY);
        settings.setCredentialsProvider(() -> {
            throw new IOException("Your default credentials were not found.");
        });

        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: there are no application default credentials for Secret Manager of"
                        + " project demo-project; log in, or name a service account's file in"
                        + " GOOGLE_APPLICATION_CREDENTIALS",
                () -> GcpSecretStore.open(location, "desk", HASTY, settings));
    }

    @Test
    void itSaysThatItIsSharedAndThatWritesCost() {
        assertThat(bench.store.guarantee()).isEqualTo(TokenStore.Guarantee.SHARED);
        assertThat(bench.store.costlyWrites()).isTrue();
        assertThat(bench.store).hasToString("GcpSecretStore[Secret Manager of project demo-project]");
    }
}
