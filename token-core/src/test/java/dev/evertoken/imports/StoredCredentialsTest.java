package dev.evertoken.imports;

import static dev.evertoken.imports.TokenFileFormat.GOOGLE_STORED_CREDENTIAL;
import static dev.evertoken.imports.TokenFiles.bytes;
import static dev.evertoken.imports.TokenFiles.open;
import static dev.evertoken.imports.TokenFiles.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenSet;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The file {@code StoredCredential}, as google-oauth-client 1.40 and google-http-client 2.2.0 have written it. */
class StoredCredentialsTest {

    private static final String CUT = "the StoredCredential file is cut off or is not one of google-http-client";

    @Test
    @Fault("N5")
    void eachUserOfTheFileIsAnAccount() throws IOException {
        List<ImportedAccount> accounts = GOOGLE_STORED_CREDENTIAL.read(open("StoredCredential"));

        assertThat(accounts)
                .extracting(ImportedAccount::name)
                .extracting(Optional::orElseThrow)
                .containsExactlyInAnyOrder("user", "anna@example.org", "ben");
        assertThat(tokens(accounts, "user"))
                .isEqualTo(TokenSet.builder("ya29.evertoken-test-access-of-user")
                        .refreshToken("1//0evertoken-test-refresh-of-user")
                        .expiresAt(Instant.ofEpochMilli(1_767_366_245_000L))
                        .build());
        assertThat(tokens(accounts, "anna@example.org"))
                .isEqualTo(TokenSet.ofRefreshToken("1//0evertoken-test-refresh-of-anna"));
        assertThat(tokens(accounts, "ben"))
                .isEqualTo(TokenSet.builder("ya29.evertoken-test-access-of-ben")
                        .expiresAt(Instant.ofEpochMilli(1_767_366_246_000L))
                        .build());
    }

    @Test
    @Fault("N5")
    void aFileThatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = bytes("StoredCredential");
        for (int end = 0; end < whole.length; end++) {
            byte[] cut = Arrays.copyOf(whole, end);
            assertThatThrownBy(() -> read(GOOGLE_STORED_CREDENTIAL, cut))
                    .isInstanceOf(TokenFileException.class)
                    .hasMessage(CUT);
        }
    }

    @Test
    @Fault("N5")
    void aChangedByteIsHarmless() throws IOException {
        byte[] whole = bytes("StoredCredential");
        for (int at = 0; at < whole.length; at++) {
            for (int change : new int[] {1 << (at % 8), 0xff}) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) change;
                try {
                    assertThat(read(GOOGLE_STORED_CREDENTIAL, changed)).isNotEmpty();
                } catch (TokenFileException e) {
                    assertThat(e.getMessage())
                            .startsWith("the StoredCredential file")
                            .doesNotContain("evertoken-test");
                }
            }
        }
    }

    /** Code that would run if an object of this class were created. */
    private static final class Dangerous implements Serializable {
        private static final long serialVersionUID = 1L;

        private void readObject(java.io.ObjectInputStream in) {
            throw new AssertionError("an object of the file was created");
        }
    }

    @Test
    @Fault("N5")
    void anObjectOfAnotherClassIsRefusedAndNeverCreated() throws IOException {
        Map<String, byte[]> users = new HashMap<>();
        users.put("user", serialized(new Dangerous()));

        assertThatThrownBy(() -> read(GOOGLE_STORED_CREDENTIAL, serialized(new Dangerous())))
                .isInstanceOf(TokenFileException.class)
                .hasMessage(CUT);
        assertThatThrownBy(() -> read(GOOGLE_STORED_CREDENTIAL, serialized((Serializable) users)))
                .isInstanceOf(TokenFileException.class)
                .hasMessage("the StoredCredential file, in the entry of a user, is cut off or is not one of"
                        + " google-http-client");
    }

    @Test
    @Fault("N5")
    void otherObjectsOfTheJdkAreRefused() {
        HashMap<Object, Object> self = new HashMap<>();
        self.put("self", self);
        HashMap<Object, Object> deep = new HashMap<>();
        for (int level = 0; level < 500; level++) {
            HashMap<Object, Object> outer = new HashMap<>();
            outer.put("inner", deep);
            deep = outer;
        }
        List<Serializable> others = List.of(
                "text", 42L, new File("x"), new int[] {1}, Thread.State.NEW, new HashMap<>(), self, deep, byte[].class);

        for (Serializable other : others) {
            assertThatThrownBy(() -> read(GOOGLE_STORED_CREDENTIAL, serialized(other)))
                    .as("%s", other.getClass())
                    .isInstanceOf(TokenFileException.class);
        }
    }

    private static byte[] serialized(Serializable value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    private static TokenSet tokens(List<ImportedAccount> accounts, String name) {
        return accounts.stream()
                .filter(account -> account.name().equals(Optional.of(name)))
                .findFirst()
                .orElseThrow()
                .tokens();
    }
}
