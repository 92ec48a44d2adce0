package dev.evertoken;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that has addresses of its own for each account, such as the shops of Shopify. */
class AccountAddressesTest {

    private static final TokenKey SHOP = TokenKey.of("shopify", "shop-1");
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
                .provider(OAuth2Provider.builder("shopify")
                        .endpoint(EndpointKind.AUTHORIZATION, "https://{shop}.myshopify.com/admin/oauth/authorize")
                        .tokenEndpoint(server.uri("/").toString() + "{shop}/access_token")
                        .endpoint(EndpointKind.REVOKE, server.uri("/").toString() + "{shop}/revoke")
                        .accountValues("shop")
                        .refreshModel(RefreshModel.ROTATING)
                        .apiHosts("{shop}.myshopify.com", "shopify.dev")
                        .build())
                .client("shopify", ClientRegistration.of("client-1", "d41f0c8a97b2"))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        tokens.close();
        server.close();
    }

    @Test
    void theConsentTheTokensAndTheApiOfAnAccountAreAtItsOwnAddresses() {
        Authorization started =
                tokens.authorize(SHOP, REDIRECT, AuthorizationOptions.defaults().value("shop", "my-store"));

        assertThat(started.url()).hasHost("my-store.myshopify.com").hasPath("/admin/oauth/authorize");

        tokens.completeAuthorization(URI.create(REDIRECT + "?code=c-1&state=" + started.state()));
        AccessToken token = tokens.accessToken(SHOP);
        assertThat(token.hosts()).containsExactly("my-store.myshopify.com");
        assertThat(token.field("shop")).contains("my-store");

        clock.advance(Duration.ofHours(2));
        assertThat(tokens.accessToken(SHOP).field("shop")).contains("my-store");
        tokens.revoke(SHOP);
        assertThat(server.requests())
                .extracting(request -> request.lines().findFirst().orElse(""))
                .containsExactly(
                        "POST /my-store/access_token HTTP/1.1",
                        "POST /my-store/access_token HTTP/1.1",
                        "POST /my-store/revoke HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example/", "a.b", "evil.example#", "user@evil", "-a", "a b", "%2e", "x/../y"})
    void aValueThatWouldLeaveItsPlaceInTheAddressIsRefused(String shop) {
        assertThatThrownBy(() -> tokens.authorize(
                        SHOP, REDIRECT, AuthorizationOptions.defaults().value("shop", shop)))
                .isInstanceOfSatisfying(
                        TokenException.class,
                        failure -> assertThat(failure.problem()).isEqualTo(Problem.NOT_SUPPORTED))
                .hasMessageContaining("the value shop is no single name of letters, digits, hyphens and underscores");
    }

    @Test
    void anAuthorizationWithoutTheValueIsRefusedByName() {
        assertThatThrownBy(() -> tokens.authorize(SHOP, REDIRECT))
                .isInstanceOf(TokenException.class)
                .hasMessageContaining("AuthorizationOptions.value(\"shop\", …)");
    }

    @Test
    void aValueThatNoAddressHasIsRefused() {
        assertThatThrownBy(() -> tokens.authorize(
                        SHOP,
                        REDIRECT,
                        AuthorizationOptions.defaults()
                                .value("shop", "my-store")
                                .value("region", "eu")))
                .isInstanceOf(TokenException.class)
                .hasMessageContaining("that no address of this provider has; its values are [shop]");
    }

    @Test
    void importedTokensBringTheValueAsAField() {
        TokenSet imported = TokenSet.builder("at-0")
                .refreshToken("rt-0")
                .issuedAt(clock.now())
                .expiresAt(clock.now().plusSeconds(60))
                .field("shop", "other-store")
                .build();
        tokens.connect(SHOP, imported);

        clock.advance(Duration.ofHours(1));

        assertThat(tokens.accessToken(SHOP).value().reveal()).isEqualTo("at-1");
        assertThat(server.requests().get(0)).startsWith("POST /other-store/access_token ");
    }

    @Test
    void importedTokensWithoutTheValueAreNotSentAnywhere() {
        tokens.connect(SHOP, TokenSet.ofRefreshToken("rt-0"));

        assertThatThrownBy(() -> tokens.accessToken(SHOP))
                .isInstanceOf(TokenException.class)
                .hasMessageContaining("TokenSet.Builder.field(\"shop\", …)");
        assertThat(server.connections()).isZero();
    }
}
