package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.Bench.ANNA;
import static dev.evertoken.store.gcp.Bench.BEN;
import static dev.evertoken.store.gcp.Bench.assertFails;
import static dev.evertoken.store.gcp.Bench.unreadable;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.model.Problem;
import dev.evertoken.model.SecretPart;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import dev.evertoken.testing.Fault;
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

/** What other hands have made of the store's secrets, and secrets that are not the store's. */
class ForeignHandsTest {

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private void annotate(TokenKey key, String name, UnaryOperator<String> change) {
        bench.service.annotate(Bench.secret(key), annotations -> {
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
    void somebodyElsesSecretOfTheSameNameIsNeitherReadNorWrittenNorRemoved() {
        String secret = Bench.secret(BEN);
        bench.service.plant(secret, "somebody's own");
        String message = BEN + ": the secret " + secret + " is somebody else's: it has no annotations and no label of"
                + " this store; rename it, or give the store another prefix";
        TokenRecord mine = SampleRecords.full(BEN);

        assertFails(Problem.STORE_REFUSED, message, () -> bench.store.load(BEN));
        assertFails(Problem.STORE_REFUSED, message, () -> bench.store.compareAndSet(BEN, TokenStore.ABSENT, mine));
        assertFails(Problem.STORE_REFUSED, message, () -> bench.store.compareAndSet(BEN, TokenStore.UNREADABLE, mine));
        assertFails(Problem.STORE_REFUSED, message, () -> bench.store.remove(BEN, TokenStore.UNREADABLE));

        assertThat(bench.service.versions(secret)).isEqualTo(Map.of(1L, "ENABLED"));
        assertThat(bench.service.annotations(secret)).isEmpty();
        assertThat(keys(bench.store)).isEmpty();
    }

    @Test
    void annotationsThatWereEditedByHandMakeTheRecordUnreadableAndAreLeftAsTheyAre() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        annotate(ANNA, "evertoken-record", json -> json.replace("UNCERTAIN", "ACTIVE"));
        Map<String, String> edited = bench.service.annotations(Bench.secret(ANNA));

        assertThat(unreadable(bench.store, ANNA))
                .hasMessage(ANNA + ": the annotations of its secret are not as they were written: their checksum"
                        + " does not fit");
        assertThat(bench.store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)))
                .isFalse();

        assertThat(bench.service.annotations(Bench.secret(ANNA))).isEqualTo(edited);
        assertThat(keys(bench.store)).containsExactly(ANNA);
    }

    @Test
    @Fault("I4")
    void aPointerThatWasTurnedBackDoesNotLeadToTheSpentTokens() {
        bench.rotated(bench.written(SampleRecords.full(ANNA)));
        annotate(ANNA, "evertoken-versions", text -> text.replace("current 2", "current 1"));

        assertThat(unreadable(bench.another(), ANNA).reason()).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void aPartThatIsMissingIsNotTakenForAnAbsentRecord() {
        bench.written(SampleRecords.full(ANNA));
        bench.service.annotate(Bench.secret(ANNA), annotations -> Map.of());

        assertThat(unreadable(bench.another(), ANNA))
                .hasMessage(ANNA + ": the annotations of its secret lack a part of the record");
        assertThat(bench.store.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA)))
                .isFalse();
        assertThat(bench.service.annotations(Bench.secret(ANNA))).isEmpty();
    }

    @Test
    @Fault("F16")
    void aRecordOfANewerVersionIsRefusedAndLeftAsItIs() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        bench.service.annotate(Bench.secret(ANNA), annotations -> {
            Map<String, String> next = new TreeMap<>(annotations);
            next.computeIfPresent("evertoken-record", (any, json) -> json.replace("\"format\":1", "\"format\":2"));
            String text = Stream.of("registration", "account", "versions", "record")
                    .map(part -> next.get("evertoken-" + part))
                    .collect(Collectors.joining("\n"));
            next.put("evertoken-checksum", Long.toHexString(Payload.crc32c(text.getBytes(UTF_8))));
            return next;
        });
        Map<String, String> newer = bench.service.annotations(Bench.secret(ANNA));

        assertThat(unreadable(bench.store, ANNA).reason()).isEqualTo(Reason.NEWER_FORMAT);
        assertThat(bench.store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)))
                .isFalse();
        assertThat(bench.service.annotations(Bench.secret(ANNA))).isEqualTo(newer);
    }

    @Test
    @Fault("I4")
    void theSecretOfAnotherAccountIsNotTakenForOnesOwn() {
        bench.written(SampleRecords.full(ANNA));
        bench.written(SampleRecords.full(BEN));
        bench.service.annotate(Bench.secret(ANNA), any -> bench.service.annotations(Bench.secret(BEN)));

        assertThat(unreadable(bench.another(), ANNA)).hasMessage(ANNA + ": the record is the one of " + BEN);
        assertThat(keys(bench.store)).as("the one that says whose it is").containsExactly(BEN);
    }

    @Test
    void whatOthersAnnotateStaysAndCostsOneFailedEtagAtMost() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        bench.service.annotate(Bench.secret(ANNA), annotations -> {
            Map<String, String> next = new TreeMap<>(annotations);
            next.put("owner", "team-7");
            return next;
        });

        assertThat(bench.store.compareAndSet(ANNA, record.revision(), Bench.claim(record)))
                .isFalse();
        assertThat(bench.store.load(ANNA)).contains(record);
        TokenRecord claimed = bench.claimed(record);

        assertThat(bench.store.load(ANNA)).contains(claimed);
        assertThat(bench.service.annotations(Bench.secret(ANNA))).containsEntry("owner", "team-7");
    }

    @Test
    void aVersionThatAnOperatorDisabledIsReadAgainWhenItIsEnabled() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        bench.service.disable(Bench.secret(ANNA), 1);

        assertThat(unreadable(bench.store, ANNA))
                .hasMessage(ANNA + ": version 1 of its secret, which has the tokens, is disabled; enable it, or"
                        + " reconnect");
        assertThat(bench.store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)))
                .isFalse();

        bench.service.enable(Bench.secret(ANNA), 1);
        assertThat(bench.store.load(ANNA)).contains(record);
    }

    @Test
    void aVersionThatAnOperatorDestroyedIsReplacedByWhoSaysSoAndTheOthersAreKept() {
        TokenRecord second = bench.rotated(bench.written(SampleRecords.full(ANNA)));
        bench.service.destroy(Bench.secret(ANNA), 2);

        assertThat(unreadable(bench.store, ANNA))
                .hasMessage(ANNA + ": version 2 of its secret, which has the tokens, is destroyed; reconnect");
        TokenRecord next = SampleRecords.next(second);
        assertThat(bench.store.compareAndSet(ANNA, TokenStore.UNREADABLE, next)).isTrue();

        assertThat(bench.store.load(ANNA)).contains(next);
        bench.store.close();
        assertThat(bench.service.liveVersions(Bench.secret(ANNA))).containsExactly(1L, 3L);
    }

    @Test
    void aRecordThatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        TokenRecord record = SampleRecords.full(ANNA);
        TokenRecord large = SampleRecords.nextWithSecrets(record, 65_536);
        TokenRecord wordy = record.next()
                .grantedScopes(IntStream.range(0, 500)
                        .mapToObj(n -> "https://api.example/scope-number-" + n)
                        .collect(Collectors.toSet()))
                .build(SampleRecords.revision(), record.updatedAt());
        bench.service.forgetCounts();

        assertFails(
                Problem.STORE_REFUSED,
                ANNA + ": the record cannot be written: its tokens take "
                        + (65_536 + ("evertoken 1 " + large.revision() + " 65536\n").length())
                        + " bytes, and Secret Manager takes up to 65536; keep this account in another store",
                () -> bench.store.compareAndSet(ANNA, TokenStore.ABSENT, large));
        assertThat(catchThrowable(() -> bench.store.compareAndSet(ANNA, TokenStore.ABSENT, wordy)))
                .hasMessageStartingWith(ANNA + ": the record cannot be written: without its tokens it takes ")
                .hasMessageEndingWith(" bytes of annotations, and Secret Manager takes less than 16384; ask for fewer"
                        + " scopes, or keep this account in another store");

        assertThat(bench.service.counts()).isEmpty();
    }

    @Test
    void whatFitsToTheLastByteIsKept() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        TokenRecord large = SampleRecords.nextWithSecrets(record, 65_536 - 60);

        assertThat(bench.store.compareAndSet(ANNA, record.revision(), large)).isTrue();
        assertThat(bench.store.load(ANNA)).contains(large);
    }

    @Test
    void tokensThatWereDamagedOnTheWayAreNotUsedAndNotTakenForLost() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        bench.service.damageAnswers(true);

        assertFails(
                Problem.STORE_UNAVAILABLE,
                ANNA + ": the record cannot be read: Secret Manager of project demo-project sent tokens that do not"
                        + " fit their checksum",
                () -> bench.store.load(ANNA));

        bench.service.damageAnswers(false);
        assertThat(bench.store.load(ANNA)).contains(record);
    }

    @Test
    @Fault("F19")
    void accountsOfTwoNamespacesNeverMeet() {
        TokenRecord mine = bench.written(SampleRecords.full(ANNA));
        try (GcpSecretStore other = bench.another("desk-2")) {
            assertThat(other.load(ANNA)).isEmpty();
            TokenRecord theirs = SampleRecords.full(ANNA);
            assertThat(other.compareAndSet(ANNA, TokenStore.ABSENT, theirs)).isTrue();
            assertThat(other.remove(ANNA, mine.revision())).isFalse();

            assertThat(bench.store.load(ANNA)).isEqualTo(Optional.of(mine));
            assertThat(keys(other)).containsExactly(ANNA);
        }
    }

    @Test
    void anInsertThatACrashCutOffIsFinishedByWhoComesNext() {
        bench.service.failNext("AddSecretVersion", Status.Code.INTERNAL);
        TokenRecord record = SampleRecords.full(ANNA);
        assertFails(
                Problem.STORE_UNAVAILABLE,
                ANNA + ": the record cannot be written: Secret Manager of project demo-project answered with the error"
                        + " INTERNAL",
                () -> bench.store.compareAndSet(ANNA, TokenStore.ABSENT, record));

        try (GcpSecretStore next = bench.another()) {
            assertThat(next.load(ANNA)).isEmpty();
            assertThat(keys(next)).isEmpty();
            assertThat(next.compareAndSet(ANNA, TokenStore.ABSENT, record)).isTrue();
            assertThat(next.load(ANNA)).contains(record);
        }
    }

    @Test
    void nothingThatThePersonCanReadShowsAToken() {
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        String shown = bench.service.annotations(Bench.secret(ANNA)) + " " + bench.service.labels(Bench.secret(ANNA))
                + " " + bench.store;

        assertThat(record.secrets()).isInstanceOf(SecretPart.Envelope.class);
        assertThat(shown).doesNotContain(SampleRecords.PREFIX);
    }
}
