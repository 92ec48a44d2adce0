package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockProvider;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients can be added and removed while tokens are in use. */
class RunningClientsTest {

    private static final TokenKey ANNA = TokenKey.of("tenant-7", "anna");

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();
    private final MockProvider mock = fixture.providers.rotating();
    private final Provider acme = ConsentFixture.acme(mock)
            .authorizationEndpoint(URI.create("https://login.acme.example/authorize"))
            .apiHosts("api.acme.example")
            .build();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anAddedClientServesItsAccounts() {
        failure(Problem.UNKNOWN_REGISTRATION, () -> tokens.connect(ANNA, mock.consent("anna")));

        tokens.addClient("tenant-7", acme, mock.registration());
        tokens.connect(ANNA, mock.consent("anna"));
        AccessToken first = tokens.accessToken(ANNA);
        fixture.later(Duration.ofHours(2));

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(first.generation() + 1);
        assertThat(tokens.operations().clients())
                .anyMatch(client -> client.registration().equals("tenant-7"));
    }

    @Test
    void aClientOfAProviderOfTheBuilderCanBeAddedByItsId() {
        tokens.addClient("tenant-7", "acme", mock.registration());

        assertThat(tokens.provider(ANNA).id()).isEqualTo("acme");
    }

    @Test
    void aRemovedClientServesNoTokenThatIsStillValid() {
        tokens.addClient("tenant-7", acme, mock.registration());
        tokens.connect(ANNA, mock.consent("anna"));
        TokenSource source = tokens.source(ANNA);
        RequestAuthorizer requests = source.requestAuthorizer();
        assertThat(source.accessToken()).isEqualTo(tokens.accessToken(ANNA));

        assertThat(tokens.removeClient("tenant-7")).isTrue();

        failure(Problem.UNKNOWN_REGISTRATION, () -> tokens.accessToken(ANNA));
        failure(Problem.UNKNOWN_REGISTRATION, source::accessToken);
        failure(Problem.UNKNOWN_REGISTRATION, () -> requests.allows(URI.create("https://api.acme.example/")));
        assertThat(tokens.removeClient("tenant-7")).isFalse();
    }

    @Test
    void aClientThatIsAddedAgainServesItsStoredAccounts() {
        tokens.addClient("tenant-7", acme, mock.registration());
        tokens.connect(ANNA, mock.consent("anna"));
        TokenSource source = tokens.source(ANNA);
        AccessToken before = source.accessToken();
        assertThat(tokens.removeClient("tenant-7")).isTrue();
        failure(Problem.UNKNOWN_REGISTRATION, source::accessToken);

        tokens.addClient("tenant-7", acme, mock.registration());

        assertThat(source.accessToken()).isEqualTo(before);
        assertThat(source.requestAuthorizer().allows(URI.create("https://api.acme.example/")))
                .isTrue();
    }

    @Test
    void aRefreshInProgressIsSavedAfterTheRemoval() {
        tokens.addClient("tenant-7", acme, mock.registration());
        tokens.connect(ANNA, mock.consent("anna"));
        fixture.later(Duration.ofHours(2));
        try (Checkpoint held = mock.holdResponse()) {
            CompletableFuture<AccessToken> caller = tokens.accessTokenAsync(ANNA);
            held.awaitArrived();

            assertThat(tokens.removeClient("tenant-7")).isTrue();
            held.release();
            assertThat(caller.join().generation()).isEqualTo(2);
        }
        failure(Problem.UNKNOWN_REGISTRATION, () -> tokens.accessToken(ANNA));
        tokens.addClient("tenant-7", acme, mock.registration());

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(mock.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aSecondClientWithTheSameIdIsRefused() {
        ClientRegistration other = ClientRegistration.ofPublic("other-client");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.addClient("acme", acme, other))
                .withMessage("a client is already registered as \"acme\"; remove it first");
    }

    @Test
    void aClientOfAnUnknownProviderIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.addClient("tenant-7", "acmee", mock.registration()))
                .withMessageContaining("there is no provider \"acmee\"")
                .withMessageContaining("did you mean \"acme\"?");
    }
}
