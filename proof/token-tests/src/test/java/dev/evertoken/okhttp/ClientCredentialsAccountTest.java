package dev.evertoken.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of an account with client credentials tokens. */
class ClientCredentialsAccountTest {

    private static final TokenKey APP = TokenKey.of("acme", "app");

    private final ManualClock clock = ManualClock.start();
    private final MockProviders mocks = MockProviders.start(clock);
    private final MockProvider acme = mocks.rotating();
    private final Tokens tokens = Tokens.builder()
            .namespace("app")
            .store(new InMemoryTokenStore(clock))
            .withoutJournal()
            .timekeeper(clock)
            .provider(OAuth2Provider.builder("acme")
                    .tokenEndpoint(
                            acme.endpoints().address(EndpointKind.REFRESH).orElseThrow())
                    .refreshModel(RefreshModel.STATIC)
                    .apiHosts("127.0.0.1")
                    .build())
            .client("acme", acme.registration())
            .build();
    private final OkHttpClient http = new OkHttpClient.Builder()
            .addInterceptor(TokenInterceptor.of(tokens))
            .build();

    @AfterEach
    void close() {
        http.dispatcher().executorService().shutdownNow();
        http.connectionPool().evictAll();
        tokens.close();
        mocks.close();
    }

    @Test
    void aRejectedTokenIsReplacedOnceLikeAUserToken() throws IOException {
        tokens.connectClientCredentials(APP);
        acme.onApi(MockResponse.json(401, "{\"error\":\"invalid_token\"}"));

        try (Response response = http.newCall(
                        InterceptorFixture.request(APP, acme.apiUrl()).build())
                .execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.request().tag(AccessToken.class).generation()).isEqualTo(2);
        }
        assertThat(acme.ledger().tokenRequests()).isEqualTo(2);
        assertThat(tokens.source(APP).requestAuthorizer().tokenOf()).isEqualTo(TokenOf.APP);
    }
}
