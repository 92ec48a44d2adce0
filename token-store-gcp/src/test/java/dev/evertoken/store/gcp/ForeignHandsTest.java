package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.FakeStoreFixture.ANNA;
import static dev.evertoken.store.gcp.FakeStoreFixture.BEN;
import static dev.evertoken.store.gcp.FakeStoreFixture.assertFails;
import static dev.evertoken.store.gcp.FakeStoreFixture.unreadable;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.testing.SampleRecords;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Manual changes to the store's secrets, and secrets that are not the store's. */
class ForeignHandsTest {

    private final FakeStoreFixture fixture = new FakeStoreFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private void annotate(TokenKey key, String name, UnaryOperator<String> change) {
        fixture.service.annotate(FakeStoreFixture.secret(key), annotations -> {
            Map<String, String> next = new TreeMap<>(annotations);
            next.computeIfPresent(name, (any, value) -> change.apply(value));
            return next;
        });
    }

    private static Set<TokenKey> keys(TokenStore store) {
        try (Stream<TokenKey> keys = store.keys()) {
            return keys.collect(Collectors.toSet());
        }
    }

    @Test
    void aForeignSecretOfTheSameNameIsNeitherReadNorWrittenNorRemoved() {
        String secret = FakeStoreFixture.secret(BEN);
        fixture.service.plant(secret, "other content");
        String message =
                BEN + ": the secret " + secret + " is not from this store: it has no annotations and no label of"
                        + " the store; rename it, or set another prefix for the store";
        TokenRecord record = SampleRecords.full(BEN);

        assertFails(Problem.STORE_REFUSED, message, () -> fixture.store.load(BEN));
        assertFails(Problem.STORE_REFUSED, message, () -> fixture.store.compareAndSet(BEN, TokenStore.ABSENT, record));
        assertFails(
                Problem.STORE_REFUSED, message, () -> fixture.store.compareAndSet(BEN, TokenStore.UNREADABLE, record));
        assertFails(Problem.STORE_REFUSED, message, () -> fixture.store.remove(BEN, TokenStore.UNREADABLE));

        assertThat(fixture.service.versions(secret)).isEqualTo(Map.of(1L, "ENABLED"));
        assertThat(fixture.service.annotations(secret)).isEmpty();
        assertThat(keys(fixture.store)).isEmpty();
    }

    @Test
    void manuallyEditedAnnotationsMakeTheRecordUnreadableAndAreNotOverwritten() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        annotate(ANNA, "evertoken-record", json -> json.replace("UNCERTAIN", "ACTIVE"));
        Map<String, String> edited = fixture.service.annotations(FakeStoreFixture.secret(ANNA));

        assertThat(unreadable(fixture.store, ANNA))
                .hasMessage(ANNA + ": the annotations of its secret were changed: their checksum" + " does not match");
        assertThat(fixture.store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)))
                .isFalse();

        assertThat(fixture.service.annotations(FakeStoreFixture.secret(ANNA))).isEqualTo(edited);
        assertThat(keys(fixture.store)).containsExactly(ANNA);
    }

    @Test
    @Fault("I4")
    void aPointerSetBackToAnOldVersionIsReportedAsCorrupt() {
        fixture.rotated(fixture.written(SampleRecords.full(ANNA)));
        annotate(ANNA, "evertoken-versions", text -> text.replace("current 2", "current 1"));

        assertThat(unreadable(fixture.another(), ANNA).reason()).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void missingAnnotationsMakeTheRecordUnreadableAndNotAbsent() {
        fixture.written(SampleRecords.full(ANNA));
        fixture.service.annotate(FakeStoreFixture.secret(ANNA), annotations -> Map.of());

        assertThat(unreadable(fixture.another(), ANNA))
                .hasMessage(ANNA + ": the annotations of its secret are incomplete");
        assertThat(fixture.store.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA)))
                .isFalse();
        assertThat(fixture.service.annotations(FakeStoreFixture.secret(ANNA))).isEmpty();
    }

    @Test
    @Fault("F16")
    void aRecordOfANewerFormatIsRefusedAndNotChanged() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        fixture.service.annotate(FakeStoreFixture.secret(ANNA), annotations -> {
            Map<String, String> next = new TreeMap<>(annotations);
            next.computeIfPresent("evertoken-record", (any, json) -> json.replace("\"format\":2", "\"format\":3"));
            String text = Stream.of("registration", "account", "versions", "record")
                    .map(part -> next.get("evertoken-" + part))
                    .collect(Collectors.joining("\n"));
            next.put("evertoken-checksum", Long.toHexString(Payload.crc32c(text.getBytes(UTF_8))));
            return next;
        });
        Map<String, String> newer = fixture.service.annotations(FakeStoreFixture.secret(ANNA));

        assertThat(unreadable(fixture.store, ANNA).reason()).isEqualTo(Reason.NEWER_FORMAT);
        assertThat(fixture.store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)))
                .isFalse();
        assertThat(fixture.service.annotations(FakeStoreFixture.secret(ANNA))).isEqualTo(newer);
    }

    @Test
    @Fault("I4")
    void theContentOfAnotherAccountsSecretIsRefused() {
        fixture.written(SampleRecords.full(ANNA));
        fixture.written(SampleRecords.full(BEN));
        fixture.service.annotate(
                FakeStoreFixture.secret(ANNA), any -> fixture.service.annotations(FakeStoreFixture.secret(BEN)));

        assertThat(unreadable(fixture.another(), ANNA)).hasMessage(ANNA + ": the record belongs to " + BEN);
        assertThat(keys(fixture.store))
                .as("only the secret in its own place is listed")
                .containsExactly(BEN);
    }

    @Test
    void foreignAnnotationsAreKeptAndCauseAtMostOneEtagConflict() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        fixture.service.annotate(FakeStoreFixture.secret(ANNA), annotations -> {
            Map<String, String> next = new TreeMap<>(annotations);
            next.put("owner", "team-7");
            return next;
        });

        assertThat(fixture.store.compareAndSet(ANNA, record.revision(), FakeStoreFixture.claim(record)))
                .isFalse();
        assertThat(fixture.store.load(ANNA)).contains(record);
        TokenRecord claimed = fixture.claimed(record);

        assertThat(fixture.store.load(ANNA)).contains(claimed);
        assertThat(fixture.service.annotations(FakeStoreFixture.secret(ANNA))).containsEntry("owner", "team-7");
    }

    @Test
    void aDisabledVersionIsReadableAgainOnceItIsEnabled() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        fixture.service.disable(FakeStoreFixture.secret(ANNA), 1);

        assertThat(unreadable(fixture.store, ANNA))
                .hasMessage(ANNA + ": version 1 of its secret, which has the tokens, is disabled; enable it, or"
                        + " reconnect");
        assertThat(fixture.store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)))
                .isFalse();

        fixture.service.enable(FakeStoreFixture.secret(ANNA), 1);
        assertThat(fixture.store.load(ANNA)).contains(record);
    }

    @Test
    void aDestroyedVersionIsReplacedOnlyAsUnreadableAndOtherVersionsAreKept() {
        TokenRecord second = fixture.rotated(fixture.written(SampleRecords.full(ANNA)));
        fixture.service.destroy(FakeStoreFixture.secret(ANNA), 2);

        assertThat(unreadable(fixture.store, ANNA))
                .hasMessage(ANNA + ": version 2 of its secret, which has the tokens, is destroyed; reconnect");
        TokenRecord next = SampleRecords.next(second);
        assertThat(fixture.store.compareAndSet(ANNA, TokenStore.UNREADABLE, next))
                .isTrue();

        assertThat(fixture.store.load(ANNA)).contains(next);
        fixture.store.close();
        assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA))).containsExactly(1L, 3L);
    }

    @Test
    void aTooLargeRecordIsRefusedBeforeAnythingIsWritten() {
        TokenRecord record = SampleRecords.full(ANNA);
        TokenRecord large = SampleRecords.nextWithSecrets(record, 65_536);
        TokenRecord manyScopes = record.next()
                .grantedScopes(IntStream.range(0, 500)
                        .mapToObj(n -> "https://api.example/scope-number-" + n)
                        .collect(Collectors.toSet()))
                .build(SampleRecords.revision(), record.updatedAt());
        fixture.service.forgetCounts();

        assertFails(
                Problem.STORE_REFUSED,
                ANNA + ": the record cannot be written: its tokens require "
                        + (65_536 + ("evertoken 1 " + large.revision() + " 65536\n").length())
                        + " bytes, and Secret Manager allows up to 65536; keep this account in another store",
                () -> fixture.store.compareAndSet(ANNA, TokenStore.ABSENT, large));
        assertThat(catchThrowable(() -> fixture.store.compareAndSet(ANNA, TokenStore.ABSENT, manyScopes)))
                .hasMessageStartingWith(ANNA + ": the record cannot be written: without its tokens it requires ")
                .hasMessageEndingWith(" bytes of annotations, and Secret Manager allows less than 16384; request fewer"
                        + " scopes, or keep this account in another store");

        assertThat(fixture.service.counts()).isEmpty();
    }

    @Test
    void aRecordOfNearlyTheMaximumSizeIsStored() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        TokenRecord large = SampleRecords.nextWithSecrets(record, 65_536 - 60);

        assertThat(fixture.store.compareAndSet(ANNA, record.revision(), large)).isTrue();
        assertThat(fixture.store.load(ANNA)).contains(large);
    }

    @Test
    void tokensDamagedInTransitAreRefusedAndNotReportedAsLost() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        fixture.service.damageResponses(true);

        assertFails(
                Problem.STORE_UNAVAILABLE,
                ANNA + ": the record cannot be read: Secret Manager of project demo-project sent tokens that do not"
                        + " match their checksum",
                () -> fixture.store.load(ANNA));

        fixture.service.damageResponses(false);
        assertThat(fixture.store.load(ANNA)).contains(record);
    }

    @Test
    @Fault("F19")
    void accountsOfTwoNamespacesAreIsolated() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore other = fixture.another("desk-2")) {
            assertThat(other.load(ANNA)).isEmpty();
            TokenRecord otherRecord = SampleRecords.full(ANNA);
            assertThat(other.compareAndSet(ANNA, TokenStore.ABSENT, otherRecord))
                    .isTrue();
            assertThat(other.remove(ANNA, record.revision())).isFalse();

            assertThat(fixture.store.load(ANNA)).isEqualTo(Optional.of(record));
            assertThat(keys(other)).containsExactly(ANNA);
        }
    }

    @Test
    void anInterruptedInsertIsCompletedByTheNextProcess() {
        fixture.service.failNext("AddSecretVersion", Status.Code.INTERNAL);
        TokenRecord record = SampleRecords.full(ANNA);
        assertFails(
                Problem.STORE_UNAVAILABLE,
                ANNA + ": the record cannot be written: Secret Manager of project demo-project answered with the error"
                        + " INTERNAL",
                () -> fixture.store.compareAndSet(ANNA, TokenStore.ABSENT, record));

        try (GcpSecretStore next = fixture.another()) {
            assertThat(next.load(ANNA)).isEmpty();
            assertThat(keys(next)).isEmpty();
            assertThat(next.compareAndSet(ANNA, TokenStore.ABSENT, record)).isTrue();
            assertThat(next.load(ANNA)).contains(record);
        }
    }

    @Test
    void annotationsLabelsAndNamesContainNoToken() {
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        String shown = fixture.service.annotations(FakeStoreFixture.secret(ANNA)) + " "
                + fixture.service.labels(FakeStoreFixture.secret(ANNA)) + " " + fixture.store;

        assertThat(record.secrets()).isInstanceOf(SecretPart.Envelope.class);
        assertThat(shown).doesNotContain(SampleRecords.PREFIX);
    }
}
