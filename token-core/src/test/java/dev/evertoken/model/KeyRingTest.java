package dev.evertoken.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyRingTest {

    private static final String FORM = "; a key ring is written as id:base64, such as k1:$(openssl rand -base64 32)";

    private static final String A = base64("a".repeat(32));
    private static final String B = base64("b".repeat(32));

    @TempDir
    Path folder;

    @Test
    void theFirstKeySealsAndEveryKeyOpens() {
        KeyRing ring = KeyRing.parse(Secret.of("k2:" + B + ", k1:" + A + "\n"));

        assertThat(ring.active()).contains("k2");
        assertThat(ring.ids()).containsExactly("k2", "k1");
        assertThat(ring.key("k1").orElseThrow().getEncoded())
                .isEqualTo("a".repeat(32).getBytes(UTF_8));
        assertThat(ring.key("k3")).isEmpty();
    }

    @Test
    void aRingWithoutAKeyHasNoActiveKey() {
        assertThat(KeyRing.none().active()).isEmpty();
        assertThat(KeyRing.none().ids()).isEmpty();
    }

    @Test
    void aRotatedRingSealsWithTheNewKeyAndKeepsTheOldOne() {
        KeyRing ring = KeyRing.of("k1", new byte[32]).rotatedTo("k2", new byte[32]);

        assertThat(ring.ids()).containsExactly("k2", "k1");
        assertThatThrownBy(() -> ring.rotatedTo("k1", new byte[32]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key \"k1\" is already in the ring");
    }

    @Test
    void aRingIsReadFromAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), "k1:" + A + System.lineSeparator());

        assertThat(KeyRing.fromFile(file).ids()).containsExactly("k1");
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("nothing");

        assertRejected(() -> KeyRing.fromFile(missing), "key file " + missing + " cannot be read");
    }

    @Test
    void anUnsetVariableIsNamed() {
        assertRejected(
                () -> KeyRing.fromEnvironment("EVERTOKEN_TEST_NOWHERE"), "EVERTOKEN_TEST_NOWHERE is not set" + FORM);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense                |key ring: key 1 is not written as id:base64",
                ":YWFh                   |key ring: key 1 is not written as id:base64",
                "k1:A,                   |key ring: key 2 is not written as id:base64",
                "k1:YWFh                 |key ring: key 1 is not a base64 key of 32 bytes",
                "k1:%%%                  |key ring: key 1 is not a base64 key of 32 bytes",
                "k 1:A                   |key ring: key 1: a key id is 1 to 32 of A-Z a-z 0-9 _ . -",
                "k1:A,k1:B               |key ring: key id \"k1\" is used twice",
            })
    void anInvalidRingIsRejectedWithThePositionAndWithoutTheKey(String text, String message) {
        String ring = text.strip().replaceAll(":A(?=,|$)", ":" + A).replaceAll(":B(?=,|$)", ":" + B);

        assertRejected(() -> KeyRing.parse(Secret.of(ring)), message.contains("twice") ? message : message + FORM);
    }

    @Test
    void aKeyOfAnotherSizeIsRejected() {
        assertThatThrownBy(() -> KeyRing.of("k1", new byte[16]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key \"k1\" has 16 bytes; AES-256 needs 32");
        assertThatThrownBy(() -> KeyRing.of("k 1", new byte[32]))
                .hasMessage("a key id is 1 to 32 of A-Z a-z 0-9 _ . -");
    }

    @Test
    void aRingPrintsItsIdsOnly() {
        assertThat(KeyRing.parse(Secret.of("k2:" + B + ",k1:" + A))).hasToString("KeyRing[k2, k1]");
    }

    private static void assertRejected(Runnable reading, String message) {
        TokenException failure = catchThrowableOfType(TokenException.class, reading::run);
        assertThat(failure).hasMessage(message);
        assertThat(failure.problem()).isEqualTo(Problem.KEY_RING_INVALID);
        assertThat(failure.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
