package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleKeys.key;
import static dev.evertoken.internal.record.SampleKeys.ring;
import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.json.RecordFormat;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Origin;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordSealsTest {

    private static final KeyRing OLD = ring("k1", 1);
    private static final TokenSet TOKENS =
            TokenSet.builder("access-canary-1").refreshToken("refresh-canary-1").build();

    private final RecordMapper rotated = mapper(OLD.rotatedTo("k2", key(2)));

    @Test
    @Fault("O7")
    void anEnvelopeOfAnEarlierFormatIsSealedInTheCurrentOne() {
        TokenRecord first = withSecrets(new SecretPart.Envelope("k2", firstFormat()));
        assertThat(rotated.seals().of(first)).isEqualTo(Seal.EARLIER);

        TokenRecord again = rotated.seals().sealedAgain(first, Optional.empty());

        assertThat(again.secrets().bytes()[0]).isEqualTo((byte) 2);
        assertThat(rotated.tokens(again)).isEqualTo(TOKENS);
        assertThat(rotated.seals().of(again)).isEqualTo(Seal.CURRENT);
    }

    @Test
    @Fault("O7")
    void theKeyOfARecordIsComparedWithTheRingWithoutOpeningIt() {
        SecretPart garbage = new SecretPart.Envelope("k1", new byte[] {2, 0, 0});

        assertThat(rotated.seals().of(withSecrets(garbage))).isEqualTo(Seal.EARLIER);
        assertThat(mapper(ring("k2", 2)).seals().of(withSecrets(garbage))).isEqualTo(Seal.UNKNOWN_KEY);
        assertThat(rotated.seals().of(withSecrets(new SecretPart.Clear(new byte[3]))))
                .isEqualTo(Seal.CLEAR_TEXT);
        assertThat(mapper(KeyRing.none()).seals().of(withSecrets(new SecretPart.Clear(new byte[3]))))
                .isEqualTo(Seal.CURRENT);
        TokenRecord foreign = withSecrets(garbage).toBuilder()
                .origin(new Origin("crm", "stage", "sha256:client"))
                .build();
        assertThat(rotated.seals().of(foreign)).isEqualTo(Seal.OTHER_APPLICATION);
    }

    @Test
    @Fault("O7")
    void aFingerprintOfAnEarlierKeyCountsLikeAnEarlierSeal() {
        SecretPart current = new SecretPart.Envelope("k2", new byte[] {2, 0, 0});

        assertThat(rotated.seals()
                        .of(withSecrets(current).toBuilder()
                                .refreshTokenFingerprint(Optional.of("hmac:k1:abc"))
                                .build()))
                .isEqualTo(Seal.EARLIER);
    }

    private static RecordMapper mapper(KeyRing ring) {
        return new RecordMapper(
                new Sealer(ring, "crm", "prod"),
                "crm",
                "prod",
                RefreshPolicy.early(Duration.ofMinutes(5)),
                Timekeeper.system());
    }

    /** Returns Alice's tokens sealed with the second key as version 1 of the format did it: without the generation. */
    private static byte[] firstFormat() {
        byte[] context = LengthPrefixed.of(
                "evertoken envelope 1", "crm", "prod", ALICE.registration(), ALICE.account(), "grant-1", "k2");
        byte[] sealed = new AesGcm()
                .seal(
                        Hmac.key(
                                ring("k2", 2).key("k2").orElseThrow(),
                                "evertoken envelope 1",
                                "crm",
                                "prod",
                                ALICE.registration(),
                                ALICE.account()),
                        context,
                        RecordFormat.encodeTokens(TOKENS));
        byte[] envelope = new byte[1 + sealed.length];
        envelope[0] = 1;
        System.arraycopy(sealed, 0, envelope, 1, sealed.length);
        return envelope;
    }

    private static TokenRecord withSecrets(SecretPart secrets) {
        return SampleRecords.record().toBuilder()
                .refreshTokenFingerprint(Optional.of("hmac:k2:abc"))
                .secrets(secrets)
                .build();
    }
}
