package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evertoken.model.Authorization;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.OAuth2ProviderBuilder;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A provider with several data centers, whose redirect names the server of the account. */
class AccountServersTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final URI REDIRECT = URI.create("https://app.example/back");

    private final ManualClock clock = ManualClock.start();
    private LoopbackServer server;
    private Tokens tokens;

    @BeforeEach
    void start() throws IOException {
        server = LoopbackServer.answering(
                json(200, "{\"access_token\":\"at-1\",\"refresh_token\":\"rt-1\",\"expires_in\":3600}"));
        tokens = Tokens.builder()
                .namespace("desk")
                .store(new InMemoryTokenStore(clock))
                .withoutJournal()
                .timekeeper(clock)
                .provider(acme().accountServers("server", at("/com"), at("/eu")).build())
                .client("acme", ClientRegistration.of("client-1", "d41f0c8a97b2"))
                .build();
    }

    private OAuth2ProviderBuilder acme() {
        return OAuth2Provider.builder("acme")
                .authorizationEndpoint(URI.create("https://accounts.acme.example/authorize"))
                .tokenEndpoint(at("/com/token"))
                .endpoint(EndpointKind.REVOKE, at("/com/revoke"))
                .refreshModel(RefreshModel.STATIC);
    }

    private String at(String path) {
        return server.uri(path).toString();
    }

    @AfterEach
    void stop() throws IOException {
        tokens.close();
        server.close();
    }

    @Test
    void exchangeRefreshAndRevocationGoToTheServerThatTheRedirectNames() {
        complete("&server=" + URLEncoder.encode(at("/eu"), StandardCharsets.UTF_8));
        clock.advance(Duration.ofHours(2));
        assertThat(tokens.accessToken(ANNA).field("server")).contains(at("/eu"));
        tokens.revoke(ANNA);

        assertThat(server.requests())
                .extracting(request -> request.lines().findFirst().orElse(""))
                .containsExactly("POST /eu/token HTTP/1.1", "POST /eu/token HTTP/1.1", "POST /eu/revoke HTTP/1.1");
    }

    @Test
    void withoutAServerInTheRedirectTheDescribedAddressIsUsed() {
        complete("");

        assertThat(server.requests().get(0)).startsWith("POST /com/token ");
    }

    @Test
    void noCodeIsSentToAServerThatTheDescriptionDoesNotName() {
        failure(Problem.CALLBACK_REJECTED, () -> complete("&server=https%3A%2F%2Fevil.example"));

        assertThat(server.requests()).isEmpty();
    }

    @Test
    void noRefreshTokenIsSentToAnImportedServerThatTheDescriptionDoesNotName() {
        tokens.connect(
                ANNA,
                TokenSet.builder("at-0")
                        .refreshToken("rt-0")
                        .issuedAt(clock.now())
                        .expiresAt(clock.now().plusSeconds(60))
                        .field("server", "https://evil.example")
                        .build());
        clock.advance(Duration.ofHours(1));

        failure(Problem.NOT_SUPPORTED, () -> tokens.accessToken(ANNA));
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://eu.acme.example/, is not the beginning of an https address",
        "http://eu.acme.example, is not the beginning of an https address",
        "https://user@eu.acme.example, is not the beginning of an https address",
        "eu.acme.example, is not the beginning of an https address",
        "https://eu.acme.example, tokenEndpoint does not begin with the first of the accountServers",
    })
    void anUnusableServerIsRefused(String address, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> acme().accountServers("server", address).build())
                .withMessageContaining(message);
    }

    private void complete(String more) {
        Authorization started = tokens.authorize(ANNA, REDIRECT);
        tokens.completeAuthorization(URI.create(REDIRECT + "?code=c-1&state=" + started.state() + more));
    }
}
