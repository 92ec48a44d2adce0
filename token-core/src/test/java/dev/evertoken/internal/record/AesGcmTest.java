package dev.evertoken.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class AesGcmTest {

    private static final byte[] CONTEXT = "context".getBytes(UTF_8);
    private static final byte[] PLAIN = "what is sealed".getBytes(UTF_8);

    private final AesGcm gcm = new AesGcm();
    private final SecretKey key = new SecretKeySpec(new byte[32], "AES");

    @Test
    void sealedBytesOpenWithTheSameKeyAndContext() {
        byte[] sealed = gcm.seal(key, CONTEXT, PLAIN);

        assertThat(sealed).hasSize(12 + PLAIN.length + 16);
        assertThat(AesGcm.open(key, CONTEXT, sealed)).hasValue(PLAIN);
    }

    @Test
    void emptyInputCanBeSealed() {
        byte[] sealed = gcm.seal(key, CONTEXT, new byte[0]);

        assertThat(sealed).hasSize(AesGcm.SHORTEST);
        assertThat(AesGcm.open(key, CONTEXT, sealed)).hasValue(new byte[0]);
    }

    @Test
    void sealedBytesDoNotOpenWithAnotherContext() {
        assertThat(AesGcm.open(key, "contexT".getBytes(UTF_8), gcm.seal(key, CONTEXT, PLAIN)))
                .isEmpty();
    }

    @Test
    void sealingTwiceGivesDifferentNoncesAndCiphertexts() {
        byte[] one = gcm.seal(key, CONTEXT, PLAIN);
        byte[] other = gcm.seal(key, CONTEXT, PLAIN);

        assertThat(Arrays.copyOf(one, 12))
                .isNotEqualTo(Arrays.copyOf(other, 12))
                .isNotEqualTo(new byte[12]);
        assertThat(Arrays.copyOfRange(one, 12, one.length)).isNotEqualTo(Arrays.copyOfRange(other, 12, other.length));
    }

    @Test
    void bytesTooShortForACiphertextDoNotOpen() {
        for (int length = 0; length < AesGcm.SHORTEST; length++) {
            assertThat(AesGcm.open(key, CONTEXT, new byte[length])).isEmpty();
        }
    }

    @Test
    void anUnusableKeyIsReportedAsAPlatformFailure() {
        SecretKey wrong = new SecretKeySpec(new byte[5], "AES");

        assertThatThrownBy(() -> gcm.seal(wrong, CONTEXT, PLAIN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Java platform cannot encrypt with AES/GCM/NoPadding");
        assertThatThrownBy(() -> AesGcm.open(wrong, CONTEXT, new byte[40]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Java platform cannot decrypt with AES/GCM/NoPadding");
    }
}
