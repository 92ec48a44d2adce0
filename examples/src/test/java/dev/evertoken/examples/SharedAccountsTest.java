package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.TestProcessLink;
import dev.evertoken.testing.WithMockProviders;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes with the settings of the guide share an account of a provider that rotates refresh tokens. */
@WithMockProviders
class SharedAccountsTest {

    private static final TokenKey KEY = TokenKey.of("x", "user-42");

    @Test
    void twoProcessesThatNeedANewTokenSendOneRequest(MockProviders providers, @TempDir Path folder) {
        MockProvider x = providers.x();
        String keys = FreshKeys.ring().reveal();
        try (Tokens tokens =
                settings(folder, keys, x.registration(), x.endpoints()).build()) {
            tokens.connect(KEY, x.consent("user-42"));
            AccessToken rejected = tokens.accessToken(KEY);
            try (ChildJvm other = start(x, keys, folder)) {
                other.awaitLine("has generation 1");
                other.send("replace");
                tokens.replace(KEY, rejected);

                other.awaitLine("has generation 2");
            }
            assertThat(tokens.status(KEY).generation()).isEqualTo(2);
        }
        assertThat(x.ledger().tokenRequests("user-42")).isEqualTo(1);
    }

    private static TokensBuilder settings(Path folder, String keys, ClientRegistration client, Endpoints endpoints) {
        return SharedAccounts.settings(
                        folder.resolve("tokens"), folder.resolve("journal"), KeyRing.parse(Secret.of(keys)), client)
                .endpoints("x", endpoints);
    }

    private static ChildJvm start(MockProvider x, String keys, Path folder) {
        ChildJvm.Start start = ChildJvm.of(OtherProcess.class)
                .environment(ConnectSettings.KEYS, keys)
                .environment("X_CLIENT_ID", x.registration().clientId())
                .environment(
                        "X_CLIENT_SECRET",
                        x.registration().clientSecret().map(Secret::reveal).orElseThrow());
        x.endpoints().addresses().forEach((kind, address) -> start.property("x." + kind, address.toString()));
        return start.start(folder.toString());
    }

    /** The other process. The API rejects the token of both. */
    static final class OtherProcess {

        private OtherProcess() {}

        public static void main(String[] args) {
            TestProcessLink test = TestProcessLink.ofThisProcess();
            try (Tokens tokens = settings(
                            Path.of(args[0]),
                            System.getenv(ConnectSettings.KEYS),
                            ClientRegistration.fromEnvironment("X"),
                            AppProcess.endpoints("x"))
                    .build()) {
                AccessToken rejected = tokens.accessToken(KEY);
                test.writeLine("has generation " + tokens.status(KEY).generation());
                test.readLine();
                tokens.replace(KEY, rejected);
                test.writeLine("has generation " + tokens.status(KEY).generation());
            }
        }
    }
}
