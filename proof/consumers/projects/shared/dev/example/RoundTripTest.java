package dev.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.io.IOException;
import java.nio.file.Path;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application with the versions of this project sends requests, and its token is refreshed when it has to be. */
@WithMockProviders
class RoundTripTest {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");
    private static final TokenKey NEWS = TokenKey.of("x-oauth1", "news");

    @TempDir
    Path folder;

    @Test
    void anExpiredTokenIsRefreshedOnce(MockProviders providers) throws IOException {
        MockProvider google = providers.google();
        try (Tokens tokens = open(google)) {
            tokens.connect(ANNA, google.consent("anna"));
            assertThat(status(tokens, ANNA, google)).isEqualTo(200);

            google.expire("anna");

            assertThat(status(tokens, ANNA, google)).isEqualTo(200);
            assertThat(google.ledger().tokenRequests("anna")).isEqualTo(1);
            assertThat(tokens.status(ANNA).generation()).isEqualTo(2);
        }
        try (Tokens tokens = open(google)) {
            assertThat(tokens.status(ANNA).generation()).isEqualTo(2);
        }
    }

    @Test
    void aRequestIsSigned(MockProviders providers) throws IOException {
        MockProvider x = providers.xOAuth1();
        try (Tokens tokens = open(x)) {
            tokens.connect(NEWS, x.consent("news"));

            assertThat(status(tokens, NEWS, x)).isEqualTo(200);
        }
    }

    private Tokens open(MockProvider provider) {
        return Tokens.builder()
                .namespace("consumer")
                .store("file:" + folder.resolve("tokens"))
                .client(provider.id(), provider.registration())
                .endpoints(provider.id(), provider.endpoints())
                .allowHosts(provider.id(), provider.apiUrl().getHost())
                .build();
    }

    private static int status(Tokens tokens, TokenKey key, MockProvider provider) throws IOException {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        Request request = new Request.Builder()
                .url(provider.apiUrl().toString())
                .tag(TokenKey.class, key)
                .build();
        try (Response response = http.newCall(request).execute()) {
            return response.code();
        } finally {
            http.dispatcher().executorService().shutdown();
            http.connectionPool().evictAll();
        }
    }
}
