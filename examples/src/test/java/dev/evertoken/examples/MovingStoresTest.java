package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.WithMockProviders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithMockProviders
class MovingStoresTest {

    private static final int ACCOUNTS = 50;
    private static final KeyRing OLD_KEYS = KeyRing.parse(FreshKeys.ring());
    private static final KeyRing NEW_KEYS = KeyRing.parse(FreshKeys.ring());

    @Test
    void accountsStayUsableAfterABackupAndAMove(MockProviders providers, @TempDir Path folder) throws IOException {
        MockProvider x = providers.x();
        List<TokenKey> keys = new ArrayList<>();
        try (Tokens before = tokens(x, folder.resolve("before"), OLD_KEYS)) {
            for (int i = 0; i < ACCOUNTS; i++) {
                TokenKey key = TokenKey.of("x", "user-" + i);
                keys.add(key);
                before.connect(key, x.consent(key.account()));
            }
            assertThat(MovingStores.backup(before, folder.resolve("backup"), NEW_KEYS)
                            .isComplete())
                    .isTrue();
        }
        SecretCanary.ofTestTokens().assertNoneBelow(folder);

        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Tokens after = tokens(x, folder.resolve("after"), NEW_KEYS);
                TokenStore backup = FileTokenStore.open(folder.resolve("backup"), "crm")) {
            assertThat(MovingStores.move(after, backup, NEW_KEYS, new PrintStream(log, true, StandardCharsets.UTF_8)))
                    .isTrue();
            keys.forEach(key -> assertThat(after.refresh(key, "a test")).isNotNull());
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).contains(ACCOUNTS + " of " + ACCOUNTS + ": ");
        assertThat(x.ledger().familiesRevoked()).isEmpty();
    }

    @Test
    void anEarlierKeyIsNotNeededAfterResealing(MockProviders providers, @TempDir Path folder) {
        MockProvider x = providers.x();
        TokenKey key = TokenKey.of("x", "user-1");
        KeyRing rotated = OLD_KEYS.rotatedTo("next", new byte[32]);
        try (Tokens before = tokens(x, folder, OLD_KEYS)) {
            before.connect(key, x.consent(key.account()));
        }
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Tokens tokens = tokens(x, folder, rotated)) {
            assertThat(MovingStores.reseal(tokens, new PrintStream(log, true, StandardCharsets.UTF_8)))
                    .isTrue();
        }
        assertThat(log.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("1: Row[key=x/user-1, outcome=RESEALED, problem=Optional.empty]");
        try (Tokens after = tokens(x, folder, KeyRing.of("next", new byte[32]))) {
            assertThat(after.refresh(key, "a test")).isNotNull();
        }
    }

    private static Tokens tokens(MockProvider x, Path folder, KeyRing keys) {
        return Tokens.builder()
                .namespace("crm")
                .store("file:" + folder)
                .encryption(keys)
                .client("x", x.registration())
                .endpoints("x", x.endpoints())
                .build();
    }
}
