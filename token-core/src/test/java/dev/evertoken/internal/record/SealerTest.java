package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleKeys.key;
import static dev.evertoken.internal.record.SampleKeys.ring;
import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.SecretPart;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SealerTest {

    private static final String GRANT = "grant-1";
    private static final byte[] PLAIN = "{\"access_token\":\"ya29.canary\"}".getBytes(UTF_8);

    private final Sealer sealer = new Sealer(ring("k1", 1), "crm", "prod");

    @Test
    void sealedSecretsOpenInEveryProcessThatHasTheKey() {
        SecretPart sealed = sealer.seal(ALICE, GRANT, 7, PLAIN);

        assertThat(new Sealer(ring("k1", 1), "crm", "prod").open(ALICE, GRANT, 7, sealed))
                .isEqualTo(PLAIN);
    }

    @Test
    void emptyAndLargeSecretsCanBeSealed() {
        for (byte[] plain : new byte[][] {{}, new byte[1 << 20]}) {
            assertThat(sealer.open(ALICE, GRANT, 7, sealer.seal(ALICE, GRANT, 7, plain)))
                    .isEqualTo(plain);
        }
    }

    @Test
    void manyThreadsSealAndOpenAtOnce() {
        assertThat(IntStream.range(0, 4000).parallel().mapToObj(i -> {
                    TokenKey key = TokenKey.of("google", "user-" + i % 50);
                    byte[] plain = ("token " + i).getBytes(UTF_8);
                    return Arrays.equals(plain, sealer.open(key, GRANT, 7, sealer.seal(key, GRANT, 7, plain)));
                }))
                .doesNotContain(false);
    }

    @Test
    void anEnvelopeNamesItsKeyAndShowsNoSecret() {
        SecretPart sealed = sealer.seal(ALICE, GRANT, 7, PLAIN);

        assertThat(sealed).isInstanceOf(SecretPart.Envelope.class).hasToString("Envelope[k1, <redacted>]");
        assertThat(new String(sealed.bytes(), UTF_8)).doesNotContain("canary");
        assertThat(sealed.bytes()).hasSize(1 + 12 + PLAIN.length + 16);
    }

    @Test
    void noNonceIsUsedTwice() {
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            nonces.add(Arrays.toString(
                    Arrays.copyOfRange(sealer.seal(ALICE, GRANT, 7, PLAIN).bytes(), 1, 13)));
        }

        assertThat(nonces).hasSize(2000);
    }

    @Test
    @Fault("I4")
    void ciphertextThatWasMovedDoesNotOpen() {
        SecretPart alices = sealer.seal(ALICE, GRANT, 7, PLAIN);

        assertRejected(sealer, BOB, GRANT, alices);
        assertRejected(sealer, TokenKey.of("google-eu", "alice"), GRANT, alices);
        assertRejected(sealer, TokenKey.of("goog", "lealice"), GRANT, alices);
        assertRejected(sealer, ALICE, "grant-2", alices);
        assertRejected(new Sealer(ring("k1", 1), "shop", "prod"), ALICE, GRANT, alices);
        assertRejected(new Sealer(ring("k1", 1), "crm", "staging"), ALICE, GRANT, alices);
        assertRejected(new Sealer(ring("k1", 2), "crm", "prod"), ALICE, GRANT, alices);
    }

    @Test
    @Fault("N11")
    void ciphertextOfAnotherGenerationDoesNotOpen() {
        SecretPart seventh = sealer.seal(ALICE, GRANT, 7, PLAIN);

        TokenException failure =
                catchThrowableOfType(TokenException.class, () -> sealer.open(ALICE, GRANT, 8, seventh));

        assertThat(failure.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
    }

    /** These bytes were written by the first format and never change. */
    @Test
    void anEnvelopeOfFormat1OpensWhateverItsGeneration() {
        byte[] ascending = new byte[32];
        for (int i = 0; i < ascending.length; i++) {
            ascending[i] = (byte) (i + 1);
        }
        SecretPart golden = new SecretPart.Envelope(
                "k1",
                HexFormat.of()
                        .parseHex("01e2a08de5e75cd27ed283cb71bccb1bbf05de022e2d852d3e69408cd58d0f8d"
                                + "aba62d06dfed1632535cf100f2237c02ed"));
        Sealer old = new Sealer(KeyRing.of("k1", ascending), "crm", "prod");

        assertThat(old.open(ALICE, GRANT, 1, golden)).isEqualTo("evertoken-test-plain".getBytes(UTF_8));
        assertThat(old.open(ALICE, GRANT, 2, golden)).isEqualTo("evertoken-test-plain".getBytes(UTF_8));
        assertRejected(old, BOB, GRANT, golden);
    }

    @Test
    void anEnvelopeUnderAnotherKeyNameDoesNotOpen() {
        SecretPart alices = sealer.seal(ALICE, GRANT, 7, PLAIN);
        KeyRing renamed = ring("k1", 1).rotatedTo("k2", key(1));

        assertRejected(new Sealer(renamed, "crm", "prod"), ALICE, GRANT, new SecretPart.Envelope("k2", alices.bytes()));
    }

    @Test
    void aSingleChangedBitIsDetected() {
        byte[] sealed = sealer.seal(ALICE, GRANT, 7, PLAIN).bytes();
        for (int bit = 8; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertRejected(sealer, ALICE, GRANT, new SecretPart.Envelope("k1", changed));
        }
    }

    @Test
    void aTruncatedEnvelopeIsUnreadable() {
        byte[] sealed = sealer.seal(ALICE, GRANT, 7, PLAIN).bytes();
        for (int length = 0; length < sealed.length; length++) {
            assertRejected(sealer, ALICE, GRANT, new SecretPart.Envelope("k1", Arrays.copyOf(sealed, length)));
        }
    }

    @Test
    void theExceptionNamesTheRemedyAndShowsNoSecret() {
        SecretPart alices = sealer.seal(ALICE, GRANT, 7, PLAIN);

        assertThat(failure(sealer, BOB, GRANT, alices))
                .hasMessage("google/bob: the secrets are not those that key \"k1\" sealed for this account, grant,"
                        + " generation, namespace and environment: modified, or moved here; restore the key or the"
                        + " record, or reconnect");
        assertThat(failure(sealer, ALICE, GRANT, new SecretPart.Envelope("k1", new byte[] {1, 2})))
                .hasMessage("google/alice: the secrets are not an envelope: 2 bytes; restore the key or the record, or"
                        + " reconnect");
    }

    @Test
    void aMissingKeyIsNamed() {
        SecretPart old = sealer.seal(ALICE, GRANT, 7, PLAIN);

        TokenException missing = failure(new Sealer(ring("k2", 2), "crm", "prod"), ALICE, GRANT, old);

        assertThat(missing)
                .hasMessage("google/alice: the secrets are sealed with key \"k1\", which the key ring [k2] lacks;"
                        + " restore the key or the record, or reconnect");
        assertThat(failure(new Sealer(KeyRing.none(), "crm", "prod"), ALICE, GRANT, old))
                .hasMessageContaining("key \"k1\", which the key ring [] lacks");
    }

    @Test
    void aNewerFormatIsReportedWithTheAdviceToUpgrade() {
        byte[] future = sealer.seal(ALICE, GRANT, 7, PLAIN).bytes().clone();
        future[0] = 3;

        TokenException failure = catchThrowableOfType(
                TokenException.class, () -> sealer.open(ALICE, GRANT, 7, new SecretPart.Envelope("k1", future)));

        assertThat(failure.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(failure)
                .hasMessage("google/alice: the secrets are sealed in format 3, this version knows 2;"
                        + " upgrade this application");
    }

    @Test
    @Fault("F10")
    void duringAKeyRotationEveryNodeReadsAllKeysAndWritesWithItsActiveKey() {
        Sealer before = new Sealer(KeyRing.of("k2", key(2)).rotatedTo("k1", key(1)), "crm", "prod");
        Sealer after = new Sealer(KeyRing.of("k1", key(1)).rotatedTo("k2", key(2)), "crm", "prod");

        SecretPart old = before.seal(ALICE, GRANT, 7, PLAIN);
        SecretPart recent = after.seal(ALICE, GRANT, 7, PLAIN);

        assertThat(((SecretPart.Envelope) old).keyId()).isEqualTo("k1");
        assertThat(((SecretPart.Envelope) recent).keyId()).isEqualTo("k2");
        for (Sealer node : new Sealer[] {before, after}) {
            assertThat(node.open(ALICE, GRANT, 7, old)).isEqualTo(PLAIN);
            assertThat(node.open(ALICE, GRANT, 7, recent)).isEqualTo(PLAIN);
        }
    }

    @Test
    void secretsWithoutAKeyRingStayReadableWithAWarning() {
        Sealer open = new Sealer(KeyRing.none(), "crm", "prod");

        assertThat(open.seal(ALICE, GRANT, 7, PLAIN)).isEqualTo(new SecretPart.Clear(PLAIN));
        assertThat(open.open(ALICE, GRANT, 7, new SecretPart.Clear(PLAIN))).isEqualTo(PLAIN);
        assertThat(open.warnings()).containsExactly("tokens are stored in clear text; set a key ring to encrypt them");
    }

    @Test
    @Fault("N11")
    void clearTextIsRefusedWithAKeyRing() {
        SecretPart planted = new SecretPart.Clear(PLAIN);

        assertRejected(sealer, ALICE, GRANT, planted);
        assertThat(failure(sealer, ALICE, GRANT, planted))
                .hasMessage("google/alice: the secrets are in clear text although there is a key ring; allowClearText()"
                        + " accepts and seals them; otherwise restore the record, or reconnect");
    }

    @Test
    void clearTextIsReadWithAWarningIfTheApplicationAllowsIt() {
        Sealer migrating = new Sealer(ring("k1", 1), "crm", "prod", ClearText.ALLOWED, key -> false);
        assertThat(migrating.warnings()).isEmpty();

        assertThat(migrating.open(ALICE, GRANT, 7, new SecretPart.Clear(PLAIN))).isEqualTo(PLAIN);

        assertThat(migrating.seal(ALICE, GRANT, 7, PLAIN)).isInstanceOf(SecretPart.Envelope.class);
        assertThat(migrating.warnings())
                .containsExactly(
                        "some records are still in clear text although there is a key ring; a refresh seals them");
    }

    @Test
    @Fault("N11")
    void theSecretsOfAStoreThatKeepsClearTextStayClearInTheStoreAlone() {
        Sealer columns = new Sealer(ring("k1", 1), "crm", "prod", ClearText.REFUSED, BOB::equals);

        SecretPart stored = columns.seal(BOB, GRANT, 7, PLAIN);

        assertThat(stored).isEqualTo(new SecretPart.Clear(PLAIN));
        assertThat(columns.open(BOB, GRANT, 7, stored)).isEqualTo(PLAIN);
        assertThat(columns.envelope(BOB, GRANT, 7, PLAIN)).isInstanceOf(SecretPart.Envelope.class);
        assertThat(columns.seal(ALICE, GRANT, 7, PLAIN)).isInstanceOf(SecretPart.Envelope.class);
        assertRejected(columns, ALICE, GRANT, new SecretPart.Clear(PLAIN));
    }

    @Test
    void aFingerprintOfARemovedKeyCannotBeChecked() {
        String fingerprint = sealer.fingerprint("client-id", "a-client");
        Sealer after = new Sealer(ring("k2", 2), "crm", "prod");

        assertThat(sealer.canCheck(fingerprint)).isTrue();
        assertThat(sealer.matches(fingerprint, "client-id", "a-client")).isTrue();
        assertThat(sealer.matches(fingerprint, "client-id", "another")).isFalse();
        assertThat(after.canCheck(fingerprint)).isFalse();
        assertThat(after.matches(fingerprint, "client-id", "a-client")).isFalse();
    }

    private static void assertRejected(Sealer by, TokenKey key, String grant, SecretPart part) {
        TokenException failure = failure(by, key, grant, part);
        assertThat(failure.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(failure.problem().state()).contains(ConnectionState.UNREADABLE);
        assertThat(failure.key()).contains(key);
        assertThat(failure.toString()).doesNotContain("canary");
    }

    private static TokenException failure(Sealer by, TokenKey key, String grant, SecretPart part) {
        return catchThrowableOfType(TokenException.class, () -> by.open(key, grant, 7, part));
    }
}
